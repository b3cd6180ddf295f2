/** Every door of the protocol, whatever is pushed at it: a value or a problem, never a crash, never an echo, within bounds. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { challengesFrom, opaqueFrom, secondsFrom } from '../../src/protocol/challenge.ts';
import { chargeRequestFrom } from '../../src/protocol/charge-request.ts';
import { credentialFrom, receiptPayloadFrom } from '../../src/protocol/credential.ts';
import { currencyFrom } from '../../src/protocol/currency.ts';
import { discoverySchema, payeeStatementSchema } from '../../src/protocol/discovery.ts';
import { base64url, bytesFrom, parseJson, textFrom, utf8 } from '../../src/protocol/encoding.ts';
import { parseGrant } from '../../src/protocol/grant.ts';
import { parseIntent } from '../../src/protocol/intent.ts';
import { amountFrom, moneyFrom } from '../../src/protocol/money.ts';
import { finishUri } from '../../src/protocol/origin.ts';
import { Problem, problemFrom } from '../../src/protocol/problem.ts';
import { parseProof } from '../../src/protocol/proof.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { payeeFrom } from '../../src/protocol/wallet-address.ts';

const code = 'verification-failed';

const doors: Record<string, (text: string) => unknown> = {
  amountFrom,
  bytesFrom,
  challengesFrom,
  chargeRequestFrom: (text) => chargeRequestFrom(text, code),
  credentialFrom,
  'credentialFrom, encoded': (text) => credentialFrom(`Payment ${base64url(utf8(text))}`),
  currencyFrom,
  finishUri: (text) => finishUri(text, 'https://news.example'),
  moneyFrom: (text) => moneyFrom(text, text),
  opaqueFrom,
  parseGrant: (text) => parseGrant(text, code),
  parseIntent,
  parseJson: (text) => parseJson(text),
  parseProof,
  parseReceipt: (text) => parseReceipt(text, code),
  payeeFrom,
  receiptPayloadFrom: (text) => receiptPayloadFrom({ type: text, receipt: text }),
  secondsFrom,
  textFrom: (text) => textFrom(utf8(text)),
};

/** What a stranger sends is marked, so that an echo shows. */
const mark = 'MARK7f3a';
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('Payment ', 'id="', '"', ',', '=', '\\', '.', '{', '}', '[', ':', '~', '//'),
  fc.constantFrom(mark, 'https://', 'e30', '__proto__', '\ud800', '\0', '2026-11-23T00:00:00Z'),
);
const anything = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

/** What is told when a door refuses; undefined when it lets in. */
function refusalOf(door: (text: string) => unknown, text: string): string | undefined {
  try {
    door(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message + JSON.stringify(error);
  }
}

test.each(Object.entries(doors))('%s: a value or a problem, and no echo', (_name, door) => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(refusalOf(door, text) ?? '').not.toContain(mark);
    }),
    { seed: 20_261_123, numRuns: 400 },
  );
});

describe('work stays within bounds', () => {
  const long = 200_000;
  test.each([
    ['escaped quotes', '\\"'.repeat(long)],
    ['open strings', '"a'.repeat(long)],
    ['commas', ','.repeat(long)],
    ['blanks', ' '.repeat(long)],
    ['names without values', 'a='.repeat(long)],
    ['brackets', '['.repeat(long)],
    ['dots', '.'.repeat(long)],
    ['digits', '9'.repeat(long)],
  ])('of %s beyond the bound, every door refuses without reading on', (_name, text) => {
    for (const [name, door] of Object.entries(doors))
      if (!name.startsWith('textFrom') && !name.startsWith('bytesFrom'))
        expect(refusalOf(door, text), name).toBeDefined();
  });
});

test('a stranger’s problem is read as one of ours, whatever it is', () => {
  fc.assert(
    fc.property(fc.anything(), (body) => {
      expect(problemFrom(body, 'unavailable')).toBeInstanceOf(Problem);
    }),
    { seed: 20_261_123 },
  );
});

const discovery = {
  issuer: 'https://wallet.example',
  env: 'test',
  method: 'micropay',
  version: '1',
  jwks_uri: 'https://wallet.example/.well-known/jwks.json',
  intents: ['charge'],
  currencies: [{ id: 'usd', scale: 2, min: '1', max: '3000' }],
  endpoints: {
    connect: 'https://wallet.example/connect',
    continue: 'https://wallet.example/connect/continue',
    start: 'https://wallet.example/connect/start',
    pay: 'https://wallet.example/pay',
  },
  now: 1_795_435_200,
};

test('a wallet says what it is', () => {
  expect(v.is(discoverySchema, discovery)).toBe(true);
  for (const wrong of [
    { method: 'tempo' },
    { version: '2' },
    { env: 'staging' },
    { jwks_uri: 'jwks.json' },
    { now: '1795435200' },
    { endpoints: {} },
    { currencies: [{ id: 'USD', scale: 2, min: '1', max: '1' }] },
  ])
    expect(v.is(discoverySchema, { ...discovery, ...wrong })).toBe(false);
});

test('a site names at most a hundred payees', () => {
  const payees = (count: number) => ({ payees: Array(count).fill('https://wallet.example/~a') });
  expect(v.is(payeeStatementSchema, payees(100))).toBe(true);
  expect(v.is(payeeStatementSchema, payees(101))).toBe(false);
});
