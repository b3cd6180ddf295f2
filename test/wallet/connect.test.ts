import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  interactionHash,
  parseGrant,
  parseReceipt,
  payeeUrl,
  verifyJws,
} from '../../src/protocol/index.ts';
import { allowanceOf, revokeSite } from '../../wallet/src/allowances.ts';
import { approve, awaitConnect, deny } from '../../wallet/src/connects.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import {
  allowPage,
  ask,
  audited,
  chargeOf,
  connectRequest,
  contents,
  intentFor,
  issuer,
  newKey,
  newPage,
  newPerson,
  news,
  pay,
  proceed,
  send,
  site,
  testWallet,
  usualLimits,
  type Page,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
let person: string;
let page: Page;
beforeEach(async () => {
  wallet = await testWallet();
  person = await newPerson(wallet);
  page = await newPage(wallet);
});
afterEach(() => wallet.close());

const post = (request: unknown, origin: string | undefined = site) =>
  send(wallet, '/connect', { body: JSON.stringify(request), origin });

describe('a page asks', () => {
  test('and the consent page that waited gets the question', async () => {
    const waiting = awaitConnect(wallet.context, page.nonce);
    const { continue: next } = await ask(wallet, page);
    expect(await waiting).toMatchObject({
      nonce: page.nonce,
      origin: site,
      payee: { name: 'news', display: 'Example News', open: false, verified: true },
      charge: chargeOf(),
      grantId: next.gnt,
      status: 'asked',
    });
  });

  test('again, because the answer got lost, and it is the same question', async () => {
    const [first, second] = [await ask(wallet, page), await ask(wallet, page)];
    expect(second).toEqual(first);
  });

  test('another thing under the same nonce, and is refused', async () => {
    await ask(wallet, page);
    const other = await post(connectRequest({ ...page, charge: undefined }));
    expect(other).toMatchObject({ status: 409, json: { code: 'id-reused' } });
  });

  test('and after ten minutes the question has ended', async () => {
    await ask(wallet, page);
    wallet.clock.now += 600;
    const answer = { nonce: page.nonce, person, limits: usualLimits, scope: {} };
    const late = approve(wallet.context, answer);
    await expect(late).rejects.toMatchObject({ code: 'approval-expired' });
  });
});

describe('a question is refused, and nothing is kept', () => {
  const refused = async (request: unknown, code: string, origin?: string) => {
    const before = await contents(wallet);
    const { status, json } = await post(request, origin);
    expect(json).toMatchObject({ code, moneyMoved: 'no' });
    expect(await contents(wallet)).toEqual(before);
    return status;
  };

  test.each([
    ['of another wallet', 'https://other.example/~news'],
    ['that is not there', payeeUrl(issuer, 'nobody')],
  ])('for a payee %s', async (_what, payee) => {
    expect(await refused(connectRequest({ ...page, payee }), 'payee-unknown')).toBe(404);
  });

  test('without an Origin', async () => {
    const body = JSON.stringify(connectRequest(page));
    const { json } = await send(wallet, '/connect', { body });
    expect(json).toMatchObject({ code: 'origin-missing' });
  });

  test.each([
    ['pays another payee', chargeOf({ recipient: payeeUrl(issuer, 'busker') })],
    ['has another currency', chargeOf({ currency: 'eur' })],
  ])('when its payment %s', async (_what, charge) => {
    expect(await refused(connectRequest({ ...page, charge }), 'malformed-request')).toBe(400);
  });

  // Red without: wallet/src/questions.ts: assertStrongKey(request.client.jwk);
  test('T23 for a session key under which one signature could mean several messages', async () => {
    const weak = {
      'of order 1': 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'of order 4': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'of order 8': 'xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o',
      'not on the curve': 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    };
    for (const x of Object.values(weak)) {
      const client = { jwk: { kty: 'OKP', crv: 'Ed25519', x } };
      const request = { ...connectRequest(page), client };
      expect(await refused(request, 'malformed-request')).toBe(400);
    }
  });
});

// Red without: wallet/src/payees.ts: if (!listed) throw new Problem('origin-not-listed');
test('T6 a site can’t ask in another site’s name', async () => {
  const before = await contents(wallet);
  const evil = await newPage(wallet, { origin: 'https://evil.example' });
  const { status, json } = await post(connectRequest(evil), evil.origin);
  expect(status).toBe(403);
  expect(json).toMatchObject({ code: 'origin-not-listed', moneyMoved: 'no' });
  expect(await contents(wallet)).toEqual(before);
});

// Red without: wallet/src/payees.ts: if (known.origin !== origin) continue;
test('T6 only a site that says so itself is called verified', async () => {
  await addPayee(wallet.context, {
    name: 'busker',
    open: true,
    origins: [{ origin: 'https://busker.example', verifiedBy: 'link' }],
  });
  const tip = { payee: payeeUrl(issuer, 'busker'), charge: undefined };
  const stranger = await newPage(wallet, { ...tip, origin: 'https://blog.example' });
  await ask(wallet, stranger);
  expect(await awaitConnect(wallet.context, stranger.nonce)).toMatchObject({
    origin: 'https://blog.example',
    payee: { open: true, verified: false },
  });
  await ask(wallet, page);
  expect((await awaitConnect(wallet.context, page.nonce))?.payee.verified).toBe(true);
});

