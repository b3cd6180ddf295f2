/** Approval by window and by redirect: who is believed, what a closed window means, and what comes back in the address. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/client/account.ts';
import { onFinish } from '../../src/client/consent/popup.ts';
import {
  decide,
  device,
  article,
  FakePage,
  listen,
  newSigner,
  newWorld,
  pageOrigin,
  payee,
  tip,
  walletOrigin,
  worldPorts,
  type World,
} from './support.ts';

/** How long an answer of a closed window is waited for */
const graceMs = 2_000;
const never = () => new Promise<void>(() => undefined);

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

describe('in a window', () => {
  test('the approval alone brings a session and charges nothing', async () => {
    const { micro } = device(world);
    const session = await micro.connect(payee);
    expect(session).toMatchObject({ payee, origin: pageOrigin, env: 'test' });
    expect(micro.$session.get()).toEqual(session);
    expect(world.debits).toEqual([]);
    expect(await micro.quote(tip)).toMatchObject({ ready: true });
  });

  test('the wallet is asked for the limits of this device, for this payee and key only', async () => {
    const { micro } = device(world, { caps: { tap: '50000' } });
    await micro.connect(payee);
    const [question] = [...world.connects.values()];
    expect(question?.request.access_token.access).toEqual([
      {
        type: 'wallet-session',
        payee,
        currency: 'usd-micro',
        limits: {
          perPayment: '50000',
          perPeriod: { amount: '1000000', period: 'P1D' },
          total: '5000000',
        },
      },
    ]);
    expect(question?.request.interact).toMatchObject({
      start: ['popup'],
      finish: { method: 'message', uri: pageOrigin },
    });
  });

  test.each([
    ['deny', 'approval-denied'],
    ['close', 'popup-closed'],
  ] as const)('the person’s %s ends in %s, not charged, with a way on', async (decision, code) => {
    world.decision = decision;
    const { micro, page } = device(world);
    await expect(micro.pay(tip)).rejects.toMatchObject({
      code,
      moneyMoved: 'no',
      nextStep: 'approve',
    });
    expect(world.debits).toEqual([]);
    expect(page.marked).toBe(false);
  });

  test('that the browser blocks is told as blocked', async () => {
    const { micro, page } = device(world);
    page.blocksPopups = true;
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'popup-blocked' });
    expect(world.asked).not.toContain('POST /connect');
  });

  test('none is opened without a click', async () => {
    const { micro, page } = device(world);
    page.isClicked = false;
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'not-connected' });
    expect(page.opened).toEqual([]);
  });

  test('a yes that comes after its window seemed closed is an approval, and pays nothing', async () => {
    world.decision = 'close';
    const { micro, page } = device(world);
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'popup-closed' });
    world.decision = 'allow';
    const [nonce = ''] = world.connects.keys();
    const data = await decide(world, nonce);
    const approved = new Promise((resolve) => micro.$session.listen(resolve));
    page.post({ origin: walletOrigin, source: page.opened[0], data });
    await approved;
    expect(world.debits).toEqual([]);
    await micro.pay(tip);
    expect(page.opened).toHaveLength(1);
    expect(world.debits).toHaveLength(1);
  });

  test('a grant that is not this wallet’s word is never used: the next tap asks again', async () => {
    world.grantSigner = await newSigner();
    const { micro } = device(world);
    await micro.pay(tip);
    expect(micro.$session.get()).toBeUndefined();
    expect(await micro.quote(tip)).toMatchObject({
      ready: false,
      obstacle: { code: 'not-connected' },
    });
    await expect(micro.connect(payee)).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test('stopped, it closes the window and listens no more', async () => {
    const { micro, page } = device(world);
    const stop = new AbortController();
    world.question = () => new Promise(() => stop.abort());
    await expect(micro.connect(payee, { signal: stop.signal })).rejects.toMatchObject({
      code: 'aborted',
      moneyMoved: 'no',
    });
    expect(page.opened[0]?.closed).toBe(true);
    expect(page.listening).toBe(0);
  });
});

