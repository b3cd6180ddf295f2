/** Signing in by a code, as a browser without script does it, and as somebody who guesses would. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mail } from '../../../wallet/src/mail.ts';
import {
  chargeOf,
  connected,
  contents,
  pay as payByTap,
  testWallet,
  usualLimits,
  type TestWallet,
} from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
let mails: Mail[];
let isDown: boolean;
beforeEach(async () => {
  mails = [];
  isDown = false;
  const mail = async (sent: Mail) => {
    if (isDown) throw new Error('no mail today');
    mails.push(sent);
  };
  wallet = await testWallet({ mail });
  browser = await Browser.open(wallet);
  browser.device = undefined;
});
afterEach(() => wallet.close());

const plain = { accept: 'text/html' };
const start = '/~news?amount=0.02&reason=The+river';

/** Asks for a code on a page. @returns where the page for the code is */
async function askFor(address: string, who = browser, page = start): Promise<string> {
  const answer = await who.submit(page, '/sign-in/email', { address }, plain);
  return answer.headers.get('location') ?? String(answer.status);
}
const codeOf = (mail: Mail | undefined): string => /\b\d{6}\b/.exec(mail?.text ?? '')?.[0] ?? '';
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

const type = (page: string, code: string, who = browser) =>
  who.submit(page, '/sign-in/code', { code }, plain);

async function signIn(address = 'ada@example.org', who = browser): Promise<string> {
  const page = await askFor(address, who);
  const answer = await type(page, codeOf(mails.at(-1)), who);
  return answer.headers.get('location') ?? String(answer.status);
}
const rows = async (table: string) => (await contents(wallet))[table] ?? [];
const charges = async () => (await rows('transfers')).filter(({ code }) => code === 'charge');

test('whoever types the code is signed in, and where they were', async () => {
  expect(await signIn('  Ada@Example.org ')).toBe(start);
  expect(mails).toMatchObject([{ to: 'ada@example.org' }]);
  expect((await browser.get(start)).text).toContain('Pay 2¢');
  expect(await rows('persons')).toHaveLength(1);
  // The same address is the same person.
  const other = await Browser.open(wallet);
  await signIn('ada@example.org', other);
  expect(await rows('persons')).toHaveLength(1);
  await signIn('bea@example.org', await Browser.open(wallet));
  expect(await rows('persons')).toHaveLength(2);
});

