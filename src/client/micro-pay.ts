/** `createMicroPay`: the payer's side of one page, put together from its parts. */
import { atom, type WritableAtom } from 'nanostores';
import { deviceCaps } from '../protocol/device-policy.ts';
import { rowOf } from '../protocol/problem-rows.ts';
import { Problem } from '../protocol/problem-table.ts';
import type { Alert, Caps, KeptReceipt, MicroPay, Options, Session } from './api.ts';
import { assertAmounts } from './cap-amounts.ts';
import { contextFrom, type Context } from './context.ts';
import { memoryStorage } from './memory-storage.ts';
import type { Ports } from './ports.ts';
import { lockInTab } from './tab-lock.ts';
import { microPayIn } from './whole.ts';

/** As many alerts and receipts as a page would list. */
const shown = 50;

/**
 * Makes the payer's side of a page: approval, limits, payments, receipts.
 * What a first payment by window needs is here; the rest is loaded on use.
 * @example
 * const micro = createMicroPay();
 * button.onclick = () => micro.pay({ to: 'https://wallet.example/~maya', amount: '0.02', currency: 'USD' });
 * @param ports for tests: windows, waiting and the lock between tabs
 * @throws Problem `malformed-request` for a limit that is no whole amount
 */
export function createMicroPay(options: Options = {}, ports: Partial<Ports> = {}): MicroPay {
  // Whoever catches a Problem reads it at once, whatever else has been loaded.
  Problem.rowOf = rowOf;
  const stores = {
    $session: atom<Session | undefined>(),
    $caps: atom<Caps>({ tap: '', day: '', total: '' }),
    $receipts: atom<readonly KeptReceipt[]>([]),
    $alerts: atom<readonly Alert[]>([]),
  };
  const tell: Context['tell'] = (news) => {
    if (news.session) stores.$session.set(news.session);
    if (stores.$session.get()?.payee === news.ended) stores.$session.set(undefined);
    if (news.caps) stores.$caps.set(news.caps);
    if (news.alert) prepend(stores.$alerts, news.alert);
    if (news.receipt) prepend(stores.$receipts, news.receipt);
  };
  const storage = options.storage ?? (globalThis.indexedDB ? undefined : memoryStorage());
  const context = contextFrom(() => import('./later/index.ts'), {
    ...(globalThis.navigator?.locks ? {} : { lock: lockInTab }),
    ...options,
    ...(storage ? { storage } : {}),
    ...ports,
    options,
    caps: { ...deviceCaps, ...options.caps },
    tell,
  });
  assertAmounts(context.caps);
  tell({ caps: context.caps });
  return { ...microPayIn(context), ...stores };
}

const prepend = <T>(store: WritableAtom<readonly T[]>, one: T): void =>
  store.set([one, ...store.get()].slice(0, shown));
