import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { payerId } from '../../../wallet/src/payer-id.ts';
import { sayMore } from '../../../wallet/src/payment-questions.ts';
import { ownedBy } from '../payee-support.ts';
import { contents, news, testWallet, type TestWallet } from '../support.ts';
import { Browser, formFields, type Answer } from './browser.ts';

let wallet: TestWallet;
let owner: Browser;
let reader: Browser;
/** The reader's person and their payment of 2¢ at ~news */
let person: string;
let payment: string;
beforeEach(async () => {
  wallet = await testWallet();
  owner = await Browser.open(wallet);
  await owner.signUp();
  reader = await Browser.open(wallet);
  await reader.signUp();
  const [first, second] = (await contents(wallet))['logins'] ?? [];
  await ownedBy(wallet, 'news', String(first?.['person']));
  person = String(second?.['person']);
  const path = '/~news?amount=0.02&reason=The+river';
  const { json } = await reader.submit(path, path);
  payment = String(json['go']).split('/').at(-1) ?? '';
});
afterEach(() => wallet.close());

const program = { accept: 'application/json' };
const inbox = '/payee/news/questions';
const textOf = async (path: string, by: Browser): Promise<string> =>
  (await by.get(path)).text.replaceAll(/\s+/g, ' ').replaceAll(/ ?(<\/?\w+[^>]*>) ?/g, '$1');
const ask = (text = 'Where is\nthe <b>end</b>?', by = reader): Promise<Answer> =>
  by.submit(`/questions/new?payment=${payment}`, '/questions/new', { text });
const asked = async (): Promise<string> =>
  String((await ask()).json['go'])
    .split('/')
    .at(-1) ?? '';
const answer = (id: string, text = 'On page 2.', by = owner): Promise<Answer> =>
  by.submit(`${inbox}/${id}`, `${inbox}/${id}`, { text });