test('of the address nothing is kept that could be read, in no table and in no log', async () => {
  await signIn('ada.lovelace@example.org');
  await askFor('somebody.else@example.org');
  const kept = JSON.stringify([await contents(wallet), wallet.logged], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(kept).not.toMatch(/lovelace|somebody|example\.org/);
  for (const mail of mails) expect(kept).not.toContain(codeOf(mail));
});

test('a code is good once, for ten minutes, and only on the page that asked for it', async () => {
  const [first, second] = [await askFor('ada@example.org'), await askFor('ada@example.org')];
  expect((await type(first, codeOf(mails[1]))).status).toBe(403);
  expect((await type(second, codeOf(mails[1]))).status).toBe(303);
  expect((await type(second, codeOf(mails[1]))).status).toBe(403);
  wallet.clock.now += 601;
  const answer = await type(first, codeOf(mails[0]));
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('That is not the code, or it is over.');
});

// Red without: wallet/src/email-codes.ts: if (!row || row.tries >= BigInt(maxTries)) return undefined; → if (!row) return undefined;
test('T18 after five wrong ones the right one is refused too', async () => {
  const page = await askFor('ada@example.org');
  const code = codeOf(mails[0]);
  for (let i = 0; i < 5; i++) expect((await type(page, wrong(code))).status).toBe(403);
  expect((await type(page, code)).status).toBe(403);
  expect(await rows('logins')).toEqual([]);
});

test('a mailbox gets five codes an hour, whoever asks', async () => {
  for (let i = 0; i < 5; i++)
    expect(await askFor('ada@example.org', await Browser.open(wallet))).toContain('/sign-in/code');
  const answer = await browser.submit(
    start,
    '/sign-in/email',
    { address: 'ada@example.org' },
    plain,
  );
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(mails).toHaveLength(5);
});

test.each([
  '',
  'ada',
  'ada@localhost',
  'ada@example.org\r\nBcc: all@example.org',
  'ada@example.org, bea@example.org',
  '"ada"@example.org',
  'ada@exa mple.org',
  `${'a'.repeat(250)}@example.org`,
  'ádá@example.org',
])('no mail goes to %j, and it is not repeated', async (address) => {
  const answer = await browser.submit(start, '/sign-in/email', { address }, plain);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('That is no e-mail address we can write to.');
  if (address) expect(answer.text).not.toContain(address);
  expect(mails).toEqual([]);
  expect(await rows('email_codes')).toEqual([]);
});

test('when the mail can’t be sent it is said, and nobody was charged', async () => {
  isDown = true;
  const answer = await browser.submit(
    start,
    '/sign-in/email',
    { address: 'ada@example.org' },
    plain,
  );
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('You were not charged.');
});

test('a wallet without mail neither offers it nor has its addresses', async () => {
  const other = await testWallet();
  const stranger = await Browser.open(other);
  expect((await stranger.get(start)).text).not.toContain('e-mail address</summary>');
  expect((await stranger.get('/sign-in/code?id=eml_12345678')).status).toBe(404);
  expect((await stranger.submit('/', '/sign-in/email', { address: 'a@b.de' })).status).toBe(403);
  await other.close();
});

test.each([
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/receipts/pay_12345678', '/receipts/pay_12345678'],
])('after the code one goes on to this wallet’s own pages only: %s', async (next, to) => {
  const answer = await browser.submit(
    start,
    '/sign-in/email',
    { address: 'ada@example.org', next },
    plain,
  );
  const page = answer.headers.get('location') ?? '';
  expect((await type(page, codeOf(mails[0]))).headers.get('location')).toBe(to);
});

test.each(['/.//evil.example/', '/x/..//evil.example/', '/%2e//evil.example/'])(
  'no link of the code page leads to another host: %s',
  async (next) => {
    const query = new URLSearchParams({ id: 'eml_12345678', next });
    const { status, text } = await browser.get(`/sign-in/code?${query}`);
    expect(status).toBe(200);
    expect(text).not.toContain('evil.example');
  },
);

describe('without a passkey', () => {
  const pay = (link: string, fields: Record<string, string>) =>
    browser.submit(link, link, fields, plain);

  test('a payment is asked twice, and made once', async () => {
    await signIn();
    const sure = await pay(start, {});
    expect(sure.status).toBe(200);
    expect(sure.text).toContain('Yes, pay 2¢');
    expect(await charges()).toEqual([]);
    const paid = await pay(start, { sure: 'yes' });
    expect(paid.status).toBe(303);
    expect(await charges()).toMatchObject([{ amount: 20_000n, credit: 'payee:news' }]);
    const receipt = await browser.get(paid.headers.get('location') ?? '');
    expect(receipt.text).toContain('You paid 2¢');
    expect(receipt.text).toContain('The river');
  });

  test('it is 10¢ at most, and a dollar a day', async () => {
    await signIn();
    const over = await pay('/~news?amount=0.11', { sure: 'yes' });
    expect(over.status).toBe(403);
    expect(over.text).toContain('without a passkey');
    for (let i = 0; i < 10; i++)
      expect((await pay('/~news?amount=0.10', { sure: 'yes' })).status).toBe(303);
    expect((await pay('/~news?amount=0.01', { sure: 'yes' })).text).toContain('for a day');
    expect(await charges()).toHaveLength(10);
  });

  // Red without: wallet/src/refusals.ts: const byCode = wish.byCode || provedAt === 0n; → const byCode = provedAt === 0n;
  test('T18 whoever has a passkey, but came in by a code, pays small sums only', async () => {
    await signIn();
    const other = await Browser.open(wallet);
    await signIn('ada@example.org', other);
    await other.addPasskey();
    await other.confirm();
    expect((await pay('/~news?amount=0.11', { sure: 'yes' })).status).toBe(403);
    expect((await pay('/~news?amount=0.10', { sure: 'yes' })).status).toBe(303);
    expect((await other.submit('/~news?amount=0.11', '/~news?amount=0.11')).status).toBe(200);
  });

  // Red without: wallet/src/refusals.ts: const byCode = wish.byCode || provedAt === 0n; → const byCode = wish.byCode === true;
  test('T18 a site that was allowed takes small sums only, from who has no passkey', async () => {
    await signIn();
    const [person] = await rows('persons');
    const limits = { ...usualLimits, perPayment: 500_000n };
    const page = { charge: chargeOf({ amount: '11' }) };
    const reader = await connected(wallet, String(person?.['id']), { page, limits });
    const paying = (amount: string) => payByTap(wallet, reader, { charge: chargeOf({ amount }) });
    expect(await paying('11')).toMatchObject({ status: 403, json: { code: 'cap-reached' } });
    expect(await paying('10')).toMatchObject({ status: 200 });
  });

  // Red without: wallet/src/pages/presence.ts: if (secondsNow(context) - login.createdAt > context.policy.seconds.presence) → if (login.createdAt < 0)
  test('T18 five minutes after the code its cookie pays nobody', async () => {
    await signIn();
    wallet.clock.now += 301;
    expect((await pay(start, { sure: 'yes' })).status).toBe(401);
    expect(await charges()).toEqual([]);
  });

  test('a passkey can be added, and then more can be paid', async () => {
    await signIn();
    browser.device = (await Browser.open(wallet)).device;
    expect((await browser.addPasskey()).status).toBe(200);
    expect((await browser.confirm()).status).toBe(200);
    const link = '/~news?amount=0.50';
    expect((await browser.submit(link, link)).status).toBe(200);
  });

  test('a second passkey is not added by a code', async () => {
    await signIn();
    expect((await browser.addPasskey()).status).toBe(200);
    expect(await browser.addPasskey()).toMatchObject({ code: 'step-up-required' });
  });
});
