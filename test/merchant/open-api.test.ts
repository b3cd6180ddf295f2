/** The price list for programs: what it says of each address, and which lists can't be made. */
import { expect, test } from 'vitest';
import { openApi, type PricedPath } from '../../src/merchant/index.ts';
import { payee } from './support.ts';

const price = { amount: '0.02', currency: 'USD' };
const listOf = (...items: PricedPath[]) => openApi({ title: 'News', payee, price, items });

test('each address says its offer, its parameters and that it answers 402', () => {
  const list = listOf({ path: '/articles/{id}', title: 'An article', example: { id: '1' } });
  expect(list).toEqual({
    openapi: '3.1.0',
    info: { title: 'News', version: '1.0.0' },
    paths: {
      '/articles/{id}': {
        get: {
          summary: 'An article',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' }, example: '1' },
          ],
          'x-payment-info': {
            offers: [
              {
                intent: 'charge',
                method: 'micropay',
                amount: '2',
                currency: 'usd',
                recipient: payee,
                description: 'An article',
              },
            ],
          },
          responses: {
            200: { description: 'What was paid for' },
            402: { description: 'Payment Required' },
          },
        },
      },
    },
  });
});

test('two methods of one path stand side by side, each with its own price', () => {
  const { paths } = listOf(
    { path: '/search' },
    { path: '/search', method: 'POST', price: { amount: '0.002', currency: 'USD' } },
  );
  expect(paths).toMatchObject({
    '/search': {
      get: { 'x-payment-info': { offers: [{ amount: '2', currency: 'usd' }] } },
      post: {
        'x-payment-info': { offers: [{ amount: '2000', currency: 'usd-micro' }] },
        requestBody: { content: { '*/*': {} } },
      },
    },
  });
});

test('a price that depends on the request is null, in no currency', () => {
  const { paths } = openApi({ title: 'News', payee, items: [{ path: '/any' }] });
  const offer = { intent: 'charge', method: 'micropay', amount: null, recipient: payee };
  expect(paths).toMatchObject({ '/any': { get: { 'x-payment-info': { offers: [offer] } } } });
});

test('what is sold by session too says that first, with its unit and what should be reserved', () => {
  const { paths } = openApi({
    title: 'News',
    payee,
    price,
    sessions: { deposit: { amount: '0.40', currency: 'USD' } },
    items: [
      { path: '/articles/{id}', title: 'An article' },
      { path: '/videos/{id}', price: { amount: '1', currency: 'EUR' }, session: { unit: 'video' } },
      { path: '/search', session: false },
      { path: '/search', method: 'POST' },
    ],
  });
  const common = { method: 'micropay', amount: '2', currency: 'usd', recipient: payee };
  const article = { ...common, description: 'An article' };
  const video = { ...common, amount: '100', currency: 'eur' };
  const charge = { intent: 'charge', ...common };
  const offering = (...offers: object[]) => ({ 'x-payment-info': { offers } });
  expect(paths).toMatchObject({
    '/articles/{id}': {
      get: offering(
        { intent: 'session', ...article, unitType: 'article', suggestedDeposit: '40' },
        { intent: 'charge', ...article },
      ),
    },
    // What should be reserved is said in one currency, and never for a price in another.
    '/videos/{id}': {
      get: offering(
        { intent: 'session', ...video, unitType: 'video' },
        { intent: 'charge', ...video },
      ),
    },
    '/search': { get: offering(charge), post: offering(charge) },
  });
  expect(JSON.stringify(paths).match(/suggestedDeposit/g)).toHaveLength(1);
});

test('of a price that depends on the request a session says so too', () => {
  const { paths } = openApi({ title: 'News', payee, sessions: {}, items: [{ path: '/any' }] });
  const offer = { intent: 'session', amount: null, unitType: 'article' };
  expect(paths).toMatchObject({
    '/any': { get: { 'x-payment-info': { offers: [offer, { intent: 'charge', amount: null }] } } },
  });
});

test('an operation adds to what is said, and takes nothing away', () => {
  const operation = {
    tags: ['search'],
    responses: { 200: { description: 'Results' }, 402: { description: 'Never' } },
    'x-payment-info': { offers: [] },
  };
  const { paths } = listOf({ path: '/search', operation });
  expect(paths).toMatchObject({
    '/search': {
      get: {
        tags: ['search'],
        responses: { 200: { description: 'Results' }, 402: { description: 'Payment Required' } },
        'x-payment-info': { offers: [{ method: 'micropay' }] },
      },
    },
  });
});

test.each<[string, Partial<Parameters<typeof openApi>[0]>, RegExp]>([
  ['a payee that is none', { payee: 'https://wallet.example' }, /payee/],
  [
    'a price that is none',
    { items: [{ path: '/', price: { amount: '2¢', currency: 'USD' } }] },
    /price/,
  ],
  [
    'a deposit that is none',
    { sessions: { deposit: { amount: '-1', currency: 'USD' } }, items: [{ path: '/' }] },
    /deposit/,
  ],
  ['a unit that is no word', { sessions: { unit: 'An article' }, items: [{ path: '/' }] }, /unit/],
  ['a path without its slash', { items: [{ path: 'articles' }] }, /path/],
  ['a path with a query', { items: [{ path: '/articles?id=1' }] }, /path/],
])('%s is a mistake said aloud', (_, changes, says) => {
  expect(() => openApi({ title: 'News', payee, price, items: [], ...changes })).toThrow(says);
});
