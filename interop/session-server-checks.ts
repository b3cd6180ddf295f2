/** Our client at servers of mppx that sell by session. */
import assert from 'node:assert/strict';
import { Expires, Receipt } from 'mppx';
import { Mppx, Request as MppxRequest } from 'mppx/server';
import type { KeptReceipt, MicroPay } from '../src/index.ts';
import { challengesFrom } from '../src/protocol/index.ts';
import { check } from './check.ts';
import { signerFrom } from './keys.ts';
import { clientAt } from './page.ts';
import { payeeBook, type PayeeBook } from './payee-book.ts';
import { newPayer } from './payer.ts';
import { micropayServer } from './server-method.ts';
import { mppxFor } from './session-client-method.ts';
import { sessionOf } from './session-payer.ts';
import { failed, sessionServer, told } from './session-server-method.ts';
import type { Site, Town } from './town.ts';

/** Three cents, and in units of the ledger. */
const price = { amount: '3', currency: 'usd' };
const units = 30_000;

interface Options {
  requiresAuth?: boolean;
}

/** A server, what it was asked, and a way to give it another secret. */
interface Shop {
  site: Site;
  book: PayeeBook;
  asked: string[];
  anew: () => void;
}

async function shopOf(town: Town, options: Options = {}): Promise<Shop> {
  const book = payeeBook({ ...town, key: await signerFrom(town.payeeKey) });
  const asked: string[] = [];
  let count = 0;
  const make = () =>
    Mppx.create({
      methods: [micropayServer(town), sessionServer(book)],
      realm: 'localhost',
      secretKey: `secret ${(count += 1)} of at least thirty-two characters`,
      ...options,
    });
  let mppx = make();
  const ours = { ...price, recipient: town.payee };
  const site = await town.open(() =>
    MppxRequest.toNodeListener(async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(`${request.method} ${pathname}`);
      // Made for each request: mppx fixes the end of a challenge when a handler is made.
      const expires = Expires.hours(24);
      const answer = await mppx.compose(
        [
          'micropay/session',
          { ...ours, unitType: 'story', meta: { scope: 'GET /stories/*' }, expires },
        ],
        ['micropay/charge', { ...ours, expires }],
      )(request);
      if (answer.status === 402) return told(request, answer.challenge);
      if (pathname.endsWith('/broken')) return failed(book, request);
      return answer.withReceipt(Response.json({ story: pathname }));
    }),
  );
  return { site, book, asked, anew: () => void (mppx = make()) };
}

/** Pays the first time, by charge: the person allows, and the wallet reserves a sum with it. */
async function introduced(town: Town, { site }: Shop, sent: string[] = []): Promise<MicroPay> {
  const micro = await clientAt(town, site.origin, (name, value) => {
    if (name === 'authorization' && value.startsWith('Payment ')) sent.push(value);
  });
  const quote = await micro.quote({ url: `${site.origin}/stories/1` });
  assert.ok(!quote.response);
  const paid = await micro.settle(quote, { wallet: micro.openWallet(quote) });
  assert.deepEqual(await paid.response?.json(), { story: '/stories/1' });
  return micro;
}