describe('a question about a payment', () => {
  test('is asked from the receipt with the number filled in, answered, and seen at receipt and home', async () => {
    expect(await textOf(`/receipts/${payment}`, reader)).toContain(
      `href="/questions/new?payment=${payment}"`,
    );
    const id = await asked();
    expect(await textOf(`/receipts/${payment}`, reader)).toContain(
      'Your question</a>waits for an answer.',
    );
    expect(await textOf('/payee/news', owner)).toContain('1 question waits for your answer');
    expect(await textOf(inbox, owner)).toContain(`href="${inbox}/${id}"`);
    const named = 'about 2¢, paid 23 Nov 2026, 12:00';
    for (const list of [await textOf(inbox, owner), await textOf('/questions', reader)]) {
      expect(list).toContain(`${named}<br />last word 23 Nov 2026, 12:00<br />${payment}`);
      expect(list).not.toContain('river');
    }
    expect(await textOf(`/questions/${id}`, reader)).toContain('2¢, paid 23 Nov 2026, 12:00');
    const page = await textOf(`${inbox}/${id}`, owner);
    expect(page).toContain('Waits for your answer.');
    expect(page).toContain(payment);
    expect(page).not.toContain('page 2');
    expect((await owner.get(`${inbox}/${id}/details`, program)).json).toMatchObject({
      'word.0': 'Where is\nthe <b>end</b>?',
      title: 'The river',
    });
    wallet.clock.now += 60;
    await answer(id);
    expect(await textOf(`/receipts/${payment}`, reader)).toContain('Your question</a>is answered.');
    expect(await textOf('/', reader)).toContain('A question is answered');
    expect((await reader.get(`/questions/${id}/details`, program)).json).toEqual({
      display: 'Example News',
      url: news,
      'word.0': 'Where is\nthe <b>end</b>?',
      'word.1': 'On page 2.',
    });
    expect(await textOf('/payee/news', owner)).not.toContain('waits for your answer');
  });

  test('of a refused payment has its number too, on the page that says so, and the payee is told that nothing came', async () => {
    const path = '/~news?amount=29';
    const refused = await reader.submit(path, path);
    expect(refused).toMatchObject({ code: 'cap-reached' });
    const number = String(refused.json['payment']);
    const page = await reader.submit(path, path, {}, { accept: 'text/html' });
    expect(page.text).toMatch(/href="\/questions\/new\?payment=pay_[\w-]+"/);
    expect(await textOf(`/receipts/${number}`, reader)).toContain(
      `/questions/new?payment=${number}`,
    );
    payment = number;
    const named = '$29.00, asked for 23 Nov 2026, 12:00, not charged';
    expect(await textOf(`/questions/new?payment=${number}`, reader)).toContain(named);
    const id = await asked();
    expect(await textOf(inbox, owner)).toContain(`about ${named}`);
    expect(await textOf(`${inbox}/${id}`, owner)).toContain('Nothing: the payment was refused');
  });

  test('can be settled by giving back from the inbox', async () => {
    const id = await asked();
    const action = `/payee/news/payments/${payment}/refund`;
    const given = await owner.submit(`${inbox}/${id}`, action, { amount: '0.02', reason: 'Sorry' });
    expect(given.json).toEqual({ go: `${inbox}/${id}` });
    expect(await textOf(`${inbox}/${id}`, owner)).toContain('you gave it back');
    const receipt = await textOf(`/receipts/${payment}`, reader);
    expect(receipt).toContain('who was paid gave it back');
    expect(receipt).toContain('Your question</a>is answered.');
    expect((await reader.get(`/questions/${id}/details`, program)).json).toMatchObject({
      'word.1': 'Sorry',
    });
    expect(await textOf('/payee/news', owner)).not.toContain('waits for your answer');
  });

  test('is not answered by money that goes back without words, and a closed one by none', async () => {
    const id = await asked();
    const action = `/payee/news/payments/${payment}/refund`;
    await owner.submit(`${inbox}/${id}`, action, { amount: '0.005' });
    expect(await textOf(`${inbox}/${id}`, owner)).toContain('Waits for your answer.');
    await owner.submit(`${inbox}/${id}`, `${inbox}/${id}/close`);
    const given = await owner.submit(`${inbox}/${id}`, action, {
      amount: '0.005',
      reason: 'Sorry',
    });
    expect(given.json).toEqual({ go: `${inbox}/${id}` });
    expect(await textOf(`/questions/${id}`, reader)).toContain('It is closed.');
  });

  test('has no more room: money goes back with words all the same, and nobody reads that none moved', async () => {
    const id = await asked();
    for (let i = 0; i < 39; i++)
      await sayMore(wallet.context, id, { payee: 'news' }, `Answer number ${i}`);
    const action = `/payee/news/payments/${payment}/refund`;
    const given = await owner.submit(`${inbox}/${id}`, action, { amount: '0.01', reason: 'Sorry' });
    expect(given).toMatchObject({ status: 200, json: { go: `${inbox}/${id}` } });
    expect((await contents(wallet))['refunds']).toMatchObject([
      { amount: 10_000n, reason: 'Sorry' },
    ]);
  });

  test('is closed from either side, and then a new one can be asked', async () => {
    const id = await asked();
    await owner.submit(`${inbox}/${id}`, `${inbox}/${id}/close`);
    expect(await textOf(`/questions/${id}`, reader)).toContain('It is closed.');
    expect((await reader.get(`/questions/${id}`)).text).not.toContain('<textarea');
    const second = await asked();
    expect(second).not.toBe(id);
    await reader.submit(`/questions/${second}`, `/questions/${second}/close`);
    expect((await owner.get(`${inbox}/${second}`)).text).not.toContain('<textarea');
  });

  test('that is open is gone on with: asking again leads there', async () => {
    const id = await asked();
    const again = await reader.get(`/questions/new?payment=${payment}`);
    expect([again.status, again.headers.get('location')]).toEqual([303, `/questions/${id}`]);
    await reader.submit(`/questions/${id}`, `/questions/${id}`, { text: 'Also the start.' });
    expect((await owner.get(`${inbox}/${id}/details`, program)).json).toMatchObject({
      'word.1': 'Also the start.',
    });
  });

  test('without words, or about someone else’s payment, is none', async () => {
    expect(await ask(' \n ')).toMatchObject({ code: 'malformed-request' });
    const other = await Browser.open(wallet);
    await other.signUp();
    const path = `/questions/new?payment=${payment}`;
    expect(await other.get(path, program)).toMatchObject({ code: 'not-found' });
    expect(await reader.get('/questions/new', program)).toMatchObject({ code: 'not-found' });
    expect((await contents(wallet))['questions']).toEqual([]);
  });

  test('names neither side to the other beyond the pairwise id', async () => {
    const id = await asked();
    await answer(id);
    const sub = payerId(wallet.context.keys, person, news);
    for (const path of [inbox, `${inbox}/${id}`, `${inbox}/${id}/details`])
      expect((await owner.get(path)).text, path).not.toContain('per_');
    expect((await owner.get(`${inbox}/${id}`)).text).toContain(sub);
    for (const path of ['/questions', `/questions/${id}`, `/questions/${id}/details`])
      expect((await reader.get(path)).text, path).not.toMatch(/per_|sub_/);
  });

  test('is twenty a day for a person, told when there is room again', async () => {
    const id = await asked();
    for (let i = 0; i < 19; i += 1)
      await reader.submit(`/questions/${id}`, `/questions/${id}`, { text: `Word ${i}` });
    const more = await reader.submit(`/questions/${id}`, `/questions/${id}`, { text: 'More' });
    expect(more).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(Number(more.headers.get('retry-after'))).toBeGreaterThan(3_600);
  });
});

