/** One seed's story: a person taps, takes back, reloads, approves and disconnects; a payee changes its price and lets go; servers settle, sweep and fall over; then all heals, and the books are held against what was got. */
import { payeeFrom, payeeUrl } from 'micro-pay/protocol';
import type { Account } from '../../src/client/account.ts';
import type { Paid } from '../../src/client/api.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import { createPerson } from '../../wallet/src/persons.ts';
import { checkBooks } from './books.ts';
import { Device, site, type Tab } from './device.ts';
import { Machine } from './machine.ts';
import { SimulatedMerchant, payeeX } from './merchant.ts';
import { Network } from './network.ts';
import { points } from './points.ts';
import { SimulatedWallet, walletOrigin } from './wallet.ts';

export const payee = payeeUrl(walletOrigin, 'news');
/** Each is bought once and owned, or paid for each time it is asked for. */
export const addresses = [1, 2, 3, 4, 5].flatMap((n) => [
  `${site}/articles/${n}`,
  `${site}/prints/${n}`,
]);

/** In dollars, each */
const prices = ['0.01', '0.02', '0.03', '0.05'];

export interface Told {
  machine: Machine;
  network: Network;
  wallet: SimulatedWallet;
  merchant: SimulatedMerchant;
  device: Device;
  person: string;
  /** Taps they wanted to take back */
  regretted: Set<string>;
  /** Why a last tap, when nothing failed any more, brought nothing */
  failed: string | undefined;
  /** What the device says in the end of the wallet's statement; undefined where there is no session */
  fits: boolean | undefined;
}

/** @throws Error when a promise was broken, with the trace */
export async function tell(seed: number, watch: (machine: Machine) => void): Promise<Told> {
  const machine = new Machine(seed);
  watch(machine);
  const { random } = machine;
  const { crash } = machine.faults;
  machine.faults.crash = 0;
  const network = new Network(machine);
  const wallet = new SimulatedWallet(machine, network);
  const person = 'per_simulated_1';
  await setUp(machine, wallet, person);
  machine.faults.crash = crash;
  machine.target = random.happens(0.7) ? random.pick([...points]) : undefined;
  const merchant = new SimulatedMerchant(machine, network);
  const device = new Device(machine, network, wallet, person);
  const told: Told = {
    machine,
    network,
    wallet,
    merchant,
    device,
    person,
    regretted: new Set(),
    failed: undefined,
    fits: undefined,
  };
  await live(told);
  await heal(told);
  await checkBooks(told);
  return told;
}

/** Before any fault. */
async function setUp(machine: Machine, { context }: SimulatedWallet, id: string): Promise<void> {
  let done = false;
  const work = async () => {
    await context.store.write((tx) => createPerson(tx, context, { id, zone: 'UTC' }));
    await addPayee(context, {
      name: 'news',
      display: 'News',
      open: false,
      origins: [{ origin: site, verifiedBy: 'well-known' }],
      key: payeeX,
    });
    done = true;
  };
  const working = work();
  await machine.until('set-up', () => done);
  await working;
}

/** What a person and their servers do, some of it at once. */
async function live(told: Told): Promise<void> {
  const { machine, device, merchant, wallet } = told;
  const { random } = machine;
  let open = 0;
  const begin = (what: string, act: () => Promise<unknown>): void => {
    open++;
    machine.note(what);
    act()
      .catch((error: unknown) => machine.note(`${what}: ${String(error)}`))
      .finally(() => open--);
  };
  const deeds: (() => void)[] = [];
  const inTab = (what: string, act: (tab: Tab) => Promise<unknown>) => () => {
    const tab = random.pick(device.tabs);
    if (tab.process.life) begin(what, () => act(tab));
  };
  for (let i = 4 + random.below(14); i > 0; i--) {
    const address = random.pick(addresses);
    deeds.push(inTab(`tap ${address}`, (tab) => tap(told, tab, address)));
  }
  for (let i = random.below(3); i > 0; i--)
    deeds.push(() => begin('settle', () => merchant.settle()));
  for (let i = random.below(3); i > 0; i--) deeds.push(inTab('undo', (tab) => undo(told, tab)));
  for (let i = random.below(3); i > 0; i--) {
    const price = random.pick(prices);
    deeds.push(() => reprice(told, price));
  }
  if (random.happens(0.2)) deeds.push(inTab('close', ({ micro }) => micro.close(payee)));
  if (random.happens(0.2))
    deeds.push(() => {
      const sid = accountOf(told)?.hold?.sid;
      if (sid) begin(`close ${sid} by its payee`, () => merchant.close(sid));
    });
  if (random.happens(0.3)) deeds.push(inTab('connect', connect));
  // Who disconnects before what was paid has come can't show later that it was theirs.
  const disconnects = random.happens(0.2);
  if (disconnects) deeds.push(inTab('disconnect', ({ micro }) => micro.disconnect(payee)));
  else if (random.happens(0.25)) deeds.push(() => sleep(told));
  if (random.happens(0.2)) deeds.push(() => begin('sweep', () => wallet.sweep()));
  let at = 0;
  for (const deed of shuffled(deeds, (n) => random.below(n))) {
    at += random.happens(0.4) ? random.below(50) : random.below(20_000);
    machine.after(at, deed);
  }
  let over = false;
  machine.after(at + 120_000, () => (over = true));
  await machine.until('the end of the day', () => over);
}