describe('the person allows it', () => {
  test('and the page hears of it in words that only it can use', async () => {
    const asked = await ask(wallet, page);
    const scope = { shown: '2¢', immediateDelivery: true };
    const answer = { nonce: page.nonce, person, limits: usualLimits, scope };
    const { to, method, message } = await approve(wallet.context, answer);
    expect([to, method]).toEqual([site, 'message']);
    if (!('hash' in message)) throw new Error('It was denied.');
    const connectUrl = `${issuer}/connect`;
    const question = { nonce: page.nonce, finish: asked.interact.finish, connectUrl };
    const interactRef = message.interact_ref;
    expect(message.hash).toBe(await interactionHash({ ...question, interactRef }));
    const { consents, grants, connects } = await contents(wallet);
    expect(consents).toMatchObject([
      { person, payee: 'news', origin: site, scope: JSON.stringify(scope) },
    ]);
    expect(grants).toEqual([]);
    expect(inspect([consents, connects])).not.toContain(interactRef);
  });

  test('and a redirect goes back to exactly where the page said', async () => {
    const request = connectRequest(page);
    const finish = { ...request.interact.finish, method: 'redirect', uri: `${site}/a?b=1#c` };
    await post({ ...request, interact: { ...request.interact, finish } });
    const { to } = await approve(wallet.context, {
      nonce: page.nonce,
      person,
      limits: usualLimits,
      scope: {},
    });
    const url = new URL(to);
    expect([url.origin, url.pathname, url.hash]).toEqual([site, '/a', '#c']);
    expect([...url.searchParams.keys()]).toEqual(['b', 'micropay_nonce', 'hash', 'interact_ref']);
  });

  test('once: a second answer is refused', async () => {
    await ask(wallet, page);
    await allowPage(wallet, page, person);
    await expect(allowPage(wallet, page, person)).rejects.toMatchObject({
      code: 'approval-expired',
    });
    await expect(deny(wallet.context, page.nonce)).rejects.toMatchObject({
      code: 'approval-expired',
    });
  });

  test('or not: the page is told, and nothing is granted', async () => {
    await ask(wallet, page);
    const { to, message } = await deny(wallet.context, page.nonce);
    expect([to, message]).toEqual([
      site,
      { type: 'micropay-connect', nonce: page.nonce, error: 'denied' },
    ]);
    expect((await contents(wallet))['grants']).toEqual([]);
  });
});

