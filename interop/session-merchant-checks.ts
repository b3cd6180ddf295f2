/** A client of mppx at our paywall, by session. */
import assert from 'node:assert/strict';
import { Challenge, PaymentRequest, Receipt } from 'mppx';
import { Mppx } from 'mppx/client';
import { shaped, statementAnswerSchema, parseStatement } from '../src/protocol/index.ts';
import { check } from './check.ts';
import { micropayClient } from './client-method.ts';
import { newPayer } from './payer.ts';
import { mppxFor } from './session-client-method.ts';
import { sessionOf } from './session-payer.ts';
import { secret, sessionShopOf, titles } from './shop.ts';
import type { Site, Town } from './town.ts';

/** Two cents, in units of the ledger. */
const price = 20_000n;

export async function sessionMerchantChecks(town: Town): Promise<Site> {
  const { pay, store, listener } = sessionShopOf(town);
  const shop = await town.open(() => listener);
  const article = (id: number): string => `${shop.origin}/articles/${id}`;
  const payer = await newPayer(town, shop.origin);
  const session = sessionOf(payer, 3n * price);
  const mppx = mppxFor(payer, session);
  const sent: string[] = [];
  mppx.onCredentialCreated(({ credential }) => void sent.push(credential));
  const again = (id: number, credential: string): Promise<Response> =>
    fetch(article(id), { headers: { authorization: credential } });
  const managed = (
    id: number,
    context: { wish: 'raise' | 'topUp' | 'undo' | 'close'; tap?: string },
  ) => mppx.fetch(article(id), { method: 'HEAD', context });

  await check('mppx finds a session before the charge in our 402, each with its id', async () => {
    const challenges = Challenge.fromResponseList(await fetch(article(1)));
    assert.deepEqual(
      challenges.map(({ intent }) => intent),
      ['session', 'charge'],
    );
    for (const one of challenges) assert.ok(Challenge.verify(one, { secretKey: secret }));
    const { opaque = '' } = challenges[0] ?? {};
    assert.deepEqual(PaymentRequest.deserialize(opaque), { scope: 'GET /articles/*' });
  });

  await check('a client of mppx that knows no sessions pays by the charge beside it', async () => {
    const before = await town.charged();
    const methods = [micropayClient(await newPayer(town, shop.origin))];
    const answer = await Mppx.create({ methods, polyfill: false }).fetch(article(1));
    assert.equal(answer.status, 200);
    assert.equal((await town.charged()).length, before.length + 1);
  });

  await check(
    'a client of mppx opens a session, and has the article with the payee’s receipt',
    async () => {
      const before = await town.charged();
      const answer = await mppx.fetch(article(1));
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), `The article: ${titles['/articles/1']}`);
      const told = Receipt.fromResponse(answer);
      assert.deepEqual([told.method, told.status], ['micropay', 'success']);
      assert.equal(Reflect.get(told, 'sessionId'), session.sid());
      assert.equal(session.owed(), price);
      assert.deepEqual(await town.charged(), before);
      assert.deepEqual(await town.moved(session.sid()), ['hold 60000']);
    },
  );

  await check(
    'a further article is a voucher, and the same credential again brings it for nothing',
    async () => {
      const answer = await mppx.fetch(article(2));
      const receipt = Receipt.fromResponse(answer);
      assert.equal(await answer.text(), `The article: ${titles['/articles/2']}`);
      assert.equal(session.owed(), 2n * price);
      const copy = await again(2, sent.at(-1) ?? '');
      assert.equal(await copy.text(), `The article: ${titles['/articles/2']}`);
      assert.equal(Receipt.fromResponse(copy).reference, receipt.reference);
      const other = await again(3, sent.at(-1) ?? '');
      assert.equal(other.status, 402);
    },
  );

  await check('what is owned opens again, without a receipt, and is not owed', async () => {
    const answer = await mppx.fetch(article(1));
    assert.equal(await answer.text(), `The article: ${titles['/articles/1']}`);
    assert.equal(answer.headers.get('payment-receipt'), null);
    assert.equal(session.owed(), 2n * price);
  });

  await check('a larger deposit is told by HEAD, and a voucher by HEAD takes no tap', async () => {
    for (const wish of ['topUp', 'raise'] as const) {
      const answer = await managed(3, { wish });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get('payment-receipt'), null);
    }
    const kept = await store.sessions?.find({ iss: town.wallet, sid: session.sid() });
    const { deposit, accepted, spent } = kept?.session ?? {};
    assert.deepEqual([deposit, accepted, spent], [6n * price, 4n * price, 2n * price]);
    assert.deepEqual(await town.moved(session.sid()), ['hold 60000', 'hold 60000']);
    const answer = await mppx.fetch(article(3));
    assert.equal(await answer.text(), `The article: ${titles['/articles/3']}`);
  });

  await check('a tap is taken back by HEAD, and a copy of it opens nothing any more', async () => {
    const { reference: tap } = Receipt.fromResponse(await mppx.fetch(article(4)));
    const credential = sent.at(-1) ?? '';
    assert.equal(session.owed(), 4n * price);
    assert.equal((await managed(4, { wish: 'undo', tap })).status, 204);
    assert.equal((await managed(4, { wish: 'undo', tap })).status, 204);
    session.undone({ amt: String(price) });
    const copy = await again(4, credential);
    assert.equal(copy.status, 402);
    assert.match(JSON.stringify(await copy.json()), /"payment-required"/);
  });

  await check('what can’t be done is said by a header in answer to HEAD', async () => {
    const answer = await managed(4, { wish: 'undo', tap: 'tap_nobody_knows' });
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get('micropay-problem'), 'not-found');
  });

  await check(
    'a session is closed by HEAD, and settled in one transfer; the rest goes back',
    async () => {
      assert.equal((await managed(1, { wish: 'close' })).status, 204);
      const sid = session.sid();
      const { moved, refused, closed } = await pay.sessions.settle({ everything: true });
      assert.deepEqual([moved, refused, closed], [String(session.owed()), [], [sid]]);
      assert.deepEqual((await town.moved(sid)).slice(2), ['settle 60000', 'release 60000']);
      const told = shaped(
        statementAnswerSchema,
        await payer.call(`/sessions/${sid}/statement`),
        'malformed-request',
      );
      const { statement } = parseStatement(told.statement, 'malformed-request');
      const { dep, amt, back, und, end } = statement;
      assert.deepEqual([dep, amt, back, und, end], ['120000', '60000', '60000', '0', true]);
      assert.equal((JSON.parse(told.items) as unknown[]).length, 3);
    },
  );

  await check('a tap of a closed session is answered 410, and nothing moves', async () => {
    const sid = session.sid();
    const answer = await mppx.fetch(article(4));
    assert.equal(answer.status, 410);
    assert.match(JSON.stringify(await answer.json()), /"session-ended"/);
    assert.equal((await pay.sessions.settle({ everything: true })).moved, '0');
    assert.equal((await town.moved(sid)).length, 4);
  });
  return shop;
}
