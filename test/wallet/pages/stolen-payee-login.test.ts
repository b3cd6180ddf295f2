import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mail } from '../../../wallet/src/mail.ts';
import { newId } from '../../../wallet/src/ids.ts';
import { newContentKey } from '../item-support.ts';
import { contents, newKey, testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

const plain = { accept: 'text/html' };
const home = '/payee/maya';

let wallet: TestWallet;
let mails: Mail[];
/** Owns `~maya`; her passkey is a minute old */
let maya: Browser;
let thief: Browser;
/** What there is to be stolen: a key, an item, a payment of the thief's own, a reader's question */
let [x, item, payment, question] = ['', '', '', ''];
beforeEach(async () => {
  mails = [];
  wallet = await testWallet({ mail: async (sent) => void mails.push(sent) });
  maya = await Browser.open(wallet);
  await byCode(maya);
  await maya.addPasskey();
  await maya.confirm();
  await maya.submit('/payee/new', '/payee/new', { name: 'maya', display: 'Maya', open: 'no' });
  ({ x } = (await newKey(wallet.random)).jwk);
  await maya.submit(`${home}/keys`, `${home}/keys/add`, { x });
  await maya.submit(`${home}/sites`, `${home}/sites/check`, { site: 'maya.example' });
  item = newId(wallet, 'itm');
  const locked = { id: item, title: 'Rivers', amount: '0.02', key: newContentKey(wallet) };
  await maya.submit(`${home}/lock`, `${home}/items`, locked);
  thief = await Browser.open(wallet);
  await thief.signUp();
  payment = last(
    await thief.submit('/~maya?amount=0.05&reason=Secret', '/~maya?amount=0.05&reason=Secret'),
  );
  const asking = `/questions/new?payment=${payment}`;
  question = last(await thief.submit(asking, '/questions/new', { text: 'A secret word?' }));
  thief = await maya.stolen();
});
afterEach(() => wallet.close());

const last = ({ json }: { json: Record<string, unknown> }): string =>
  String(json['go']).split('/').at(-1) ?? '';

/** Signs in by a code that went to Maya's mailbox. */
async function byCode(who: Browser): Promise<void> {
  const asked = await who.submit(
    '/~news?amount=0.02',
    '/sign-in/email',
    { address: 'maya@example.org' },
    plain,
  );
  const page = asked.headers.get('location') ?? '';
  const code = /\b\d{6}\b/.exec(mails.at(-1)?.text ?? '')?.[0] ?? '';
  await who.submit(page, '/sign-in/code', { code }, plain);
}

type Act = [what: string, page: string, action: string, fields?: Record<string, string>];
/** All that a payee's owner can do; each is `action` below `/payee/maya`, from a form of `page`. */
const acts: Act[] = [
  ['adds no key', '/keys', '/keys/add'],
  ['removes no key', '/keys', '/keys/remove'],
  ['lists no site', '/sites', '/sites/check', { site: 'evil.example' }],
  ['removes no site', '/sites', '/sites/remove'],
  ['opens it to no page', '/sites', '/sites/open', { open: 'yes' }],
  ['writes no words on its page', '/page', '/page', { about: 'Pay ~mallory', amounts: '' }],
  ['sets no picture', '/page', '/page/picture', { picture: '' }],
  ['sells nothing', '/lock', '/items', { title: 'Mine', amount: '0.01' }],
  ['sets no price', '/items', '/items/price', { amount: '0.01' }],
  ['stops selling nothing', '/items', '/items/close', { closed: 'yes' }],
  ['keeps no reader from taking back', '/items', '/items/undo', { undo: 'no' }],
  ['gets no key of a text', '/lock', '/items/change'],
  [
    'gives nothing back, not to itself either',
    '/payments/:id',
    '/payments/:id/refund',
    { amount: '0.05' },
  ],
  ['gets no file', '', '/export', { month: '2026-11' }],
];
/** Words need the browser's key, and no passkey of this minute. */
const words: Act[] = [
  ['answers nobody', '/questions/:id', '/questions/:id', { text: 'Send it to me' }],
  ['closes no question', '/questions/:id', '/questions/:id/close'],
];
const all: Act[] = [...acts, ...words];

/** The form of an act, with what it needs filled in. */
async function doing(
  who: Browser,
  [, page, action, more = {}]: Act,
): ReturnType<Browser['submit']> {
  const at = (path: string): string =>
    home + path.replace(':id', path.startsWith('/questions') ? question : payment);
  const fields: Record<string, string> = { ...more };
  if (action.startsWith('/items')) fields['id'] = action === '/items' ? newId(wallet, 'itm') : item;
  if (action === '/keys/add') fields['x'] = (await newKey(wallet.random)).jwk.x;
  if (action === '/items/change')
    fields['token'] = /data-change-token="([^"]+)"/.exec((await who.get(at(page))).text)?.[1] ?? '';
  return who.submit(at(page), at(action), fields);
}

