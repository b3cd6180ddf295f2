/**
 * A meter: one unit after another is paid in advance, while somebody looks. What was begun survives a reload.
 * Pages with meters are few, so it is a piece of its own: what it needs of the rest it asks of the rest.
 */
import { ledgerUnits } from '../../protocol/ledger-units.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { FreeAnswer, Paid, Payer, SettleOptions, Target } from '../api.ts';
import type { Meter, MeterOptions, MeterState } from '../session-api.ts';
import type { Context } from '../context.ts';
import { leftAt } from './left.ts';

/** Before the target in the key of what was used */
const prefix = 'meter:';
const minuteMs = 60_000;
/** The running time is told this often, and kept this often. */
const [tickMs, keepMs] = [1_000, 5_000];
/** Milliseconds until a payment that nobody watches is given up, and its fate asked for. */
const patienceMs = 30_000;

type Kept = Pick<MeterState, 'units' | 'used' | 'cost' | 'currency'> & {
  payee?: string;
  /** Id of the receipt that was counted last */
  last?: string;
};

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
  const { pageOf, windowFor } = await context.later();
  const { target, unitMs = minuteMs, most = Infinity, allow = () => true } = options;
  const key = prefix + ('to' in target ? `${target.to} ${target.reason ?? ''}` : target.url);
  let book: Kept = { units: 0, used: unitMs, cost: 0n };
  let now: Pick<MeterState, 'is' | 'left' | 'problem' | 'paid' | 'response'> = { is: 'idle' };
  let run = 0;
  let keptAt = 0;

  const state = (): MeterState => {
    const { units, used, cost, currency } = book;
    return { units, used, cost, currency, next: unitOf(target, units + 1), ...now };
  };
  const change = (after: Partial<typeof now>): void => {
    now = { ...now, ...after };
    tell(state());
  };
  /** One tab at a time. What another paid or used is paid and used here; what can't be kept counts for this visit. */
  const alone = (work?: () => Promise<void>): Promise<void> =>
    context.lock(`micro-pay:${key}`, async () => {
      const kept = (await context.storage.get(key).catch(() => undefined)) as Kept | undefined;
      if (kept && isFurther(kept, book)) book = kept;
      await work?.();
      keptAt = context.now();
      if (book.units > 0 && book !== kept)
        await context.storage.set(key, book).catch(() => undefined);
    });
  /** Figures for people: what isn't known now halts nothing. */
  const learnLeft = async (): Promise<void> => {
    const { payee } = book;
    now.left = payee ? await leftAt(context, payee).catch(() => undefined) : undefined;
  };
  const halt = async (is: MeterState['is'], problem?: Problem): Promise<void> => {
    run++;
    change({ is, problem });
    await alone();
  };

  const counted = async (answer: Paid | FreeAnswer): Promise<void> => {
    const paid = 'receipt' in answer ? answer : undefined;
    book = { ...book, units: book.units + 1, used: 0, ...(paid && costs(paid, book.cost)) };
    now = { ...now, paid, response: answer.response };
    await learnLeft();
  };
  /** @returns false when the page said no */
  const payUnit = async (how: SettleOptions | undefined): Promise<boolean> => {
    let allowed = true;
    await alone(async () => {
      // Another tab has paid it in the meantime.
      if (book.used < unitMs) return;
      const signal = how?.signal ?? context.timeout(patienceMs);
      const quote = await micro.quote(state().next, { signal });
      // It was paid for before, or costs nothing any more.
      if (quote.response) return counted(quote);
      allowed = allow(quote);
      if (!allowed) return;
      const isAsked = how && !how.wallet && quote.obstacle?.nextStep === 'approve';
      const wallet = isAsked ? windowFor(context, micro, quote) : how?.wallet;
      // A person may take their time.
      const given = wallet ? { ...how, wallet } : { ...how, signal };
      await counted(await micro.settle(quote, given));
    });
    if (allowed) change({});
    return allowed;
  };

  const seen = (): 'hidden' | 'running' =>
    pageOf(context)?.visible() === false ? 'hidden' : 'running';
  /** Time in which nobody looked is not used. A device that slept used one tick. */
  const count = async (own: number): Promise<void> => {
    const [begun, was, rest] = [context.now(), seen(), unitMs - book.used];
    await context.wait(rest > 0 ? Math.min(tickMs, rest) : tickMs);
    if (run !== own) return;
    const is = seen();
    const passed = Math.min(Math.max(context.now() - begun, 0), tickMs);
    if (is === 'running' && was === 'running')
      book = { ...book, used: Math.min(book.used + passed, unitMs) };
    change({ is });
    if (is !== was || context.now() - keptAt >= keepMs) await alone();
  };

  const go = async (how: SettleOptions): Promise<void> => {
    const own = ++run;
    now = { ...now, is: seen(), problem: undefined };
    await alone();
    await learnLeft();
    change({});
    let first: SettleOptions | undefined = how;
    while (run === own) {
      if (book.used < unitMs || now.is === 'hidden') await count(own);
      else if (book.units >= most) await halt('stopped');
      else if (!(await payUnit(first)) && run === own) await halt('paused');
      // Only what the click asked for may open a window.
      first = undefined;
    }
  };
  await alone();
  return {
    start: async (how = {}) => {
      if (now.is === 'running' || now.is === 'hidden') return;
      await go(how).catch((problem: unknown) => {
        if (!(problem instanceof Problem)) throw problem;
        return halt('refused', problem);
      });
    },
    add: (paid) =>
      alone(async () => {
        if (paid.receipt.jti !== book.last) await counted(paid);
      }),
    pause: () => halt('paused'),
    stop: () => halt('stopped'),
    state,
    refresh: () => alone().then(state),
  };
}

const isFurther = (a: Kept, b: Kept): boolean =>
  a.units > b.units || (a.units === b.units && a.used > b.used);

/** @param n counts from 1; a URL that was parsed has braces as escapes */
const unitOf = (target: Target, n: number): Target =>
  'to' in target
    ? { ...target, reason: [target.reason, n].filter(Boolean).join(' ') }
    : { ...target, url: target.url.replaceAll(/\{n\}|%7Bn%7D/gi, String(n)) };

function costs({ receipt }: Paid, before: bigint): Omit<Kept, 'units' | 'used'> {
  const { amt, cur, aud, jti } = receipt;
  const { amount = 0n, currency } = ledgerUnits({ amount: amt, currency: cur }) ?? {};
  return { cost: before + amount, currency, payee: aud, last: jti };
}
