/** Every hostile input that concerns a wallet, over a real socket: refused in plain words, nothing moved, nothing kept, nothing echoed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReceipt } from '../../src/protocol/index.ts';
import { seller } from '../wallet/session-support.ts';
import { connected, contents, newKey, newPerson } from '../wallet/support.ts';
import { liveWallet } from './live-wallet.ts';
import { refundRows } from './refund-rows.ts';
import { itemRows } from './item-rows.ts';
import { sessionRows } from './session-rows.ts';
import { walletRows, type Target } from './wallet-rows.ts';
import { exchange } from './wire.ts';

let target: Target;
beforeAll(async () => {
  const wallet = await liveWallet();
  // Each row is a call of the same page in the same second.
  wallet.context.limits.take = () => {};
  const seed = wallet.random(32);
  const key = await newKey(() => seed);
  const reader = await connected(wallet, await newPerson(wallet), { page: { key } });
  target = { wallet, reader, seed, seller: await seller(wallet) };
});
afterAll(() => target.wallet.close());

test.each([...walletRows, ...sessionRows, ...refundRows, ...itemRows])(
  'hostile input %s, %s',
  async (_id, _name, make) => {
    const { wallet } = target;
    const { sent, status, code, input = '', kept, says } = await make(target);
    const before = await contents(wallet);
    const answer = await exchange(wallet.port, sent);
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
    if (code === undefined) return expect(wordsOf(answer.text)).toBe(says);
    expect(JSON.parse(answer.text)).toMatchObject({ status, code, moneyMoved: 'no' });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const after = await contents(wallet);
    if (kept) expect(after['payments']?.pop()).toMatchObject({ status: 'refused', receipt: null });
    expect(after).toEqual(before);
    const [, body = ''] = Buffer.from(sent).toString('latin1').split('\r\n\r\n');
    // A letter or two may well stand in an answer by themselves.
    const start = body.length > 8 ? body.slice(0, 40) : '';
    for (const part of [input, start].filter(Boolean)) expect(answer.raw).not.toContain(part);
  },
);

test('the wallet that was sent all this lives, and its books balance', async () => {
  const { wallet } = target;
  const alive = await wallet.door(new Request('http://localhost:8787/.well-known/micropay'), '::1');
  expect(alive.status).toBe(200);
  expect(wallet.logged).toEqual([]);
});

function wordsOf(text: string): string | undefined {
  const { receipt: signed } = JSON.parse(text) as { receipt: string };
  return parseReceipt(signed, 'receipt-invalid').receipt.rsn.text;
}
