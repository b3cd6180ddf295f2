import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { policy } from '../../../src/protocol/index.ts';
import type { Site } from '../../../wallet/src/allowances.ts';
import type { Asked } from '../../../wallet/src/connects.ts';
import { keepItems } from '../../../wallet/src/item-undo.ts';
import { choicesFor, raises } from '../../../wallet/src/pages/consent-choices.ts';
import { setAsideWords } from '../../../wallet/src/pages/consent-page.ts';
import {
  ask,
  chargeOf,
  connectRequest,
  contents,
  intentFor,
  newPage,
  news,
  proceed,
  send,
  site,
  testWallet,
  type Page,
  type TestWallet,
} from '../support.ts';
import { itemCharge, sold } from '../item-support.ts';
import { seller } from '../session-support.ts';
import { Browser } from './browser.ts';

const cents = (count: number): bigint => BigInt(count) * 10_000n;

describe('what is offered', () => {
  const asked = (amount?: string, limits?: object): Asked => ({
    nonce: 'n',
    origin: site,
    payee: { name: 'news', display: 'News', open: false, verified: true },
    request: {
      access_token: { access: [{ limits }] },
      intent: { cid: 'chal_1234', rlm: site, req: '' },
    } as unknown as Asked['request'],
    ...(amount ? { charge: chargeOf({ amount }) } : {}),
    setsAside: amount !== undefined,
    grantId: 'gnt_12345678',
    finishNonce: 'f',
    status: 'asked',
  });
  const known = (changes: Partial<Site>): Site => ({
    payee: 'news',
    url: news,
    display: 'News',
    origins: [],
    per_payment: cents(10),
    per_day: cents(100),
    total: cents(500),
    used: 0n,
    usedToday: 0n,
    revoked: false,
    ...changes,
  });
  const wish = (perDay: number, total: number) => ({
    perPeriod: { amount: String(cents(perDay)), period: 'P1D' },
    total: String(cents(total)),
  });

  const rows: [string, Asked, Site | undefined, { tap: number; day: string; total: string }][] = [
    [
      'a new site',
      asked('2'),
      undefined,
      { tap: 10, day: '*100 200 500', total: '*500 1000 2000' },
    ],
    ['no price', asked(), undefined, { tap: 10, day: '*100 200 500', total: '*500 1000 2000' }],
    [
      'a site that wishes for less',
      asked('2', wish(50, 100)),
      undefined,
      { tap: 10, day: '*50 100 200 500', total: '*100 500 1000 2000' },
    ],
    [
      'a site that wishes for more',
      asked('2', wish(300, 9_999)),
      undefined,
      { tap: 10, day: '*100 200 300 500', total: '*500 1000 2000' },
    ],
    [
      'limits that were lowered',
      asked('2'),
      known({ per_day: cents(20) }),
      { tap: 10, day: '*20 100 200 500', total: '*500 1000 2000' },
    ],
    [
      'limits that were raised',
      asked('2'),
      known({ per_day: cents(200) }),
      { tap: 10, day: '100 *200 500', total: '*500 1000 2000' },
    ],
    [
      'a price above the limit of a tap',
      asked('25'),
      undefined,
      { tap: 25, day: '*100 200 500', total: '*500 1000 2000' },
    ],
    [
      'a price above the limit of a day',
      asked('150'),
      undefined,
      { tap: 150, day: '200 500', total: '*500 1000 2000' },
    ],
    [
      'a day that is used up',
      asked('2'),
      known({ usedToday: cents(99) }),
      { tap: 10, day: '200 500', total: '*500 1000 2000' },
    ],
    [
      'a total that is used up',
      asked('2'),
      known({ used: cents(1_999) }),
      { tap: 10, day: '*100 200 500', total: '' },
    ],
  ];
  test.each(rows)('%s', (_, question, before, expected) => {
    const choices = choicesFor(question, before, policy);
    const shown = (offered: { value: bigint; preset: boolean }[]) =>
      offered.map(({ value, preset }) => `${preset ? '*' : ''}${value / 10_000n}`).join(' ');
    expect({
      tap: Number(choices.perPayment / 10_000n),
      day: shown(choices.day),
      total: shown(choices.total),
    }).toEqual(expected);
  });

  const aside: [string, Asked, Site | undefined, string][] = [
    ['twenty times the price, at most a fifth of the day', asked('2'), undefined, '20 40 40'],
    ['a low price', asked('1'), undefined, '20 20 20'],
    ['a day too short for one more', asked('8'), known({ per_day: cents(20) }), '0 20 40 100'],
    ['a day that has no room for it', asked('2'), known({ usedToday: cents(79) }), '0 40 40'],
    ['a day that just has', asked('2'), known({ usedToday: cents(78) }), '20 40 40'],
    ['a payment that no server asked for', { ...asked('2'), setsAside: false }, undefined, '0 0 0'],
  ];
  test.each(aside)('set aside: %s', (_, question, before, expected) => {
    const { day, setAside } = choicesFor(question, before, policy);
    const amounts = day.map(
      ({ value }) => setAside.find(({ perDay }) => perDay === value)?.amount ?? 0n,
    );
    expect(amounts.map((amount) => Number(amount / 10_000n)).join(' ')).toBe(expected);
  });

  test.each([
    ['2', '20¢ at $1.00 a day; 40¢ at $2.00 or $5.00 a day'],
    ['1', '20¢'],
  ])('of a payment of %s¢ it is said what is set aside: %s', (amount, sums) => {
    const words = setAsideWords(choicesFor(asked(amount), undefined, policy));
    expect(words).toContain(
      `set aside for your next taps here, for a day: ${sums}. What they don’t use`,
    );
  });

  test.each([
    [{ perPayment: 10, perDay: 100, total: 500 }, false],
    [{ perPayment: 5, perDay: 50, total: 100 }, false],
    [{ perPayment: 11, perDay: 100, total: 500 }, true],
    [{ perPayment: 10, perDay: 101, total: 500 }, true],
    [{ perPayment: 10, perDay: 100, total: 501 }, true],
  ])('%o raises the usual limits: %s', (chosen, expected) => {
    const before = choicesFor(asked('2'), undefined, policy);
    const limits = {
      perPayment: cents(chosen.perPayment),
      perDay: cents(chosen.perDay),
      total: cents(chosen.total),
    };
    expect(raises(before, limits)).toBe(expected);
  });
});