export async function sessionServerChecks(town: Town): Promise<void> {
  const shop = await shopOf(town);
  const { site, book, asked } = shop;
  const story = (name: string): string => `${site.origin}/stories/${name}`;
  const sent: string[] = [];
  const micro = await introduced(town, shop, sent);
  const keptOf = async (name: string): Promise<KeptReceipt> => {
    const found = (await micro.receipts.list()).find(({ url }) => url === story(name));
    assert.ok(found);
    return found;
  };
  const sid = async (): Promise<string> => (await keptOf('2')).tap?.sid ?? '';
  /** Reads it, and says how the server was asked. */
  const read = async (name: string): Promise<string[]> => {
    asked.length = 0;
    const answer = await micro.fetch(story(name));
    assert.deepEqual(await answer.json(), { story: `/stories/${name}` });
    return [...asked];
  };

  await check(
    'our client finds a session of mppx beside the charge, and pays first by charge',
    async () => {
      const answer = await fetch(story('1'));
      const intents = challengesFrom(answer.headers.get('www-authenticate') ?? '').map(
        ({ intent }) => intent,
      );
      assert.deepEqual(intents, ['session', 'charge']);
      assert.equal((await keptOf('1')).tap, undefined);
    },
  );

  await check('the next story is a tap at mppx: the wallet is not asked to charge', async () => {
    const before = await town.charged();
    assert.deepEqual(await read('2'), ['GET /stories/2', 'GET /stories/2']);
    const { receipt, tap } = await keptOf('2');
    assert.ok(tap);
    assert.deepEqual([receipt.amt, receipt.cur], [String(units), 'usd-micro']);
    assert.deepEqual(await town.charged(), before);
    assert.deepEqual(await town.moved(tap.sid), ['hold 200000']);
  });

  await check('a further one is a voucher by one request', async () => {
    assert.deepEqual(await read('3'), ['GET /stories/3']);
  });

  await check(
    'the same voucher again brings the same story at mppx, and no other one',
    async () => {
      const authorization = sent.at(-1) ?? '';
      const copy = await fetch(story('3'), { headers: { authorization } });
      assert.equal(Receipt.fromResponse(copy).reference, (await keptOf('3')).receipt.jti);
      const other = await fetch(story('4'), { headers: { authorization } });
      assert.equal(other.status, 409);
      assert.match(JSON.stringify(await other.json()), /"id-reused"/);
    },
  );

  await check(
    'a tap is taken back at mppx by HEAD, and a copy of it opens nothing any more',
    async () => {
      const authorization = sent.at(-1) ?? '';
      asked.length = 0;
      await micro.undo(await keptOf('3'));
      assert.deepEqual(asked, ['HEAD /stories/3']);
      assert.equal((await keptOf('3')).undone, true);
      assert.equal((await fetch(story('3'), { headers: { authorization } })).status, 402);
    },
  );

  await check('what mppx lets in and its handler can’t deliver is given back', async () => {
    await assert.rejects(micro.fetch(story('broken')), {
      code: 'internal-error',
      moneyMoved: 'no',
    });
    assert.deepEqual(await read('4'), ['GET /stories/4']);
  });

  await check(
    'a refusal in mppx’s own words is one: not charged, and the next try is paid',
    async () => {
      shop.anew();
      await assert.rejects(micro.fetch(story('5')), {
        code: 'invalid-challenge',
        moneyMoved: 'no',
      });
      assert.deepEqual(await read('5'), ['GET /stories/5']);
    },
  );

  await check(
    'where the deposit is used up it grows, and mppx is shown the new grant',
    async () => {
      for (const name of ['6', '7', '8', '9'])
        assert.deepEqual(await read(name), [`GET /stories/${name}`]);
      assert.deepEqual(await town.moved(await sid()), ['hold 200000', 'hold 200000']);
    },
  );

  await check(
    'the book is settled in one transfer, and a settled tap is taken back at the wallet',
    async () => {
      // 2, 4, 5, 6, 7, 8 and 9: what was taken back, broken or refused is not among them.
      assert.equal(await book.settle(), 7n * BigInt(units));
      assert.equal(await book.settle(), 0n);
      await micro.undo(await keptOf('9'));
      assert.deepEqual((await town.moved(await sid())).slice(2), ['settle 210000', 'undo 30000']);
    },
  );

  await check(
    'a session is closed by HEAD, the rest goes back, and the statement is what was got',
    async () => {
      asked.length = 0;
      await micro.close(town.payee);
      assert.match(asked.join(), /^HEAD \/stories\/\w+$/);
      assert.equal(await book.settle(), 0n);
      assert.deepEqual((await town.moved(await sid())).slice(4), ['release 190000']);
      const { fits, ended, reserved, settled, undone, back } =
        (await micro.statement(town.payee)) ?? {};
      assert.deepEqual([fits, ended], [true, true]);
      assert.deepEqual([reserved, settled, undone, back], [400_000n, 210_000n, 30_000n, 190_000n]);
    },
  );

  await check(
    'where Authorization is taken, vouchers go where mppx says, and who forgot is told again',
    async () => {
      const closed = await shopOf(town, { requiresAuth: true });
      const reader = await introduced(town, closed);
      for (const name of ['2', '3', '4']) {
        if (name === '4') closed.book.forget();
        const headers = { authorization: 'Bearer of-the-site' };
        const answer = await reader.fetch(`${closed.site.origin}/stories/${name}`, { headers });
        const { method, reference } = Receipt.fromResponse(answer);
        const kept = (await reader.receipts.list()).find(
          ({ receipt }) => receipt.jti === reference,
        );
        assert.ok(method === 'micropay' && kept?.tap);
      }
      // What was forgotten is lost for the payee, never for the payer.
      assert.equal(await closed.book.settle(), BigInt(units));
    },
  );

  await check(
    'a client of mppx pays at a server of mppx by our method, and raises its sum by HEAD',
    async () => {
      const payer = await newPayer(town, site.origin);
      const session = sessionOf(payer, 3n * BigInt(units));
      const mppx = mppxFor(payer, session);
      for (const name of ['1', '2']) {
        const answer = await mppx.fetch(story(name));
        assert.deepEqual(await answer.json(), { story: `/stories/${name}` });
        for (const wish of ['raise', 'topUp'] as const)
          if (name === '1') {
            const told = await mppx.fetch(story(name), { method: 'HEAD', context: { wish } });
            assert.equal(told.status, 204);
          }
      }
      assert.equal(
        (await mppx.fetch(story('1'), { method: 'HEAD', context: { wish: 'close' } })).status,
        204,
      );
      assert.equal(await book.settle(), session.owed());
      const moved = ['hold 90000', 'hold 90000', 'settle 60000', 'release 120000'];
      assert.deepEqual(await town.moved(session.sid()), moved);
    },
  );
}
