/** Our client at servers of mppx. */
import assert from 'node:assert/strict';
import { Method, Receipt, z } from 'mppx';
import { Mppx, Request as MppxRequest } from 'mppx/server';
import { assertOwnChallenge, challengeKey, challengesFrom } from '../src/protocol/index.ts';
import { check } from './check.ts';
import { clientAt } from './page.ts';
import { micropayServer } from './server-method.ts';
import type { Town } from './town.ts';

const secretKey = 'another secret of at least 32 characters';
const price = { amount: '3', currency: 'usd' };

/** Another method at the same door, as a server has it that takes several. */
const other = Method.toServer(
  Method.from({
    name: 'acme',
    intent: 'charge',
    schema: {
      credential: { payload: z.object({ coupon: z.string() }) },
      request: z.object({ amount: z.string(), currency: z.string() }),
    },
  }),
  { broadcast: () => Promise.reject(new Error('Nobody pays by it here.')) },
);

function serverOf(town: Town, options: { requiresAuth?: boolean } = {}) {
  const mppx = Mppx.create({
    methods: [other, micropayServer(town)],
    realm: 'localhost',
    secretKey,
    ...options,
  });
  const ours = { ...price, recipient: town.payee };
  const charge = mppx.micropay.charge({ ...ours, description: 'A story by mppx' });
  const either = mppx.compose(
    ['acme/charge', { amount: '1', currency: 'acme' }],
    ['micropay/charge', ours],
  );
  return MppxRequest.toNodeListener(async (request) => {
    const { pathname } = new URL(request.url);
    const answer = await (pathname.startsWith('/either') ? either : charge)(request);
    if (answer.status === 402) return answer.challenge;
    return answer.withReceipt(Response.json({ story: pathname }));
  });
}

export async function serverChecks(town: Town): Promise<void> {
  const server = await town.open(() => serverOf(town));
  const micro = await clientAt(town, server.origin);
  const seen = async (path: string) => {
    const answer = await fetch(server.origin + path);
    return challengesFrom(answer.headers.get('www-authenticate') ?? '');
  };

  await check('we read the 402 of mppx, and find its id bound as the draft says', async () => {
    const key = await challengeKey(secretKey);
    const [challenge] = await seen('/stories/1');
    assert.ok(challenge);
    await assertOwnChallenge(challenge, key);
    assert.equal(challenge.description, 'A story by mppx');
  });

  await check('our client asks for approval, pays three cents, and mppx delivers', async () => {
    const quote = await micro.quote({ url: `${server.origin}/stories/1` });
    assert.ok(!quote.response);
    assert.deepEqual(quote.money, price);
    assert.equal(quote.reason, 'A story by mppx');
    const paid = await micro.settle(quote, { wallet: micro.openWallet(quote) });
    assert.ok(paid.response);
    assert.deepEqual(await paid.response.json(), { story: '/stories/1' });
    const told = Receipt.fromResponse(paid.response);
    assert.deepEqual([told.method, told.reference], ['micropay', paid.receipt.jti]);
    assert.equal((await town.charged()).at(-1), quote.id);
  });

  await check('under a standing approval one fetch is enough', async () => {
    const answer = await micro.fetch(`${server.origin}/stories/2`);
    assert.deepEqual(await answer.json(), { story: '/stories/2' });
  });

  await check('among the methods of a server our client takes its own', async () => {
    const methods = (await seen('/either/1')).map(({ method }) => method);
    assert.deepEqual(methods, ['acme', 'micropay']);
    const answer = await micro.fetch(`${server.origin}/either/1`);
    assert.deepEqual(await answer.json(), { story: '/either/1' });
  });

  await check('a POST is paid for at mppx, too', async () => {
    const init = { method: 'POST', body: 'hello' };
    const answer = await micro.fetch(`${server.origin}/stories/3`, init);
    assert.deepEqual(await answer.json(), { story: '/stories/3' });
  });

  await check('mppx takes a receipt once, and none that was paid for something else', async () => {
    const sent: string[] = [];
    const origin = server.origin;
    const watching = await clientAt(town, origin, (name, value) => {
      if (name === 'authorization' && value.startsWith('Payment ')) sent.push(value);
    });
    const quote = await watching.quote({ url: `${origin}/stories/4` });
    assert.ok(!quote.response);
    await watching.settle(quote, { wallet: watching.openWallet(quote) });
    const [authorization = ''] = sent;
    const again = await fetch(`${origin}/stories/4`, { headers: { authorization } });
    assert.equal(again.status, 402);
    assert.match(JSON.stringify(await again.json()), /invalid-challenge/);
  });

  await check(
    'where Authorization is taken, the credential goes where the server says',
    async () => {
      const closed = await town.open(() => serverOf(town, { requiresAuth: true }));
      const reader = await clientAt(town, closed.origin);
      const headers = { authorization: 'Bearer of-the-site' };
      const quote = await reader.quote({ url: `${closed.origin}/stories/5`, init: { headers } });
      assert.ok(!quote.response);
      const paid = await reader.settle(quote, { wallet: reader.openWallet(quote) });
      assert.deepEqual(await paid.response?.json(), { story: '/stories/5' });
    },
  );
}