/** All rows but what a refused request may leave: that a proof was seen. */
const books = async () => ({ ...(await contents(wallet)), calls: [] });

const refused = { status: 403, code: 'step-up-required' };

describe('T18 stolen payee login', () => {
  test('T18 stolen payee login: no form of a payee’s side is forgotten here', () => {
    const routes = wallet.app.routes.filter(({ method }) => method === 'POST');
    const found = routes.flatMap(({ path }) => /^\/payee\/:name(\/.+)$/.exec(path)?.[1] ?? []);
    expect([...new Set(found)].toSorted()).toEqual(all.map(([, , action]) => action).toSorted());
  });

  // Red without: wallet/src/pages/payee/own.ts: await assertPerson(context, sent.login, sent);
  // Red without: wallet/src/pages/payee/question-routes.ts: await assertByPasskey(context, sent.login, sent);
  test.each(all)('T18 stolen payee login: a cookie %s', async (...act) => {
    const before = await books();
    for (const device of [thief.device, undefined]) {
      thief.device = device;
      // Bringing no key is no way around: this login has one.
      expect(await doing(thief, act)).toMatchObject(refused);
    }
    expect(await books()).toEqual(before);
    expect((await doing(maya, act)).status).toBe(200);
  });

  // Red without: wallet/src/pages/presence.ts: throw isByCode(login) ? onlyByPasskey() : new Problem('step-up-required');
  test.each(acts)(
    'T18 stolen payee login: an unlocked browser %s without a fresh passkey',
    async (...act) => {
      wallet.clock.now += 301;
      const before = await books();
      expect(await doing(maya, act)).toMatchObject(refused);
      expect(await books()).toEqual(before);
      await maya.confirm();
      expect((await doing(maya, act)).status).toBe(200);
    },
  );

  // Red without: wallet/src/pages/presence.ts: if (isByCode(login)) throw onlyByPasskey();
  test.each(all)('T18 stolen payee login: a code from the mailbox %s', async (...act) => {
    for (const device of [undefined, thief.device]) {
      const reading = await Browser.open(wallet);
      reading.device = device;
      await byCode(reading);
      const before = await books();
      expect(await doing(reading, act)).toMatchObject(refused);
      expect(await books()).toEqual(before);
    }
  });

  // Red without: wallet/src/pages/payee/start-routes.ts: await assertPerson(context, sent.login, sent);
  test('T18 stolen payee login: neither cookie nor code makes another payee, or adds a passkey', async () => {
    const reading = await Browser.open(wallet);
    await byCode(reading);
    for (const who of [thief, reading]) {
      const before = await books();
      const fields = { name: 'maya-2', display: '', open: 'yes' };
      expect(await who.submit('/payee/new', '/payee/new', fields)).toMatchObject(refused);
      expect(await who.addPasskey()).toMatchObject(refused);
      expect(await books()).toEqual(before);
    }
  });

  // Red without: wallet/src/pages/payee/books-routes.ts: await assertByPasskey(context, login, sentBy(context, c));
  test('T18 stolen payee login: what cookie or code shows is public, but for how much came in', async () => {
    const reading = await Browser.open(wallet);
    reading.device = undefined;
    await byCode(reading);
    const rooms = ['', '/statement', `/payments/${payment}`, `/questions/${question}`];
    for (const who of [thief, reading]) {
      for (const path of [...rooms, '/sites', '/keys', '/snippets', '/questions', '/taps?since=0'])
        expect((await who.get(home + path)).text, path).not.toMatch(/[Ss]ecret|per_/);
      for (const path of rooms)
        expect(
          await who.get(`${home}${path}/details`, { accept: 'application/json' }),
        ).toMatchObject(refused);
    }
    const told = await maya.get(`${home}/questions/${question}/details`, {
      accept: 'application/json',
    });
    expect(told.text).toContain('A secret word?');
  });
});
