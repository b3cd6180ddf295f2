/** The signed objects of a charge: each comes back as it was signed, and nothing else is taken for it. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { authorizeCall, verifyCall } from '../../src/protocol/call.ts';
import {
  connectRequestSchema,
  finishSchema,
  interactionHash,
  startUrl,
} from '../../src/protocol/connect.ts';
import { assertStrongKey, strictVerify } from '../../src/protocol/ed25519.ts';
import { base64url, sha256, utf8 } from '../../src/protocol/encoding.ts';
import { parseGrant, signGrant, type Grant } from '../../src/protocol/grant.ts';
import { parseIntent, signIntent, type Intent } from '../../src/protocol/intent.ts';
import { signJws } from '../../src/protocol/jws.ts';
import { jwkFrom } from '../../src/protocol/keys.ts';
import { policy } from '../../src/protocol/policy.ts';
import { parseProof, signProof } from '../../src/protocol/proof.ts';
import { parseReceipt, signReceipt, type Receipt } from '../../src/protocol/receipt.ts';
import { codeOf, newSigner } from './support.ts';

const signer = await newSigner(7);
const payee = 'https://wallet.example/~news';
const now = 1_795_435_200;
const code = 'verification-failed';

const grant: Grant = {
  iss: 'https://wallet.example',
  env: 'test',
  aud: payee,
  sub: 'payer_12345678',
  jti: 'gnt_12345678',
  gnt: 'gnt_12345678',
  seq: 0,
  iat: now,
  exp: now + policy.seconds.grant,
  cnf: { jwk: signer.jwk },
  cur: 'usd-micro',
  dep: '0',
  org: 'https://news.example',
  lim: { tap: '100000', day: '1000000', total: '5000000' },
};

const intent: Intent = {
  iss: signer.kid,
  aud: 'https://wallet.example',
  jti: 'int_12345678',
  iat: now,
  exp: now + policy.seconds.intent,
  gnt: grant.gnt,
  cid: 'challenge-1',
  rlm: 'news.example',
  req: 'e30',
};

const receipt: Receipt = {
  iss: 'https://wallet.example',
  env: 'test',
  aud: payee,
  sub: grant.sub,
  jti: 'pay_12345678',
  iat: now,
  exp: now + policy.seconds.receiptPresentable,
  amt: '2',
  cur: 'usd',
  cid: intent.cid,
  rlm: intent.rlm,
  rsn: { code: 'tapped', text: 'How rivers remember' },
  cnf: { jkt: signer.kid },
  own: { scope: 'GET /articles/1', until: now + 60 },
  ref: { url: 'https://wallet.example/receipts/pay_12345678' },
};

test('each object comes back as it was signed, in less than 2 kB', async () => {
  const proof = { aud: payee, cid: intent.cid, iat: now };
  const texts = {
    grant: await signGrant(grant, signer),
    intent: await signIntent(intent, signer),
    receipt: await signReceipt(receipt, signer),
    proof: await signProof(proof, signer),
  };
  expect(parseGrant(texts.grant, code).grant).toEqual(grant);
  expect(parseIntent(texts.intent).intent).toEqual(intent);
  expect(parseReceipt(texts.receipt, code).receipt).toEqual(receipt);
  expect(parseProof(texts.proof).proof).toEqual(proof);
  for (const text of Object.values(texts)) expect(text.length).toBeLessThan(2_048);
});

test('a claim that is not known is passed over', async () => {
  const text = await signJws('micropay-receipt+jwt', { ...receipt, tax: 'none' }, signer);
  expect(parseReceipt(text, code).receipt).toEqual(receipt);
});

// Red without: src/protocol/jws.ts: assertType(decoded, typ, code);
describe('T13 each type is read as itself only', () => {
  const read = {
    grant: (text: string) => parseGrant(text, code),
    intent: (text: string) => parseIntent(text),
    receipt: (text: string) => parseReceipt(text, code),
    proof: (text: string) => parseProof(text),
  };
  const names = ['grant', 'intent', 'receipt', 'proof', 'call'] as const;
  const everything = { ...grant, ...intent, ...receipt };
  test.each(names)('%s', async (name) => {
    const text = await signJws(`micropay-${name}+jwt`, everything, signer);
    for (const [as, parse] of Object.entries(read))
      if (as !== name)
        expect(
          codeOf(() => parse(text)),
          as,
        ).toBeDefined();
  });
});

test.each<[string, object]>([
  ['no payer', { sub: undefined }],
  ['an amount that is a number', { amt: 2 }],
  ['a negative amount', { amt: '-2' }],
  ['a currency in capitals', { cur: 'USD' }],
  ['another environment', { env: 'production' }],
  ['a payee that is no payee', { aud: 'https://wallet.example/news' }],
  ['a reason off the list', { rsn: { code: 'because' } }],
  ['a time with a fraction', { iat: 1.5 }],
  ['a time that is text', { exp: '1' }],
  ['a scope of two lines', { own: { scope: 'GET /\nx', until: 1 } }],
  ['claims that are a list', []],
])('a receipt with %s is refused', async (_name, change) => {
  const claims = Array.isArray(change) ? change : { ...receipt, ...change };
  const text = await signJws('micropay-receipt+jwt', claims, signer);
  expect(codeOf(() => parseReceipt(text, code))).toBe(code);
});

describe('a call', () => {
  const body = utf8('{"interact_ref":"x"}');
  const url = 'https://wallet.example/connect/continue';
  const sent = { method: 'POST' as const, url, body, iat: now, jti: 'call_12345678' };
  const expected = { key: signer.jwk, method: 'POST', url, body, now };

  test('proves its key, its method, its address and its body', async () => {
    const call = await verifyCall(await authorizeCall(sent, signer), expected, strictVerify);
    expect(call).toMatchObject({
      iss: signer.kid,
      jti: sent.jti,
      bsh: base64url(await sha256(body)),
    });
  });

  test.each<[string, Partial<typeof expected>]>([
    ['another body', { body: utf8('{}') }],
    ['another method', { method: 'DELETE' }],
    ['another address', { url: `${url}/` }],
    ['another wallet', { url: 'https://evil.example/connect/continue' }],
    ['another key', { key: jwkFrom(new Uint8Array(32).fill(9)) }],
    ['two minutes later', { now: now + 120 }],
    ['two minutes earlier', { now: now - 120 }],
  ])('is refused for %s', async (_name, change) => {
    const authorization = await authorizeCall(sent, signer);
    await expect(
      verifyCall(authorization, { ...expected, ...change }, strictVerify),
    ).rejects.toMatchObject({ code: 'proof-invalid' });
  });

  test('is refused with another key’s signature under the right name', async () => {
    const thief = { ...(await newSigner(8)), kid: signer.kid };
    const authorization = await authorizeCall(sent, thief);
    await expect(verifyCall(authorization, expected, strictVerify)).rejects.toMatchObject({
      code: 'proof-invalid',
    });
  });

  test('may not live longer than a minute, whatever it says', async () => {
    const claims = {
      iss: signer.kid,
      aud: 'https://wallet.example',
      htm: 'POST',
      htu: url,
      iat: now,
      exp: now + 3_600,
      jti: sent.jti,
      bsh: base64url(await sha256(body)),
    };
    const authorization = `Micropay ${await signJws('micropay-call+jwt', claims, signer)}`;
    await expect(verifyCall(authorization, expected, strictVerify)).rejects.toMatchObject({
      code: 'proof-invalid',
    });
  });

  test.each([null, undefined, '', 'Bearer x', 'Micropay', 'Micropay x'])(
    'is not %j',
    async (authorization) => {
      await expect(verifyCall(authorization, expected, strictVerify)).rejects.toMatchObject({
        code: 'proof-invalid',
      });
    },
  );
});

test.each<[string, Uint8Array]>([
  ['of zeros', new Uint8Array(32)],
  ['of order one', new Uint8Array(32).fill(1, 0, 1)],
  ['beyond the field', new Uint8Array(32).fill(255)],
])('hostile 52–53: a key %s is refused', (_name, bytes) => {
  expect(codeOf(() => assertStrongKey(jwkFrom(bytes), code))).toBe(code);
});

describe('connect', () => {
  const nonce = 'n'.repeat(22);
  const request = {
    client: { jwk: signer.jwk },
    access_token: { access: [{ type: 'wallet-session', payee, currency: 'usd-micro' }] },
    interact: {
      start: ['popup'],
      finish: { method: 'message', uri: 'https://news.example', nonce },
    },
  };

  test('a question has one wish for one payee', () => {
    expect(v.is(connectRequestSchema, request)).toBe(true);
    const [wish] = request.access_token.access;
    for (const access of [
      [],
      [wish, wish],
      [{ ...wish, type: 'admin' }],
      [{ ...wish, payee: 'x' }],
    ])
      expect(v.is(connectRequestSchema, { ...request, access_token: { access } })).toBe(false);
  });

  test.each(['short', 'n'.repeat(65), 'n'.repeat(21) + '+'])('a nonce is not %j', (wrong) => {
    const finish = { ...request.interact.finish, nonce: wrong };
    expect(
      v.is(connectRequestSchema, { ...request, interact: { ...request.interact, finish } }),
    ).toBe(false);
  });

  test('hostile 81: an answer is a yes with its hash or a no, and nothing else', () => {
    const type = 'micropay-connect';
    expect(v.is(finishSchema, { type, nonce, hash: 'h', interact_ref: nonce })).toBe(true);
    expect(v.is(finishSchema, { type, nonce, error: 'denied' })).toBe(true);
    for (const wrong of [
      null,
      'micropay-connect',
      { type, nonce },
      { type: 'other', nonce, error: 'denied' },
      { type, error: 'denied' },
    ])
      expect(v.is(finishSchema, wrong)).toBe(false);
  });

  test('the hash ties the answer to both nonces, the reference and the wallet', async () => {
    const question = {
      nonce,
      finish: 'f',
      interactRef: 'r',
      connectUrl: 'https://wallet.example/connect',
    };
    const hash = await interactionHash(question);
    expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    for (const change of [
      { nonce: 'm' },
      { finish: 'g' },
      { interactRef: 's' },
      { connectUrl: 'https://evil.example/connect' },
    ])
      expect(await interactionHash({ ...question, ...change })).not.toBe(hash);
    expect(startUrl('https://wallet.example', nonce)).toBe(
      `https://wallet.example/connect/start?n=${nonce}`,
    );
  });
});

test('the policy’s numbers fit together', () => {
  const { caps, presets, balance, seconds } = policy;
  expect(caps.tap).toBeLessThan(caps.day);
  expect(caps.day).toBeLessThan(caps.total);
  expect(caps.fallbackTap).toBeLessThanOrEqual(caps.tap);
  expect(presets.day[0]).toBe(caps.day);
  expect(presets.total[0]).toBe(caps.total);
  expect(balance.playMoney).toBeLessThanOrEqual(balance.max);
  expect(seconds.receiptPresentable).toBeLessThanOrEqual(seconds.challenge);
});