describe('81 a message', () => {
  const nonce = 'n'.repeat(22);
  const good = { type: 'micropay-connect', nonce, hash: 'h', interact_ref: 'r'.repeat(22) };
  const cases: [string, (wallet: Window) => object][] = [
    ['from another origin', (source) => ({ origin: 'https://evil.test', source, data: good })],
    ['from another window', () => ({ origin: walletOrigin, source: {}, data: good })],
    [
      'from a twin of the origin',
      (source) => ({ origin: `${walletOrigin}.evil.test`, source, data: good }),
    ],
    ['that is none of ours', (source) => ({ origin: walletOrigin, source, data: 'hello' })],
    [
      'of another type',
      (source) => ({ origin: walletOrigin, source, data: { ...good, type: 'other' } }),
    ],
    [
      'of a wrong shape',
      (source) => ({ origin: walletOrigin, source, data: { ...good, hash: 7 } }),
    ],
  ];

  test.each(cases)('%s is passed over', (_rule, message) => {
    const page = new FakePage(world);
    const window = page.open(`${walletOrigin}/connect/start`);
    if (!window) throw new Error('No window.');
    const taken: object[] = [];
    onFinish(page, { origin: walletOrigin, window }, (answer) => void taken.push(answer));
    page.post({ origin: '', source: null, data: null, ...message(window) });
    expect(taken).toEqual([]);
    page.post({ origin: walletOrigin, source: window, data: good });
    expect(taken).toEqual([good]);
  });

  test('with a wrong hash or nonce approves nothing; the right one after it does', async () => {
    world.decision = 'close';
    // However long the answers take to be looked at: the time that a closed window leaves them doesn't run out.
    const looksOnly = (ms: number) => (ms < graceMs ? worldPorts(world).wait(ms) : never());
    const { micro, page } = device(world, { ports: { wait: looksOnly } });
    const before = world.question.bind(world);
    world.question = async (asked) => {
      const known = await before(asked);
      world.decision = 'allow';
      world.question = before;
      const data = await decide(world, asked);
      const post = (change: object) =>
        page.post({ origin: walletOrigin, source: page.opened[0], data: { ...data, ...change } });
      post({ hash: 'A'.repeat(43) });
      post({ nonce: 'x'.repeat(22) });
      post({ interact_ref: 'y'.repeat(32) });
      expect(world.grants.size).toBe(0);
      post({});
      return known;
    };
    await micro.pay(tip);
    expect(world.debits).toHaveLength(1);
    expect(world.grants.size).toBe(1);
  });
});

describe('by redirect', () => {
  test('nobody is sent away with a key that ends with the page', async () => {
    const signer = { ...(await newSigner()), fallback: true };
    const { micro, page } = device(world, { signer: async () => signer });
    const quote = await quoted(micro, tip);
    await expect(micro.redirect(quote)).rejects.toMatchObject({
      code: 'storage-unavailable',
      moneyMoved: 'no',
    });
    expect(page.went).toBeUndefined();
    expect(world.asked).toEqual([]);
  });

  /** Goes to the wallet and comes back with the person's word. */
  async function there(target: Parameters<typeof quoted>[1]) {
    const made = device(world);
    const quote = await quoted(made.micro, target);
    const left = new Promise<string>((resolve) => (made.page.go = resolve));
    void made.micro.redirect(quote, { returnTo: '/read?id=42#top' });
    const nonce = new URL(await left).searchParams.get('n') ?? '';
    const finish = await decide(world, nonce);
    const back = new URL(`${pageOrigin}/read?id=42#top`);
    const { type: _type, nonce: named, ...outcome } = finish;
    for (const [name, value] of Object.entries({ micropay_nonce: named, ...outcome }))
      back.searchParams.set(name, value);
    const page = new FakePage(world);
    page.address = back.href;
    return { ...device(world, { storage: made.storage, page }), left: made };
  }

  async function quoted(
    micro: ReturnType<typeof device>['micro'],
    target: typeof tip | { url: string },
  ) {
    const quote = await micro.quote(target);
    if (quote.response) throw new Error('It was free.');
    return quote;
  }

  test.each([
    ['a tip', tip],
    ['an article', { url: article }],
  ] as const)(
    '%s is completed once after the return, and the address is clean',
    async (_rule, target) => {
      const { micro, page } = await there(target);
      const paid = await micro.resume(target);
      expect(paid?.receipt.amt).toBe('2');
      expect(page.address).toBe(`${pageOrigin}/read?id=42#top`);
      expect(await micro.resume()).toBeUndefined();
      expect(world.debits).toHaveLength(1);
      expect(page.opened).toEqual([]);
    },
  );

  test('the return address is the page’s own, with the answer asked for as a redirect', async () => {
    await there(tip);
    const [question] = [...world.connects.values()];
    expect(question?.request.interact).toMatchObject({
      start: ['redirect'],
      finish: { method: 'redirect', uri: `${pageOrigin}/read?id=42#top` },
    });
  });

  test('a refusal is told, not charged, and the address is clean', async () => {
    world.decision = 'deny';
    const { micro, page } = await there(tip);
    await expect(micro.resume()).rejects.toMatchObject({
      code: 'approval-denied',
      moneyMoved: 'no',
    });
    expect(page.marked).toBe(false);
    expect(page.address).toBe(`${pageOrigin}/read?id=42#top`);
  });

  test('after more than ten minutes it has ended', async () => {
    const { micro } = await there(tip);
    world.now += 600_001;
    await expect(micro.resume()).rejects.toMatchObject({
      code: 'approval-expired',
      moneyMoved: 'no',
    });
    expect(world.debits).toEqual([]);
  });

  test.each(['hash', 'micropay_nonce', 'interact_ref'])(
    'an answer with another %s in the address is none',
    async (member) => {
      const { micro, page } = await there(tip);
      const forged = new URL(page.address);
      forged.searchParams.set(member, 'A'.repeat(43));
      page.address = forged.href;
      expect(await micro.resume()).toBeUndefined();
      expect(world.grants.size).toBe(0);
      expect(world.debits).toEqual([]);
    },
  );

  test('another element leaves the answer to the one that asked', async () => {
    const { micro } = await there(tip);
    expect(await micro.resume({ url: article })).toBeUndefined();
    expect(await micro.resume(tip)).toBeDefined();
  });
});

