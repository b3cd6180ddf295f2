/** A tap is taken back: once in this device's book, whoever asks and however often. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/client/account.ts';
import type { KeptReceipt, Storage } from '../../src/client/api.ts';
import { article, device, listen, newWorld, payee, tip, type World } from './support.ts';

let world: World;
let close: () => void;
/** What the payee's server answers to an undo: done, or a problem */
let refusal: string | undefined;
const heads: Request[] = [];
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
  refusal = undefined;
  heads.length = 0;
  const handle = world.handle;
  world.handle = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/sessions/ses_1/undo') {
      world.asked.push(`POST ${pathname}`);
      return Response.json({});
    }
    if (request.method !== 'HEAD') return handle(request);
    heads.push(request);
    if (!request.headers.has('authorization'))
      return new Response(null, { status: 402, headers: { 'www-authenticate': offered } });
    return new Response(null, {
      status: refusal ? 409 : 204,
      headers: refusal ? { 'micropay-problem': refusal } : {},
    });
  };
});
afterEach(() => close());

const inJson = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const request = { amount: '20000', currency: 'usd-micro', recipient: payee, unitType: 'article' };
const offered =
  `Payment id="chal_1", realm="news.test", method="micropay", intent="session", ` +
  `request="${inJson(request)}", expires="2026-11-24T10:00:00Z", opaque="${inJson({ scope: 'GET /article/*' })}"`;

/** Someone who owes for two taps here, of which the first can be taken back. */
async function tapped(storage: Storage): Promise<KeptReceipt> {
  const { micro } = device(world, { storage });
  await micro.pay(tip);
  const [charge] = await micro.receipts.list();
  if (!charge) throw new Error('Nothing was paid.');
  const receipt = { ...charge.receipt, jti: 'tap_1', cid: 'tap_1', amt: '20000', cur: 'usd-micro' };
  const kept = { receipt, text: 'a.b.c', url: article, tap: { sid: 'ses_1' } };
  await storage.set(`receipt:${payee} tap_1`, kept);
  const account = await accountIn(storage);
  const hold = { sid: 'ses_1', grant: '', seq: 0, dep: 200_000n, rby: 2 ** 40, pks: [] };
  await storage.set(`account:${payee}`, {
    ...account,
    hold: { ...hold, owed: 40_000n, signedMax: 40_000n },
  });
  return kept;
}

const accountIn = async (storage: Storage): Promise<Account> =>
  (await storage.get(`account:${payee}`)) as Account;

const owed = async (storage: Storage): Promise<bigint | undefined> =>
  (await accountIn(storage)).hold?.owed;

test('an undone tap is booked back once, also when two tabs ask at once', async () => {
  const { storage, lock } = device(world);
  const kept = await tapped(storage);
  const tabs = [1, 2].map(() => device(world, { storage, ports: { lock } }).micro);
  await Promise.all(tabs.map((micro) => micro.undo(kept)));
  expect(await owed(storage)).toBe(20_000n);
  expect((await accountIn(storage)).hold?.signedMax).toBe(40_000n);
  const list = (await tabs[0]?.receipts.list()) ?? [];
  const undone = list.find(({ receipt }) => receipt.jti === 'tap_1');
  expect(undone).toMatchObject({ undone: true });
  // What is undone is not asked for again.
  const asked = heads.length;
  if (undone) await tabs[0]?.undo(undone);
  expect(heads).toHaveLength(asked);
  expect(await owed(storage)).toBe(20_000n);
});

test('a tap that is settled is taken back at the wallet, and stays in the sum that its payee claims', async () => {
  const { storage, micro } = device(world);
  const kept = await tapped(storage);
  refusal = 'already-settled';
  expect(await micro.undo(kept)).toBe('wallet');
  expect(world.asked).toContain('POST /sessions/ses_1/undo');
  expect(await owed(storage)).toBe(40_000n);
  expect(await storage.get(`receipt:${payee} tap_1`)).toMatchObject({ undone: true });
});

test('a tap that can’t be taken back any more stays paid and owed', async () => {
  const { storage, micro } = device(world);
  const kept = await tapped(storage);
  refusal = 'undo-ended';
  await expect(micro.undo(kept)).rejects.toMatchObject({ code: 'undo-ended', moneyMoved: 'no' });
  expect(await owed(storage)).toBe(40_000n);
  expect(await storage.get(`receipt:${payee} tap_1`)).toEqual(kept);
});

test('the payee’s server is asked without cookies: one that opens the article would hide how it is paid', async () => {
  const cookies: unknown[] = [];
  const { storage, micro } = device(world, {
    fetch: (input, init) => {
      if (init?.method === 'HEAD') cookies.push(init.credentials);
      return fetch(input, init);
    },
  });
  expect(await micro.undo(await tapped(storage))).toBe('payee');
  expect(cookies).toEqual(['omit', 'omit']);
});
