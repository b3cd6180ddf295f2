/** The credential: one of them, strict base64url of strict JSON, the challenge echoed word for word. */
import { describe, expect, test } from 'vitest';
import type { Challenge } from '../../src/protocol/challenge.ts';
import {
  credentialFrom,
  formatCredential,
  maxCredentialLength,
  receiptPayloadFrom,
} from '../../src/protocol/credential.ts';
import { base64url, utf8 } from '../../src/protocol/encoding.ts';
import { codeOf } from './support.ts';

const challenge: Challenge = {
  id: 'i',
  realm: 'news.example',
  method: 'micropay',
  intent: 'charge',
  request: 'e30',
  opaque: 'e30',
};
const payload = { type: 'receipt', receipt: 'a.b.c' };
const credential = formatCredential({ challenge, payload });
const encoded = credential.slice('Payment '.length);
const malformed = 'malformed-credential';

test('a credential is read as it was written, in any case of the scheme', () => {
  for (const text of [credential, `payment ${encoded}`, `  PAYMENT   ${encoded} `])
    expect(credentialFrom(text)).toEqual({ challenge, payload });
});

test.each([
  null,
  undefined,
  '',
  'Bearer x',
  'Paymentx e30',
  'Digest username="a, Payment e30", x=y',
])('%j offers no payment', (text) => expect(credentialFrom(text)).toBeUndefined());

test('a credential beside another scheme is found', () => {
  expect(credentialFrom(`Basic abc=, ${credential}`)?.challenge.id).toBe('i');
});

test('hostile 36: two credentials are refused', () => {
  expect(codeOf(() => credentialFrom(`${credential}, ${credential}`))).toBe('malformed-request');
});

const raw = (json: string): string => `Payment ${base64url(utf8(json))}`;
test.each<[string, string]>([
  ['36 the scheme only', 'Payment'],
  ['36 an empty one', 'Payment '],
  ['36 two words', `${credential} x`],
  ['35 padding', `${credential}=`],
  ['35 the other alphabet', 'Payment +/+/'],
  ['35 tail bits', 'Payment AR'],
  ['no JSON', raw('{')],
  ['17 a repeated key', raw('{"challenge":{},"challenge":{}}')],
  ['18 __proto__', raw('{"__proto__":{},"payload":{}}')],
  ['25 bytes that are no text', 'Payment _w'],
  ['a list', raw('[]')],
  ['null', raw('null')],
  ['no payload', raw(JSON.stringify({ challenge }))],
  ['no challenge', raw(JSON.stringify({ payload }))],
  ['a payload that is text', raw(JSON.stringify({ challenge, payload: 'x' }))],
  ['an id that is a number', raw(JSON.stringify({ challenge: { ...challenge, id: 1 }, payload }))],
  [
    'a missing slot',
    raw(JSON.stringify({ challenge: { ...challenge, request: undefined }, payload })),
  ],
  ['22 too many characters', `Payment ${'A'.repeat(maxCredentialLength + 1)}`],
  ['22 a header too long', 'x'.repeat(64_000)],
])('hostile %s: the credential is unreadable', (_name, text) => {
  expect(codeOf(() => credentialFrom(text))).toBe(malformed);
});

test('the payload of a receipt says so, and brings grant and proof when it is only evidence', () => {
  expect(receiptPayloadFrom(payload)).toEqual(payload);
  const evidence = { ...payload, grant: 'd.e.f', proof: 'g.h.i' };
  expect(receiptPayloadFrom(evidence)).toEqual(evidence);
  for (const wrong of [
    {},
    { type: 'voucher', receipt: 'a' },
    { type: 'receipt' },
    { ...payload, receipt: 'x'.repeat(5_000) },
  ])
    expect(codeOf(() => receiptPayloadFrom(wrong))).toBe(malformed);
});

describe('a challenge that is known in its letters', () => {
  const known = JSON.stringify({ ...challenge, request: 'seen before' });
  const offered = (json: string) => credentialFrom(`Payment ${base64url(utf8(json))}`);
  const payloadOf = (number: number) => `{"number":${number}}`;
  offered(`{"challenge":${known},"payload":${payloadOf(0)}}`);

  test('is taken for what it says, with another payload, and with whatever stands behind', () => {
    for (const more of ['', ',"source":"did:key:z6Mk"', ' ,"challenges":[]'])
      expect(offered(`{"challenge":${known},"payload":${payloadOf(1)}${more}}`)).toEqual({
        challenge: { ...challenge, request: 'seen before' },
        payload: { number: 1 },
      });
  });

  test.each([
    [
      'a second one behind',
      `{"challenge":${known},"payload":${payloadOf(2)},"challenge":${known}}`,
    ],
    [
      'a second payload',
      `{"challenge":${known},"payload":${payloadOf(2)},"payload":${payloadOf(2)}}`,
    ],
    ['no end', `{"challenge":${known},"payload":${payloadOf(2)}`],
    ['an end too many', `{"challenge":${known},"payload":${payloadOf(2)}}}`],
    ['a payload in it', `{"challenge":{"x":{},"payload":{}},"payload":${payloadOf(2)}}`],
    ['a cut in it', `${`{"challenge":${known}`.slice(0, -1)},"payload":${payloadOf(2)}}}`],
  ])('is refused with %s', (_name, json) => {
    for (let time = 0; time < 2; time++) expect(codeOf(() => offered(json))).toBe(malformed);
  });
});