describe('a mistake of the set-up is said once, with the page that helps', () => {
  test('a policy that keeps the page from the wallet', async () => {
    const { micro, page } = device(world);
    const handle = world.handle;
    world.handle = (request) => {
      page.block(request.url);
      return handle(request);
    };
    world.faults['/.well-known/micropay'] = Array<'unheard'>(6).fill('unheard');
    for (let i = 0; i < 2; i++)
      await expect(micro.connect(payee)).rejects.toMatchObject({ code: 'wallet-unreachable' });
    expect(world.warned).toEqual([expect.stringContaining('docs/setup.md#csp')]);
    expect(micro.$alerts.get()[0]?.rule).toBe('setup');
  });

  test('a wallet that is only away is no mistake', async () => {
    const { micro } = device(world);
    world.faults['/.well-known/micropay'] = ['unheard', 'unheard', 'unheard'];
    await expect(micro.connect(payee)).rejects.toMatchObject({ code: 'wallet-unreachable' });
    expect(world.warned).toEqual([]);
  });

  test('a server elsewhere that hides what it asks', async () => {
    const { micro } = device(world, {
      ports: { fetch: () => Promise.resolve(new Response('', { status: 402 })) },
    });
    expect((await micro.fetch('https://other.test/a')).status).toBe(402);
    expect(world.warned).toEqual([expect.stringContaining('docs/setup.md#expose-headers')]);
  });

  test('a window that loses its page', async () => {
    const { micro, page } = device(world);
    const open = page.open;
    page.open = (url) => Object.assign(open(url) ?? {}, { closed: true }) as Window;
    world.question = () => new Promise(() => undefined);
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'popup-closed' });
    expect(world.warned).toEqual([expect.stringContaining('docs/setup.md#coop')]);
  });

  test('a site that the payee has not listed', async () => {
    const { micro } = device(world);
    await micro.pay(tip);
    world.refusal = 'origin-not-listed';
    await expect(micro.pay(tip)).rejects.toMatchObject({
      code: 'origin-not-listed',
      nextStep: 'contact',
    });
    expect(world.warned).toEqual([expect.stringContaining('docs/setup.md#unlisted-origin')]);
  });
});

test('what is disconnected has to be approved again; the receipts stay', async () => {
  const { micro, page, storage } = device(world);
  await micro.pay(tip);
  const account = (await storage.get(`account:${payee}`)) as Account;
  const hold = { sid: 'ses_1', grant: 'g', seq: 0, dep: 200_000n, rby: 2 ** 40, pks: [] };
  await storage.set(`account:${payee}`, { ...account, hold: { ...hold, owed: 0n, signedMax: 0n } });
  await micro.disconnect(payee);
  expect(micro.$session.get()).toBeUndefined();
  // No other key can sign for what was set aside for this one.
  const gone = { key: undefined, approval: undefined, hold: undefined };
  expect(await storage.get(`account:${payee}`)).toMatchObject(gone);
  expect(await micro.receipts.list()).toHaveLength(1);
  page.isClicked = false;
  await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'not-connected' });
});
