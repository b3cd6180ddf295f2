/**
 * A script in the page, with the page's key in its hands: it signs in place as often as it likes, for whomever it likes, with no
 * client of ours between. Wallet and payees are the real ones, each on a socket of its own.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newPayeeKey, type PayeeKey } from '../../src/merchant/index.ts';
import { payeeSigner } from '../../src/merchant/sessions/payee-key.ts';
import {
  formatCredential,
  payeeUrl,
  type Challenge,
  type SettlementAnswer,
} from '../../src/protocol/index.ts';
import { personBalance } from '../../wallet/src/ledger.ts';
import { itemCharge, sold } from '../wallet/item-support.ts';
import { inAccount } from '../wallet/payee-support.ts';
import { grantIn, open, settleBy, topUp, voucher } from '../wallet/session-support.ts';
import {
  audited,
  chargeOf,
  connected,
  issuer,
  newPerson,
  pay,
  site,
  usualLimits,
  type Connected,
} from '../wallet/support.ts';
import { openTown, type Shopfront, type Town } from './town.ts';

const article = (i: number): string => `${site}/articles/${i}`;
const busker = payeeUrl(issuer, 'busker');
/** A tap, in millionths */
const price = 20_000n;
/** What a script may reserve at once, and what the person allowed for a day */
const [hold, day] = [200_000n, usualLimits.perDay];
const tries = 1_000;

let keys: { news: PayeeKey; busker: PayeeKey };
let town: Town;
let page: Connected;
beforeEach(async () => {
  keys = { news: await newPayeeKey(), busker: await newPayeeKey() };
  town = await openTown(keys);
  // What holds is the limit of the person, not how fast a script may ask.
  town.wallet.context.limits.take = () => {};
  page = await connected(town.wallet, await newPerson(town.wallet));
});
afterEach(async () => {
  expect((await audited(town.wallet)).faults).toEqual([]);
  await town.close();
});

const spent = async (): Promise<bigint> => {
  const { available, held } = await personBalance(town.wallet.context, page.person);
  return 10_000_000n - available - held;
};
const earned = (name: string): Promise<bigint> => inAccount(town.wallet, `payee:${name}`);

/** A voucher for the article of that number, as the page would sign it. */
const signed = (sid: string, cum: bigint, i: number, { id: cid }: Challenge): Promise<string> =>
  voucher(page, sid, cum, { cid, tap: `tap_of_script_${i}`, res: `GET /articles/${i}` });

/** Offers it as the page would. @returns whether it was taken */
async function offer(
  at: Shopfront,
  i: number,
  challenge: Challenge,
  payload: object,
): Promise<boolean> {
  const authorization = formatCredential({ challenge, payload: { ...payload } });
  return (await at.send(article(i), { headers: { authorization } })).status === 200;
}

