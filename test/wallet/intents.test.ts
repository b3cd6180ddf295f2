import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  base64url,
  bytesFrom,
  encodeChargeRequest,
  encodeJson,
  payeeUrl,
} from '../../src/protocol/index.ts';
import { revokeSite } from '../../wallet/src/allowances.ts';
import {
  chargeOf,
  connected,
  contents,
  intentFor,
  issuer,
  newKey,
  newPerson,
  news,
  send,
  site,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
let reader: Connected;
beforeEach(async () => {
  wallet = await testWallet();
  reader = await connected(wallet, await newPerson(wallet));
});
afterEach(() => wallet.close());

type Changes = Parameters<typeof intentFor>[3];

/** Sends it, and holds that nothing was charged, kept or echoed. */
async function refused(body: string, code: string, origin: string | undefined = site) {
  const before = await contents(wallet);
  const answer = await send(wallet, '/pay', { body, origin, type: 'text/plain' });
  expect(answer.json).toMatchObject({ code, moneyMoved: 'no' });
  expect(await contents(wallet)).toEqual(before);
  expect(body.length < 8 || !answer.text.includes(body.slice(0, 40))).toBe(true);
  return answer.status;
}

const intent = (changes?: Changes) => intentFor(wallet, reader.page, reader.grantId, changes);

describe('what is signed another way is refused', () => {
  test.each([
    ['another type', { typ: 'micropay-call+jwt' }],
    ['no algorithm', { alg: 'none' }],
    ['another algorithm', { alg: 'HS256' }],
    ['a critical extension', { crit: ['b64'] }],
  ])('a header with %s', async (_what, changes) => {
    const [, claims, signature] = (await intent()).split('.');
    const header = {
      alg: 'EdDSA',
      typ: 'micropay-intent+jwt',
      kid: reader.page.key.kid,
      ...changes,
    };
    const body = [encodeJson(header), claims, signature].join('.');
    expect(await refused(body, 'malformed-request')).toBe(400);
  });
});

// Red without: wallet/src/wish.ts: await verifyJws(jws, key, context.verify, refused);
test('T23 a signature is good in one way only', async () => {
  const [header, claims, signature = ''] = (await intent()).split('.');
  const bytes = bytesFrom(signature);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = bytes.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
  const malleable = bytes.slice();
  for (let i = 0; i < 32; i += 1) malleable[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
  const zero = new Uint8Array(64);
  const smallR = Uint8Array.from(bytes, (byte, i) => (i === 0 ? 1 : i < 32 ? 0 : byte));
  for (const bad of [malleable, zero, smallR]) {
    const body = [header, claims, base64url(bad)].join('.');
    expect(await refused(body, 'verification-failed')).toBe(402);
  }
  for (const length of [63, 65]) {
    const body = [header, claims, base64url(new Uint8Array(length))].join('.');
    expect(await refused(body, 'malformed-request')).toBe(400);
  }
});

// Red without: wallet/src/wish.ts: if (request.recipient !== payeeUrl(context.issuer, grant.payee)) throw new Problem(refused);
test('T13 an intent pays the grant’s payee and no other', async () => {
  const recipients = [payeeUrl(issuer, 'busker'), payeeUrl('https://other.example', 'news')];
  for (const recipient of recipients) {
    const body = await intent({ charge: chargeOf({ recipient }) });
    expect(await refused(body, 'verification-failed')).toBe(402);
  }
});

// Red without: wallet/src/wish.ts: if (intent.aud !== context.issuer) throw new Problem(refused);
test('T13 an intent for another wallet is not redeemed here', async () => {
  const body = await intent({ aud: 'https://other.example' });
  expect(await refused(body, 'verification-failed')).toBe(402);
});

// Red without: wallet/src/wish.ts: if (sent.origin !== grant.origin) throw new Problem('origin-not-listed');
test('T13 an intent is taken from the grant’s site and no other', async () => {
  for (const origin of ['https://evil.example', `${site}:444`, 'http://localhost:1'])
    expect(await refused(await intent(), 'origin-not-listed', origin)).toBe(403);
});

// Red without: wallet/src/wish.ts: if (!grant || intent.gnt !== grant.id) throw new Problem('grant-unknown');
test('T13 an intent under no grant, or signed by another grant’s key, pays nothing', async () => {
  const unknown = await intentFor(wallet, reader.page, 'gnt_nothing_like_it');
  expect(await refused(unknown, 'grant-unknown')).toBe(403);
  const signer = await newKey(wallet.random);
  expect(await refused(await intent({ signer }), 'verification-failed')).toBe(402);
  const other = await connected(wallet, await newPerson(wallet));
  const crossed = await intentFor(wallet, reader.page, other.grantId);
  expect(await refused(crossed, 'verification-failed')).toBe(402);
});

test('an intent for longer than a minute is refused', async () => {
  const iat = wallet.clock.now;
  expect(await refused(await intent({ iat, exp: iat + 61 }), 'verification-failed')).toBe(402);
});

// Red without: wallet/src/wish.ts: if (hasNoServer(intent.cid, request) && intent.rlm !== grant.origin) throw new Problem(refused);
test('T13 a page without a server can’t name another realm', async () => {
  const body = await intent({ cid: 'tip_12345678', rlm: 'https://bank.example' });
  expect(await refused(body, 'verification-failed')).toBe(402);
});

test('without an Origin nothing is paid', async () => {
  const { json } = await send(wallet, '/pay', { body: await intent(), type: 'text/plain' });
  expect(json).toMatchObject({ code: 'origin-missing' });
});

test('a revoked grant is told so, and the answer is final', async () => {
  const body = await intent({ req: encodeChargeRequest(chargeOf({ recipient: news })) });
  await revokeSite(wallet.context, reader.person, 'news');
  const again = () => send(wallet, '/pay', { body, origin: site, type: 'text/plain' });
  const first = await again();
  expect(first.json).toMatchObject({ code: 'grant-revoked', nextStep: 'approve' });
  expect((await again()).text).toBe(first.text);
});
