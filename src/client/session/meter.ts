/** A meter: one unit after another is paid in advance, while somebody looks. What was begun survives a reload. */
import { ledgerUnits } from '../../protocol/ledger-units.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Paid, Payer, SettleOptions, Target } from '../api.ts';
import type { Meter, MeterOptions, MeterState } from '../session-api.ts';
import type { Context } from '../context.ts';
import { pageOf } from '../later/whole-page.ts';
import { windowFor } from '../later/shortcuts.ts';

/** Before the target in the key of what was used */
const prefix = 'meter:';
const minuteMs = 60_000;
/** The running time is told this often, and kept this often. */
const [tickMs, keepMs] = [1_000, 5_000];

interface Kept {
  units: number;
  used: number;
  cost: bigint;
}

/**
 * @param tell hears every change
 * @see `meter` in api.ts
 */
export async function meter(
  context: Context,
  micro: Payer,
  options: MeterOptions,
  tell: (state: MeterState) => void,
): Promise<Meter> {
  const { target, unitMs = minuteMs, most = Infinity } = options;
  const key = prefix + ('to' in target ? `${target.to} ${target.reason ?? ''}` : target.url);
  const kept = (await context.storage.get(key)) as Kept | undefined;
  let state: MeterState = { is: 'idle', units: 0, used: unitMs, cost: 0n, ...kept };
  let run = 0;
  let keptAt = 0;

  const change = (after: Partial<MeterState>): void => tell((state = { ...state, ...after }));
  const keep = async (): Promise<void> => {
    keptAt = context.now();
    const { units, used, cost } = state;
    await context.storage.set(key, { units, used, cost } satisfies Kept);
  };
  const halt = async (is: MeterState['is'], problem?: Problem): Promise<void> => {
    run++;
    change({ is, problem });
    await keep();
  };
  const payUnit = async (how: SettleOptions): Promise<void> => {
    const paid = await payFor(context, micro, unitOf(target, state.units + 1), how);
    const { amt, cur } = paid.receipt;
    const cost = state.cost + (ledgerUnits({ amount: amt, currency: cur })?.amount ?? 0n);
    change({ units: state.units + 1, used: 0, cost, response: paid.response });
    await keep();
  };
  const isHidden = (): boolean => pageOf(context)?.visible() === false;

  /** Time in which nobody looked is not used. A device that slept used one tick. */
  const count = async (own: number): Promise<void> => {
    const begun = context.now();
    const wasHidden = isHidden();
    await context.wait(Math.min(tickMs, unitMs - state.used));
    if (run !== own) return;
    const is = isHidden() ? 'hidden' : 'running';
    const passed = Math.min(Math.max(context.now() - begun, 0), tickMs);
    const used = wasHidden || is === 'hidden' ? state.used : Math.min(state.used + passed, unitMs);
    change({ is, used });
    if (context.now() - keptAt >= keepMs) await keep();
  };

  const go = async (how: SettleOptions): Promise<void> => {
    const own = ++run;
    let first = how;
    change({ is: isHidden() ? 'hidden' : 'running', problem: undefined });
    while (run === own) {
      if (state.used < unitMs || state.is === 'hidden') await count(own);
      else if (state.units >= most) await halt('stopped');
      else await payUnit(first);
      first = {};
    }
  };
  return {
    start: async (how = {}) => {
      if (state.is === 'running' || state.is === 'hidden') return;
      await go(how).catch((problem: unknown) => {
        if (!(problem instanceof Problem)) throw problem;
        return halt('refused', problem);
      });
    },
    pause: () => halt('paused'),
    stop: () => halt('stopped'),
    state: () => state,
  };
}

/** @param n counts from 1 */
const unitOf = (target: Target, n: number): Target =>
  'to' in target
    ? { ...target, reason: [target.reason, n].filter(Boolean).join(' ') }
    : { ...target, url: target.url.replaceAll('{n}', String(n)) };

async function payFor(
  context: Context,
  micro: Payer,
  target: Target,
  how: SettleOptions,
): Promise<Pick<Paid, 'receipt' | 'response'>> {
  const quote = await micro.quote(target);
  // It was paid for before, or costs nothing any more.
  if (quote.response) return { receipt: free, response: quote.response };
  const needsWindow = !how.wallet && quote.obstacle?.nextStep === 'approve';
  const wallet = needsWindow ? windowFor(context, micro, quote) : how.wallet;
  return micro.settle(quote, { ...how, ...(wallet ? { wallet } : {}) });
}

const free = { amt: '0', cur: 'usd-micro' } as Paid['receipt'];