describe('T2 a script that signs in place, again and again', () => {
  // Red without: src/merchant/sessions/take-tap.ts: if (sum > before.deposit) throw refused('payment-insufficient');
  test('T2 a thousand vouchers: what is taken is what was reserved, and never above the day’s limit', async () => {
    const { wallet, news } = town;
    const challenge = await news.challenge(article(1));
    const first = await open(wallet, page, hold);
    let [{ grant }, { jti: sid, dep }] = [first.json as { grant: string }, grantIn(first)];
    let [taken, seq, isOpen] = [0n, 0, false];
    for (let i = 0; i < tries; i += 1) {
      const cum = taken + price;
      const text = await signed(sid, cum, i, challenge);
      const payload = isOpen
        ? { action: 'voucher', sessionId: sid, voucher: text, grant }
        : { action: 'open', grant, voucher: text };
      const yes = await offer(news, i, challenge, payload);
      expect(yes).toBe(cum <= BigInt(dep));
      if (yes) [taken, isOpen] = [cum, true];
      else if (i % 10 === 0) {
        // It asks for more again and again; nobody is there.
        const more = await topUp(wallet, page, sid, { seq: seq + 1, amount: String(hold) });
        if (more.status === 200) {
          ({ grant } = more.json as { grant: string });
          ({ jti: sid, dep } = grantIn(more));
          seq += 1;
        }
      }
    }
    expect(taken).toBe(2n * hold);
    expect(taken).toBeLessThanOrEqual(day);
    await news.settle({ everything: true });
    expect([await earned('news'), await spent()]).toEqual([taken, taken]);
  }, 60_000);

  // Red without: src/merchant/sessions/standing.ts: assertWallet(grant, at);
  // Red without: wallet/src/settlement-lines.ts: if (session?.payee !== payee) throw refused;
  test('T2 the same vouchers at any other payee: none is taken, and none is paid', async () => {
    const { wallet, news } = town;
    const answer = await open(wallet, page, hold);
    const [{ grant }, { jti: sid }] = [answer.json as { grant: string }, grantIn(answer)];
    const challenges = [await news.challenge(article(1)), await town.busker.challenge(article(1))];
    const lines: { voucher: string; claim: string }[] = [];
    for (let i = 0; i < tries; i += 1) {
      const challenge = challenges[i % 2] as Challenge;
      const cum = (BigInt(i % 10) + 1n) * price;
      const text = await signed(sid, cum, i, challenge);
      lines.push({ voucher: text, claim: String(cum) });
      const payload =
        i % 4 < 2
          ? { action: 'open', grant, voucher: text }
          : { action: 'voucher', sessionId: sid, voucher: text };
      expect(await offer(town.busker, i, challenge, payload)).toBe(false);
    }
    expect(town.busker.taken()).toEqual([]);
    const thief = await payeeSigner(keys.busker);
    for (let i = 0; i < tries; i += 500) {
      const { json } = await settleBy(wallet, thief, { lines: lines.slice(i, i + 500) });
      for (const line of (json as SettlementAnswer).lines)
        expect(line.problem?.code).toBe('verification-failed');
    }
    expect([await earned('busker'), await spent()]).toEqual([0n, 0n]);
  });

  // Red without: wallet/src/refusals.ts: if (standing.usedToday + amount > perDay) return 'the limit for a day here';
  test('T2 payments: the day’s limit here is all there is', async () => {
    const charge = chargeOf({ amount: '2' });
    const all = Array.from({ length: 200 }, () => pay(town.wallet, page, { charge }));
    await Promise.all(all);
    expect([await earned('news'), await spent()]).toEqual([day, day]);
  });

  // Red without: wallet/src/wish.ts: if (request.recipient !== payeeUrl(context.issuer, grant.payee)) throw new Problem(refused);
  // Red without: wallet/src/wish.ts: if (sent.origin !== grant.origin) throw new Problem('origin-not-listed');
  // Red without: wallet/src/item-price.ts: if (item?.payee !== wish.payee) return new Problem('item-unknown'); → if (!item) return new Problem('item-unknown');
  test('T2 payments and items of another payee: nothing, by its name, from its site or for its item', async () => {
    const { wallet } = town;
    const theirs = await sold(wallet, await payeeSigner(keys.busker), { url: undefined });
    const wishes: Parameters<typeof pay>[2][] = [
      { charge: chargeOf({ recipient: busker }) },
      { charge: itemCharge(theirs) },
      { charge: itemCharge(theirs, { recipient: busker }) },
    ];
    const codes = new Set<unknown>();
    for (let i = 0; i < 300; i += 1) {
      const from =
        i % 2 ? page : { ...page, page: { ...page.page, origin: 'https://evil.example' } };
      const { status, json } = await pay(wallet, from, wishes[i % 3]);
      expect(status).not.toBe(200);
      expect(JSON.stringify(json)).not.toContain(theirs.key);
      codes.add((json as { code?: unknown }).code);
    }
    expect(codes).toEqual(new Set(['verification-failed', 'origin-not-listed', 'item-unknown']));
    expect([await earned('busker'), await earned('news'), await spent()]).toEqual([0n, 0n, 0n]);
  });

  // Red without: wallet/src/charge.ts: if (owned) return answerOf(new Problem('already-owned', { extra: { receipt: owned } }));
  test('T2 items of the payee: each once, at its price', async () => {
    const { wallet } = town;
    const seller = await payeeSigner(keys.news);
    const items = [await sold(wallet, seller), await sold(wallet, seller, { amount: '3' })];
    for (const item of Array.from({ length: tries / 20 }, () => items).flat())
      await pay(wallet, page, { charge: itemCharge(item) });
    expect([await earned('news'), await spent()]).toEqual([50_000n, 50_000n]);
  });
});