/** Most of a day passes, with nothing on its way: by an answer that is a day old a program would set its clock. */
function sleep(told: Told): void {
  const { machine, network } = told;
  if (network.isQuiet()) machine.now += 23 * 3_600_000;
  else machine.after(10, () => sleep(told));
}

/**
 * Between two requests: of two copies of one tap, one would be refused and the other taken. An answer may still be on its way, or be
 * lost.
 */
function reprice(told: Told, price: string): void {
  const { machine, merchant, network } = told;
  if (!network.isQuiet(site)) return machine.after(10, () => reprice(told, price));
  machine.note(`price ${price}`);
  merchant.price = price;
}

const shuffled = <T>(all: T[], below: (n: number) => number): T[] =>
  all
    .map((one) => [below(1e9), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

/** As the element does it: a quote, and a window of the wallet where it is needed. */
async function tap(told: Told, { micro }: Tab, url: string): Promise<void> {
  const quote = await micro.quote({ url });
  if (quote.response) return;
  const needsWindow = !quote.ready && quote.obstacle?.nextStep === 'approve';
  take(told, await micro.settle(quote, needsWindow ? { wallet: micro.openWallet(quote) } : {}));
}

/** An approval without a payment: the first one, or a further one. */
const connect = ({ micro }: Tab): Promise<unknown> =>
  micro.connect(payee, { wallet: micro.openWallet({ payee: payeeFrom(payee) }) });

/** The client says "paid" only for what came. */
function take({ device, machine }: Told, { receipt, target }: Paid): void {
  const url = 'url' in target ? target.url : '';
  if (receipt.amt !== '0' && !device.got.has(receipt.jti)) throw new Error(`${url} never came`);
  machine.note(`got ${url} for ${receipt.amt} ${receipt.cur} (${receipt.jti})`);
}

async function undo({ regretted }: Told, { micro }: Tab): Promise<void> {
  const [newest] = (await micro.receipts.list()).filter(({ tap, undone }) => tap && !undone);
  if (!newest) return;
  regretted.add(newest.receipt.jti);
  await micro.undo(newest);
}

/** What has ended or has another price is said by a refusal; who asks again gets it. */
async function lastTap(told: Told, tab: Tab, refusals = 2): Promise<void> {
  try {
    await tap(told, tab, `${site}/prints/1`);
  } catch (error) {
    told.machine.note(`refused: ${String(error)}`);
    if (refusals > 0) return lastTap(told, tab, refusals - 1);
    told.failed = String(error);
  }
}

/** An undo whose answer got lost is asked for again. */
async function undoAgain({ regretted }: Told, { micro }: Tab): Promise<void> {
  for (const kept of await micro.receipts.list())
    if (regretted.has(kept.receipt.jti)) await micro.undo(kept).catch(() => undefined);
}

/** Nothing fails any more: all that was begun comes to its end, then holds end by themselves. */
async function heal(told: Told): Promise<void> {
  const { machine, wallet, merchant, device } = told;
  machine.healed = true;
  const programs = [
    wallet.process,
    ...merchant.instances,
    ...device.tabs.map((tab) => tab.process),
  ];
  for (const process of programs) process.start();
  const step = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    let done = false;
    let failure: unknown;
    act()
      .catch((error: unknown) => (failure = error))
      .finally(() => (done = true));
    await machine.until(what, () => done);
    if (failure instanceof Error) machine.note(`${what}: ${failure.name} ${failure.message}`);
  };
  let quietFrom = false;
  machine.after(60_000, () => (quietFrom = true));
  await machine.until('a minute of rest', () => quietFrom);
  const [tab] = device.tabs;
  for (let i = 0; i < 30 && tab && under(told) > 0; i++)
    await step('resume', async () => {
      const paid = await tab.micro.resume();
      if (paid) take(told, paid);
    });
  for (const one of device.tabs) await step('a last tap', () => lastTap(told, one));
  if (tab) await step('undo', () => undoAgain(told, tab));
  machine.now += 16 * 60_000;
  await step('settle', () => merchant.settle());
  machine.now += 25 * 3_600_000;
  await step('settle', () => merchant.settle());
  await step('sweep', () => wallet.sweep());
  if (tab) await step('statement', () => compare(told, tab));
}

/** Here every payee is honest. */
async function compare(told: Told, { micro }: Tab): Promise<void> {
  told.fits = (await micro.statement(payee))?.fits;
}

/** Payments that have no answer yet on the device. */
const under = (told: Told): number => accountOf(told)?.pending.length ?? 0;

export const accountOf = ({ device }: Told): Account | undefined =>
  device.values.get(`account:${payee}`) as Account | undefined;