describe('nobody else', () => {
  test('reads, writes or closes it', async () => {
    const id = await asked();
    const other = await Browser.open(wallet);
    await other.signUp();
    const before = (await contents(wallet))['question_words'];
    for (const path of [`/questions/${id}`, `/questions/${id}/details`, `${inbox}/${id}`, inbox])
      expect(await other.get(path, program), path).toMatchObject({ code: 'not-found' });
    // The owner is no reader of it by the reader's page, and the reader none by the payee's.
    expect(await owner.get(`/questions/${id}`, program)).toMatchObject({ code: 'not-found' });
    expect(await reader.get(`${inbox}/${id}`, program)).toMatchObject({ code: 'not-found' });
    const fields = formFields((await reader.get(`/questions/${id}`)).text, `/questions/${id}`);
    expect(
      await other.submit('/', `/questions/${id}`, { ...fields, text: 'Mine now' }),
    ).toMatchObject({ code: 'cross-site-refused' });
    expect((await contents(wallet))['question_words']).toEqual(before);
  });

  // Red without: wallet/src/pages/question-routes.ts: await assertThisBrowser(context, sent.login, sent);
  test('T18 with a reader’s stolen cookie asks, says or closes anything', async () => {
    const id = await asked();
    const thief = await reader.stolen();
    const before = await contents(wallet);
    const path = `/questions/${id}`;
    for (const action of [path, `${path}/close`])
      expect(await thief.submit(path, action, { text: 'x' })).toMatchObject({
        code: 'step-up-required',
      });
    expect(await ask('x', thief)).toMatchObject({ code: 'cross-site-refused' });
    expect(await contents(wallet)).toEqual(before);
  });

  // Red without: wallet/src/pages/question-routes.ts: await assertThisBrowser(context, login, sentBy(context, c));
  test('T18 with a reader’s stolen cookie reads a word', async () => {
    const id = await asked();
    const thief = await reader.stolen();
    for (const path of ['/questions', `/questions/${id}`])
      expect(await textOf(path, thief)).not.toMatch(/Example News|Where is/);
    expect(await thief.get(`/questions/${id}/details`, program)).toMatchObject({
      code: 'step-up-required',
    });
  });

  // Red without: wallet/src/pages/payee/question-routes.ts: await assertByPasskey(context, sent.login, sent);
  test('T18 with a stolen payee login answers or closes a question, or reads it', async () => {
    const id = await asked();
    const thief = await owner.stolen();
    const before = await contents(wallet);
    expect(await answer(id, 'x', thief)).toMatchObject({ code: 'step-up-required' });
    expect(await thief.submit(`${inbox}/${id}`, `${inbox}/${id}/close`)).toMatchObject({
      code: 'step-up-required',
    });
    expect(await textOf(`${inbox}/${id}`, thief)).not.toMatch(/Where is|river/);
    expect(await thief.get(`${inbox}/${id}/details`, program)).toMatchObject({
      code: 'step-up-required',
    });
    expect(await contents(wallet)).toEqual(before);
  });
});

test('the reader’s list leafs back', async () => {
  const ids: string[] = [];
  wallet.context.limits.take = () => {};
  for (let i = 0; i < 22; i += 1) {
    wallet.clock.now += 1;
    const path = '/~news?amount=0.01';
    const { json } = await reader.submit(path, path);
    payment = String(json['go']).split('/').at(-1) ?? '';
    ids.push(await asked());
  }
  const text = await textOf('/questions', reader);
  const [, older = ''] = /<a href="(\/questions\?before=[^"]+)">Older/.exec(text) ?? [];
  const found = [text, await textOf(older, reader)].flatMap((page) =>
    [...page.matchAll(/href="\/questions\/(que_[\w-]+)"/g)].map(([, id]) => id),
  );
  expect(found).toEqual(ids.toReversed());
});
