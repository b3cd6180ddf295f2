/** The problem table: codes that stay, words for people, members for programs. */
import { expect, test } from 'vitest';
import {
  isProblemCode,
  Problem,
  problemDetails,
  problemFrom,
  problems,
  refused,
  type ProblemCode,
} from '../../src/protocol/problem.ts';

const codes = Object.keys(problems).filter(isProblemCode);

/** Codes are only ever added: a program somewhere waits for each of these. */
const published = `
  malformed-request request-too-large header-too-large unsupported-media-type not-found method-not-allowed
  payment-required malformed-credential invalid-challenge payment-expired payment-insufficient verification-failed
  test-money-refused method-unsupported origin-missing origin-not-listed origin-unverified payee-unknown self-payment
  grant-unknown grant-expired grant-revoked cap-reached price-changed payment-action-required insufficient-funds
  id-reused already-owned proof-invalid approval-expired approval-pending approval-denied sign-in-required
  step-up-required passkey-refused cross-site-refused rate-limited internal-error unavailable offline
  wallet-unreachable wallet-unsupported wallet-not-accepted not-connected popup-blocked popup-closed answer-unknown
  receipt-invalid delivery-failed price-mismatch invalid-price storage-unavailable aborted`
  .trim()
  .split(/\s+/);

test('no published code was renamed or removed', () => {
  expect(codes).toEqual(expect.arrayContaining(published));
});

test.each(codes)('%s: status, money and next step fit together', (code) => {
  const { status, moneyMoved, nextStep, title } = problems[code];
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(title).toMatch(/^[A-Z].*\.$/);
  expect(title.length).toBeLessThanOrEqual(80);
  expect(status === 0 || (status >= 400 && status < 600)).toBe(true);
  if (status >= 400 && status < 500) expect(moneyMoved).toBe('no');
  if (moneyMoved !== 'no') expect(['retry', 'contact']).toContain(nextStep);
});

test.each(codes)('%s travels as problem+json and is read as the same', (code) => {
  const problem = new Problem(code);
  const sent: unknown = JSON.parse(JSON.stringify(problemDetails(problem)));
  expect(sent).toMatchObject({ code, status: problem.status, title: problems[code].title });
  expect(problemFrom(sent, 'internal-error')).toMatchObject({
    code,
    moneyMoved: problem.moneyMoved,
    nextStep: problem.nextStep,
  });
});

test('the types are the draft’s where it has one, else a URN of ours', () => {
  expect(problemDetails(new Problem('payment-expired')).type).toBe(
    'https://paymentauth.org/problems/payment-expired',
  );
  expect(problemDetails(new Problem('cap-reached')).type).toBe('urn:micro-pay:problem:cap-reached');
});

test('what strangers cause often says what, not where, and others still say where', () => {
  const { code, status, stack } = refused('payment-insufficient');
  expect([code, status]).toEqual(['payment-insufficient', 402]);
  expect(stack).toBe('Problem: payment-insufficient');
  expect(new Problem('payment-insufficient').stack).toContain('problem.test.ts');
});

test('what is added never hides what is stable', () => {
  const problem = new Problem('cap-reached', {
    extra: { code: 'other', status: 200, allowance: 1 },
  });
  expect(problemDetails(problem)).toMatchObject({ code: 'cap-reached', status: 403, allowance: 1 });
});

test.each<[unknown, ProblemCode]>([
  [null, 'unavailable'],
  ['text', 'unavailable'],
  [{}, 'unavailable'],
  [{ code: 'toString' }, 'unavailable'],
  [{ code: 7 }, 'unavailable'],
  [{ code: 'cap-reached', title: 'Give us your password' }, 'cap-reached'],
])('a stranger’s %j becomes %s, in our own words', (body, code) => {
  const problem = problemFrom(body, 'unavailable');
  expect(problem.code).toBe(code);
  expect(problemDetails(problem).title).toBe(problems[code].title);
  expect(problem.message).toBe(code);
});

test('money whose fate a stranger doesn’t tell is unknown', () => {
  expect(problemFrom({ code: 'cap-reached', moneyMoved: 'maybe' }, 'offline').moneyMoved).toBe(
    'unknown',
  );
});
