/** A client of mppx at our paywall. */
import assert from 'node:assert/strict';
import { Challenge, Credential, Receipt } from 'mppx';
import { Mppx } from 'mppx/client';
import { parseReceipt } from '../src/protocol/index.ts';
import { check } from './check.ts';
import { micropayClient } from './client-method.ts';
import { newPayer } from './payer.ts';
import { secret, shopOf, titles } from './shop.ts';
import type { Site, Town } from './town.ts';

export async function merchantChecks(town: Town): Promise<Site> {
  const shop = await town.open(() => shopOf(town));
  const article = (id: number): string => `${shop.origin}/articles/${id}`;
  const payer = await newPayer(town, shop.origin);
  const mppx = Mppx.create({ methods: [micropayClient(payer)], polyfill: false });
  const sent: string[] = [];
  mppx.onCredentialCreated(({ credential }) => void sent.push(credential));

  await check('mppx reads our 402, and finds its id bound as the draft says', async () => {
    for (const path of Object.keys(titles)) {
      const challenge = Challenge.fromResponse(await fetch(shop.origin + path));
      assert.equal(challenge.request['description'], titles[path]);
      assert.ok(Challenge.verify(challenge, { secretKey: secret }));
    }
  });

  await check('a client of mppx pays two cents, and gets the article with a receipt', async () => {
    const before = await town.charged();
    const answer = await mppx.fetch(article(1));
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), 'The article: How rivers remember');
    const told = Receipt.fromResponse(answer);
    const { method, status, reference } = told;
    assert.deepEqual([method, status], ['micropay', 'success']);
    const { receipt } = parseReceipt(Reflect.get(told, 'receipt'), 'verification-failed');
    assert.equal(receipt.jti, reference);
    assert.equal((await town.charged()).length, before.length + 1);
  });

  await check('the same credential again is answered again, and not charged again', async () => {
    const before = await town.charged();
    const headers = { authorization: sent.at(-1) ?? '' };
    const answer = await fetch(article(1), { headers });
    assert.equal(await answer.text(), 'The article: How rivers remember');
    assert.deepEqual(await town.charged(), before);
  });

  await check('what is owned opens again for a new challenge, and costs nothing', async () => {
    const before = await town.charged();
    const answer = await mppx.fetch(article(1));
    assert.equal(answer.status, 200);
    assert.ok(Receipt.fromResponse(answer).reference);
    assert.deepEqual(await town.charged(), before);
  });

  await check('titles beyond ASCII, and with quotes, survive mppx’s parser and ours', async () => {
    for (const id of [2, 3]) {
      const answer = await mppx.fetch(article(id));
      assert.equal(await answer.text(), `The article: ${titles[`/articles/${id}`]}`);
    }
  });

  await check('a POST is paid for with its body, and only with it', async () => {
    const url = `${shop.origin}/echo`;
    const answer = await mppx.fetch(url, { method: 'POST', body: 'hello' });
    assert.equal(await answer.text(), 'echo: hello');
    const headers = { authorization: sent.at(-1) ?? '' };
    const other = await fetch(url, { method: 'POST', body: 'goodbye', headers });
    assert.equal(other.status, 402);
    assert.match(JSON.stringify(await other.json()), /invalid-challenge/);
  });

  await check(
    'a credential for another page is refused, with a challenge mppx can read',
    async () => {
      const challenge = Challenge.fromResponse(await fetch(article(4)));
      const other = Challenge.fromResponse(await fetch(article(3)));
      const { id, realm } = challenge;
      const payload = await payer.pay({ id, realm, request: encoded(challenge) });
      const authorization = Credential.serialize({ challenge: other, payload });
      const answer = await fetch(article(4), { headers: { authorization } });
      assert.equal(answer.status, 402);
      assert.notEqual(Challenge.fromResponse(answer).id, id);
      const good = Credential.serialize({ challenge, payload, source: 'did:example:payer' });
      const opened = await fetch(article(4), { headers: { authorization: good } });
      assert.equal(opened.status, 200);
    },
  );

  await check('what can’t be read is a problem of the type the draft names', async () => {
    for (const authorization of ['Payment e30', 'Payment !']) {
      const answer = await fetch(article(1), { headers: { authorization } });
      assert.equal(answer.status, 402);
      const { type } = (await answer.json()) as { type: string };
      assert.equal(type, 'https://paymentauth.org/problems/malformed-credential');
    }
  });

  await check('a server that takes the money and delivers nothing gets it once', async () => {
    const deaf = await town.open(() => {
      const listener = shopOf(town);
      return (request, response) => {
        delete request.headers.authorization;
        listener(request, response);
      };
    });
    const before = await town.charged();
    const methods = [micropayClient(await newPayer(town, deaf.origin))];
    // By itself mppx pays each fresh challenge, three times; a refusal here brings one, as the draft wants it.
    const careful = Mppx.create({ methods, polyfill: false, maxPaymentRetries: 1 });
    const answer = await careful.fetch(`${deaf.origin}/echo`, { method: 'POST', body: 'hello' });
    assert.equal(answer.status, 402);
    assert.equal((await town.charged()).length, before.length + 1);
  });
  return shop;
}

/** The request of a challenge, as it travelled. */
const encoded = (challenge: Challenge.Challenge): string =>
  /request="([^"]+)"/.exec(Challenge.serialize(challenge))?.[1] ?? '';