describe('the page fetches what was allowed', () => {
  const allowed = async () => {
    const asked = await ask(wallet, page);
    return { grantId: asked.continue.gnt, interact_ref: await allowPage(wallet, page, person) };
  };

  test('and has a grant for its key, its site and this payee only', async () => {
    const { grantId, interact_ref } = await allowed();
    const { json } = await proceed(wallet, page, { interact_ref });
    const { jws, grant } = parseGrant((json as { grant: string }).grant, 'verification-failed');
    await verifyJws(
      jws,
      wallet.context.keys.grants.jwk,
      wallet.context.verify,
      'verification-failed',
    );
    expect(grant).toMatchObject({
      iss: issuer,
      env: 'test',
      aud: news,
      gnt: grantId,
      jti: grantId,
      org: site,
      cnf: { jwk: page.key.jwk },
      dep: '0',
      lim: { tap: '100000', day: '1000000', total: '5000000' },
      exp: wallet.clock.now + 30 * 86_400,
    });
  });

  test('with the first payment: grant and receipt come together', async () => {
    const { grantId, interact_ref } = await allowed();
    const intent = await intentFor(wallet, page, grantId);
    const { json } = await proceed(wallet, page, { interact_ref, intent });
    const answer = json as { receipt: string; allowance: { day: { used: string } } };
    expect(parseReceipt(answer.receipt, 'receipt-invalid').receipt.cid).toBe(page.cid);
    expect(answer.allowance.day.used).toBe('20000');
    expect(await audited(wallet)).toMatchObject({ charges: 1, faults: [] });
  });

  test('with a first payment that fails: the grant comes all the same, and the refusal is final', async () => {
    const { grantId, interact_ref } = await allowed();
    const charge = chargeOf({ amount: '11' });
    const intent = await intentFor(wallet, page, grantId, { charge });
    const { json } = await proceed(wallet, page, { interact_ref, intent });
    expect(json).toMatchObject({
      grant: expect.any(String),
      problem: { code: 'price-changed', moneyMoved: 'no' },
    });
    const again = await pay(wallet, { page, grantId }, { charge, cid: page.cid });
    expect(again.json).toMatchObject({ code: 'price-changed' });
  });

  test('with a first payment that was answered before: the answer is the same, and nothing is debited', async () => {
    const first = await allowed();
    const intent = await intentFor(wallet, page, first.grantId);
    const { json } = await proceed(wallet, page, { interact_ref: first.interact_ref, intent });
    const old = page;
    page = { ...(await newPage(wallet)), cid: old.cid };
    const second = await allowed();
    const repeat = await intentFor(wallet, page, second.grantId);
    const again = await proceed(wallet, page, {
      interact_ref: second.interact_ref,
      intent: repeat,
    });
    expect(again.json).toMatchObject({ receipt: (json as { receipt: string }).receipt });
    expect((await audited(wallet)).charges).toBe(1);
  });

  test('once', async () => {
    const { interact_ref } = await allowed();
    await proceed(wallet, page, { interact_ref });
    const before = await contents(wallet);
    const again = await proceed(wallet, page, { interact_ref });
    expect(again).toMatchObject({ status: 410, json: { code: 'approval-expired' } });
    expect(await contents(wallet)).toEqual(before);
  });

  test('within five minutes', async () => {
    const { interact_ref } = await allowed();
    wallet.clock.now += 300;
    const late = await proceed(wallet, page, { interact_ref });
    expect(late).toMatchObject({ status: 410, json: { code: 'approval-expired' } });
    expect((await contents(wallet))['grants']).toEqual([]);
  });

  test('also when the question itself would have ended meanwhile, and others asked', async () => {
    const page = await newPage(wallet);
    await ask(wallet, page);
    wallet.clock.now += 599;
    const interact_ref = await allowPage(wallet, page, await newPerson(wallet));
    wallet.clock.now += 299;
    await ask(wallet, await newPage(wallet));
    expect((await proceed(wallet, page, { interact_ref })).status).toBe(200);
  });

  test('unless the person took it back before', async () => {
    const { interact_ref } = await allowed();
    await revokeSite(wallet.context, person, 'news');
    const late = await proceed(wallet, page, { interact_ref });
    expect(late.json).toMatchObject({ code: 'approval-expired' });
    expect(await allowanceOf(wallet.context, person, 'news')).toBeUndefined();
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }, 'origin-not-listed'],
    ['a wallet of another name', { aud: 'https://other.example' }, 'verification-failed'],
  ])('not for %s', async (_what, changes, code) => {
    const { grantId, interact_ref } = await allowed();
    const { origin, ...claims } = { origin: site, ...changes };
    const intent = await intentFor(wallet, page, grantId, claims);
    const before = await contents(wallet);
    const { json } = await proceed(wallet, page, { interact_ref, intent }, { origin });
    expect(json).toMatchObject({ code, moneyMoved: 'no' });
    expect(await contents(wallet)).toEqual(before);
  });

  test('a proof is good once', async () => {
    const { interact_ref } = await allowed();
    const other = await newPage(wallet, { key: page.key });
    await ask(wallet, other);
    const second = await allowPage(wallet, other, person);
    const once = { jti: 'call_12345678' };
    await proceed(wallet, page, { interact_ref }, once);
    const { status, json } = await proceed(wallet, other, { interact_ref: second }, once);
    expect([status, json]).toMatchObject([401, { code: 'proof-invalid' }]);
  });
});

// Red without: wallet/src/continuation.ts: if (!row?.person) throw new Problem('approval-pending');
test('T15 who started the question gets nothing by asking whether it was allowed', async () => {
  const attacker = page;
  await ask(wallet, attacker);
  // The victim is led to the attacker's question and allows it: the answer goes to the site, not to the attacker.
  await allowPage(wallet, attacker, person);
  const before = await contents(wallet);
  const guess = { interact_ref: 'guess_'.padEnd(43, 'x') };
  const { status, json } = await proceed(wallet, attacker, guess);
  expect([status, json]).toMatchObject([403, { code: 'approval-pending', moneyMoved: 'no' }]);
  expect(await contents(wallet)).toEqual(before);
});

// Red without: src/protocol/call.ts: await verifyJws(jws, expected.key, verify, code);
test('T15 the reference is of no use to another key', async () => {
  await ask(wallet, page);
  const interact_ref = await allowPage(wallet, page, person);
  const before = await contents(wallet);
  const thief = { signer: { ...(await newKey(wallet.random)), kid: page.key.kid } };
  const { status, json } = await proceed(wallet, page, { interact_ref }, thief);
  expect([status, json]).toMatchObject([401, { code: 'proof-invalid', moneyMoved: 'no' }]);
  expect(await contents(wallet)).toEqual(before);
  expect((await proceed(wallet, page, { interact_ref })).status).toBe(200);
});

// Red without: wallet/src/payer-id.ts: text += `\n${payee}`;
test('T28 two payees know one person under two names, and neither is the person’s own', async () => {
  const subs: string[] = [];
  for (const payee of [news, payeeUrl(issuer, 'busker'), news]) {
    page = await newPage(wallet, { payee, charge: undefined });
    await ask(wallet, page);
    const interact_ref = await allowPage(wallet, page, person);
    const { text, json } = await proceed(wallet, page, { interact_ref });
    const { grant } = parseGrant((json as { grant: string }).grant, 'verification-failed');
    subs.push(grant.sub);
    expect(text + JSON.stringify(grant)).not.toContain(person);
  }
  expect(subs[0]).toBe(subs[2]);
  expect(subs[0]).not.toBe(subs[1]);
});