describe('the consent page', () => {
  let wallet: TestWallet;
  let browser: Browser;
  let page: Page;
  beforeEach(async () => {
    wallet = await testWallet();
    browser = await Browser.open(wallet);
    page = await newPage(wallet);
    await ask(wallet, page);
  });
  afterEach(() => wallet.close());

  const path = () => `/connect/start?n=${page.nonce}`;
  const answer = (fields: Record<string, string>) =>
    browser.submit(path(), path(), {
      day: '1000000',
      total: '5000000',
      delivery: 'yes',
      ...fields,
    });
  const status = async () => (await contents(wallet))['connects']?.[0]?.['status'];

  test('says who asks, for whom, what for and how much, before and after signing in', async () => {
    for (const signedIn of [false, true]) {
      if (signedIn) await browser.signUp();
      const { text } = await browser.get(path());
      for (const words of [
        site,
        'Example News',
        news,
        'Verified for news.example',
        'The page says: “<bdi>An article</bdi>”',
        '2¢',
      ])
        expect(text).toContain(words);
      expect(text.includes('Allow and pay 2¢')).toBe(signedIn);
      expect(text).toContain('Don’t allow');
    }
  });

  test('says who holds the money and how it comes back, before and after signing in', async () => {
    for (const signedIn of [false, true]) {
      if (signedIn) await browser.signUp();
      const text = (await browser.get(path())).text.replace(/\s+/g, ' ');
      expect(text).toContain('localhost:8787 holds it until a tap pays.');
      expect(text).toContain('For 15 minutes you can take a payment back there, 3 a week at most;');
    }
  });

  test('says that the site may tell titles, which the statement of taps keeps', async () => {
    await browser.signUp();
    const text = (await browser.get(path())).text.replace(/\s+/g, ' ');
    expect(text).toContain('may tell this wallet the titles of what they open, for your receipts.');
  });

  test('says of an item that its payee keeps what it opens', async () => {
    const key = await seller(wallet);
    page = await newPage(wallet, { charge: itemCharge(await sold(wallet, key)) });
    await ask(wallet, page);
    expect((await browser.get(path())).text).toContain('For 15 minutes');
    await keepItems(wallet.context, 'news', true);
    const { text } = await browser.get(path());
    expect(text.replace(/\s+/g, ' ')).toContain(
      'What this opens, and what else Example News sells at this wallet, can’t be taken back',
    );
    expect(text).not.toContain('For 15 minutes');
  });

  // The taps that it allows have no page of their own.
  test('says so of later taps too, whatever waits to be paid', async () => {
    await keepItems(wallet.context, 'news', true);
    const { text } = await browser.get(path());
    expect(text.replace(/\s+/g, ' ')).toContain(
      'What Example News sells at this wallet can’t be taken back; you can ask who was paid to give it back. All else can, for 15 minutes.',
    );
  });

  test('preselects nothing that was raised, and ticks nothing', async () => {
    await browser.signUp();
    const { text } = await browser.get(path());
    const checked = [...text.matchAll(/<input[^>]*checked[^>]*>/g)].map(([input]) => input);
    expect(checked.map((input) => /value="(\d+)"/.exec(input)?.[1])).toEqual([
      '1000000',
      '5000000',
    ]);
    expect(text).not.toMatch(/autofocus/);
  });

  test('shows a host in other letters as it travels, and as it reads', async () => {
    const origin = 'https://xn--mnchen-3ya.example';
    page = await newPage(wallet, {
      origin,
      payee: `${news.replace('~news', '~busker')}`,
      charge: undefined,
    });
    await ask(wallet, page);
    const { text } = await browser.get(path());
    expect(text).toContain(`>${origin}<`);
    expect(text).toContain('in its own letters: münchen.example');
    expect(text).toContain('Not verified');
  });

  test('says that it is play money, beside the price and on the button', async () => {
    await browser.signUp();
    const { text } = await browser.get(path());
    expect(text).toMatch(/class="price">2¢<\/span\s*>\s*<span class="note">\s*play money/);
    expect(text).toMatch(/Allow and pay 2¢\s*<small>play money/);
  });

  test('a price that raises what a tap may pay says so', async () => {
    await browser.signUp();
    expect((await browser.get(path())).text).not.toContain('raises it');
    page = await newPage(wallet, { charge: chargeOf({ amount: '150' }) });
    await ask(wallet, page);
    const { text } = await browser.get(path());
    expect(text).toContain('up to <strong>$1.50</strong> a tap');
    expect(text).toContain('That raises it from 10¢');
    expect(text).toContain('please choose');
  });

  test('what no site may take can only be refused, and the page says why', async () => {
    page = await newPage(wallet, { charge: chargeOf({ amount: '2900' }) });
    await ask(wallet, page);
    await browser.signUp();
    const { text } = await browser.get(path());
    expect(text).toMatch(/No site may take more than \$5\.00\s+in a day/);
    expect(text).toContain('You were not charged.');
    expect(text).not.toContain('value="allow"');
    expect(await browser.submit(path(), path(), { decision: 'deny' })).toMatchObject({
      json: { message: { error: 'denied' } },
    });
  });

  test('shows a stranger’s words as words', async () => {
    page = await newPage(wallet, {
      charge: chargeOf({ description: '</bdi><script>alert(1)</script>\u202e' }),
    });
    await ask(wallet, page);
    const { text } = await browser.get(path());
    expect(text).toContain('&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('\u202e');
  });

  test('allowing tells the asking origin alone, and keeps what was shown and ticked', async () => {
    await browser.signUp();
    const { json } = await answer({ decision: 'allow' });
    expect(json).toMatchObject({ to: site, method: 'message', message: { nonce: page.nonce } });
    expect(await status()).toBe('approved');
    const [consent] = (await contents(wallet))['consents'] ?? [];
    expect(JSON.parse(String(consent?.['scope']))).toEqual({
      limits: { perPayment: '100000', perDay: '1000000', total: '5000000' },
      price: { amount: '2', currency: 'usd' },
      verified: true,
      delivery: expect.stringContaining('right of withdrawal') as string,
    });
  });

  describe('of a payee that sells by session', () => {
    beforeEach(async () => {
      await seller(wallet);
      page = await newPage(wallet, { rlm: 'news.example' });
      const { continue: next } = await ask(wallet, page);
      grantId = next.gnt;
      await browser.signUp();
    });
    let grantId: string;

    /** Allows so much a day, and pays. @returns what was recorded, and what is held then */
    async function allowed(day: string) {
      const { json } = await answer({ decision: 'allow', day });
      const { interact_ref } = json['message'] as { interact_ref: string };
      const intent = await intentFor(wallet, page, grantId);
      await proceed(wallet, page, { interact_ref, intent });
      const { consents, sessions } = await contents(wallet);
      const { setAside } = JSON.parse(String(consents?.[0]?.['scope'])) as { setAside?: object };
      return {
        setAside,
        version: consents?.[0]?.['text_version'],
        held: sessions?.[0]?.['deposit'],
      };
    }

    test.each([
      ['1000000', 200_000n],
      ['2000000', 400_000n],
    ])('what is said, recorded and held is the same: of %s a day %s', async (day, amount) => {
      const { text } = await browser.get(path());
      const { setAside, version, held } = await allowed(day);
      expect(setAside).toEqual({ amount: String(amount), words: expect.any(String) as string });
      expect(text).toContain((setAside as { words: string }).words);
      expect(text).toContain('20¢ at $1.00 a day; 40¢ at $2.00');
      expect(version).toBe('2026-11-26.3');
      expect(held).toBe(amount);
    });

    test('nothing is held that was not said', async () => {
      // The question was of a page without a server; what it signs then is a server’s.
      page = await newPage(wallet, { rlm: site });
      grantId = (await ask(wallet, page)).continue.gnt;
      expect((await browser.get(path())).text).not.toContain('set aside');
      page = { ...page, rlm: 'news.example' };
      expect(await allowed('1000000')).toMatchObject({ setAside: undefined, held: undefined });
    });

    test('no more is held than was said, whatever the page signs then', async () => {
      page = await newPage(wallet, { rlm: 'news.example', charge: chargeOf({ amount: '1' }) });
      grantId = (await ask(wallet, page)).continue.gnt;
      page = { ...page, charge: chargeOf({ amount: '2' }) };
      const { held, setAside } = await allowed('2000000');
      expect(setAside).toMatchObject({ amount: '200000' });
      expect(held).toBe(200_000n);
    });
  });

  test('a payee without a key sets nothing aside, and nothing is said of it', async () => {
    page = await newPage(wallet, { rlm: 'news.example' });
    await ask(wallet, page);
    await browser.signUp();
    expect((await browser.get(path())).text).not.toContain('set aside');
  });

  const refused: [string, Record<string, string>, string][] = [
    ['without the line about delivery', { delivery: '' }, 'malformed-request'],
    ['with a limit that wasn’t offered', { day: '999999999' }, 'malformed-request'],
    ['with no limit', { total: '' }, 'malformed-request'],
    ['with another page’s token', { token: 'x' }, 'cross-site-refused'],
  ];
  test.each(refused)('%s nothing is allowed', async (_, fields, code) => {
    await browser.signUp();
    expect(await answer({ decision: 'allow', ...fields })).toMatchObject({ code });
    expect(await status()).toBe('asked');
  });

  test('nobody allows anything without being signed in', async () => {
    expect(await answer({ decision: 'allow' })).toMatchObject({ code: 'sign-in-required' });
    expect(await status()).toBe('asked');
  });

  test('a passkey is due after five minutes, whatever the limits', async () => {
    await browser.signUp();
    wallet.clock.now += 301;
    expect(await answer({ decision: 'allow' })).toMatchObject({ code: 'step-up-required' });
    await browser.confirm();
    expect((await answer({ decision: 'allow' })).status).toBe(200);
  });

  // Red without: wallet/src/pages/consent-routes.ts: else await assertMaySpend(context, login, sent);
  test('T18 a copied cookie allows nothing', async () => {
    await browser.signUp();
    browser = await browser.stolen();
    expect(await answer({ decision: 'allow' })).toMatchObject({ code: 'step-up-required' });
    expect(await status()).toBe('asked');
  });

  test.each([false, true])(
    'anyone can say no (signed in: %s), and the page hears it',
    async (signedIn) => {
      if (signedIn) await browser.signUp();
      const { json } = await answer({ decision: 'deny', day: '', total: '', delivery: '' });
      expect(json).toEqual({
        to: site,
        method: 'message',
        message: { type: 'micropay-connect', nonce: page.nonce, error: 'denied' },
      });
      expect(await status()).toBe('denied');
    },
  );

  test('a tip asks for no consent about delivery', async () => {
    page = await newPage(wallet, { cid: 'tip_12345678' });
    await ask(wallet, page);
    await browser.signUp();
    expect((await browser.get(path())).text).not.toContain('withdrawal');
    expect((await answer({ decision: 'allow', delivery: '' })).status).toBe(200);
  });

  test('by redirect the answer stands in the address, and goes nowhere but to the asking site', async () => {
    page = await newPage(wallet);
    const request = connectRequest(page);
    request.interact.finish = {
      method: 'redirect',
      uri: `${site}/article?id=1`,
      nonce: page.nonce,
    };
    await send(wallet, '/connect', { body: JSON.stringify(request), origin: site });
    await browser.signUp();
    const { json } = await answer({ decision: 'allow' });
    expect(json['method']).toBe('redirect');
    expect(String(json['to'])).toMatch(
      new RegExp(
        `^${site}/article\\?id=1&micropay_nonce=${page.nonce}&hash=[\\w-]{43}&interact_ref=[\\w-]+$`,
      ),
    );
  });

  test('a question that was answered, or has ended, is said to be gone', async () => {
    await browser.signUp();
    await answer({ decision: 'deny' });
    expect(await browser.get(path())).toMatchObject({ status: 410 });
    page = await newPage(wallet);
    await ask(wallet, page);
    wallet.clock.now += 600;
    const told = { done: false };
    const shown = browser.get(path()).finally(() => (told.done = true));
    // Nobody comes: the wait is ended as its ten seconds would end it.
    while (!told.done) {
      wallet.context.arrivals.tell(page.nonce);
      await new Promise(setImmediate);
    }
    expect((await shown).text).toContain('There is nothing to allow here');
  });

  test('the window may open before the page could ask', async () => {
    page = await newPage(wallet, { charge: chargeOf({ description: 'A late question' }) });
    const shown = browser.get(path());
    await ask(wallet, page);
    expect((await shown).text).toContain('A late question');
  });

  test.each(['', 'short', 'x'.repeat(65), '<script>'])(
    'a name no question can have is refused: %s',
    async (nonce) => {
      const { status: code, text } = await browser.get(
        `/connect/start?n=${encodeURIComponent(nonce)}`,
      );
      expect(code).toBe(400);
      expect(text).not.toContain('<script>');
    },
  );
});
