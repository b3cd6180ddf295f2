import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refund } from '../../../wallet/src/refunds.ts';
import {
  ask,
  chargeOf,
  newPage,
  pay,
  proceed,
  site,
  testWallet,
  type Connected,
  type TestWallet,
} from '../support.ts';
import { Browser, formFields } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
beforeEach(async () => {
  wallet = await testWallet();
  browser = await Browser.open(wallet);
  await browser.signUp();
});
afterEach(() => wallet.close());

/** Allowed on the consent page, as a person does it. */
async function allowed(): Promise<Pick<Connected, 'page' | 'grantId'>> {
  const page = await newPage(wallet);
  const asked = await ask(wallet, page);
  const path = `/connect/start?n=${page.nonce}`;
  const { json } = await browser.submit(path, path, {
    decision: 'allow',
    day: '1000000',
    total: '5000000',
    delivery: 'yes',
  });
  const { message } = json as { message: { interact_ref: string } };
  await proceed(wallet, page, { interact_ref: message.interact_ref });
  return { page, grantId: asked.continue.gnt };
}

/** The newest payment's page, in one line, and the words of its slots. */
async function receipt(): Promise<{ text: string; words: Record<string, unknown> }> {
  const [path = ''] = /\/receipts\/[\w-]+/.exec((await browser.get('/')).text) ?? [];
  const { text } = await browser.get(path);
  return {
    text: text.replaceAll(/\s+/g, ' '),
    words: (await browser.get(`${path}/details`)).json,
  };
}

const article = chargeOf({
  methodDetails: { entitles: { scope: 'article:1', seconds: 86_400 } },
});

test('a tap’s receipt says what, to whom, how much and what is left here, why, and what can be done', async () => {
  await pay(wallet, await allowed(), { charge: article });
  const { text, words } = await receipt();
  expect(text).toContain('You paid 2¢');
  expect(text).toMatch(/2¢<\/span ?> ?<span class="note"> ?play money/);
  expect(text).toContain('2¢ of your $1.00 here today is used, and 2¢ of $5.00 in all.');
  expect(text).toMatch(/You tapped Pay on <bdi data-slot="origin">.*23 Nov 2026, 12:00/);
  expect(text).toContain('Open it again without paying, until 24 Nov 2026, 12:00.');
  expect(text).toContain('Lower what a site may take, or stop it');
  expect(words).toMatchObject({ display: 'Example News', reason: 'An article', origin: site });
});

test('the agreement to immediate delivery is printed with its time', async () => {
  const reader = await allowed();
  wallet.clock.now += 60;
  await pay(wallet, reader, { charge: article });
  expect((await receipt()).text).toContain(
    'On 23 Nov 2026, 12:00 you agreed that what you pay for here opens at once',
  );
  wallet.clock.now += 60;
  // A tip delivers nothing, so nothing was agreed to for it.
  await browser.submit('/~news?amount=0.02', '/~news?amount=0.02');
  expect((await receipt()).text).not.toContain('you agreed');
});

test('a payment on the wallet’s own page counts against the limits of all sites', async () => {
  await browser.submit('/~news?amount=0.02', '/~news?amount=0.02');
  const { text } = await receipt();
  expect(text).toContain(
    '2¢ of the $5.00 for all sites today is used, and 2¢ of $30.00 this month.',
  );
  expect(text).toContain('You confirmed it on this wallet’s page');
});

test('a refused payment says why, and shows no reason for a charge that never was', async () => {
  await browser.submit('/~busker?amount=0.26', '/~busker?amount=0.26');
  const { text } = await receipt();
  expect(text).toContain('You were not charged');
  expect(text).toContain(
    'This would pass a limit that was set. It is the limit for payees that are not verified.',
  );
  expect(text).not.toContain('You confirmed it');
});

describe('a payment that can be taken back', () => {
  const newest = async () => /\/receipts\/[\w-]+/.exec((await browser.get('/')).text)?.[0] ?? '';

  test('has an Undo until its time; pressed, it says what came back, and opens nothing any more', async () => {
    await pay(wallet, await allowed(), { charge: article });
    expect((await receipt()).text).toMatch(
      /Undo: get 2¢ back<\/button> <p class="note"> ?Until 23 Nov 2026, 12:15\. You don’t own it any more then\. The site isn’t told: where it is open already, it may stay open\./,
    );
    const path = await newest();
    wallet.clock.now += 60;
    expect((await browser.submit(path, `${path}/undo`)).json).toEqual({ go: path });
    const { text } = await receipt();
    expect(text).toContain('<strong>2¢</strong>, 23 Nov 2026, 12:01: you took it back.');
    expect(text).not.toMatch(/Undo|Open it again/);
    expect((await browser.get('/')).text).toContain('2¢ came back');
    expect((await browser.get('/')).text).toContain('$10.00');
  });

  test('says of a gift nothing of what is open: it opened nothing', async () => {
    await pay(wallet, await allowed());
    const { text } = await receipt();
    expect(text).toContain('Undo: get 2¢ back');
    expect(text).not.toMatch(/own it|may stay open/);
  });

  test('has none after fifteen minutes', async () => {
    await pay(wallet, await allowed(), { charge: article });
    wallet.clock.now += 900;
    expect((await receipt()).text).not.toMatch(/Undo|undone/);
  });

  test('has none for the fourth in a week, and a press of an old page says why', async () => {
    for (let i = 0; i < 4; i += 1) await pay(wallet, await allowed());
    const { text } = await browser.get('/');
    const paths = [...text.matchAll(/\/receipts\/[\w-]+/g)].map(([path]) => path);
    const [last = '', ...three] = paths;
    const old = formFields((await browser.get(last)).text, `${last}/undo`);
    for (const path of three) await browser.submit(path, `${path}/undo`);
    const { text: told } = await browser.get(last);
    expect(told).not.toContain('Undo');
    expect(told).toContain('It can’t be undone: You took back as often as can be done here');
    expect(await browser.submit(last, `${last}/undo`, old)).toMatchObject({
      code: 'undo-ended',
      json: { detail: 'You took back as often as can be done here in a week.' },
    });
  });

  test('says what its payee gave back, and why, in the payee’s words', async () => {
    await pay(wallet, await allowed());
    const [payment = ''] = (await newest()).split('/').slice(-1);
    const wish = { id: 'rfd_12345678', payment, payee: 'news', amount: 5_000n };
    await refund(wallet.context, { ...wish, reason: 'A <typo>, sorry' });
    const { text, words } = await receipt();
    expect(text).toContain('<strong>0.5¢</strong>, 23 Nov 2026, 12:00: who was paid gave it back');
    expect(text).toContain('Undo: get 1.5¢ back');
    expect(text).not.toContain('typo');
    expect(words).toMatchObject({ 'refund.0': 'A <typo>, sorry' });
  });
});
