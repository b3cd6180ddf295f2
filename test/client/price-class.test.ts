/** The challenges of sessions that a page keeps: those it could answer, and no others. */
import { expect, test } from 'vitest';
import {
  encodeOpaque,
  encodeSessionRequest,
  formatChallenge,
  timeFrom,
  type Challenge,
} from 'micro-pay/protocol';
import { contextFrom } from '../../src/client/context.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { classFor, hearClass } from '../../src/client/session/price-class.ts';
import { article, FakePage, newWorld, pageOrigin, payee, start, worldPorts } from './support.ts';

const request = { amount: '2', currency: 'usd', recipient: payee, unitType: 'article' };
const challenge: Challenge = {
  id: 'a'.repeat(43),
  realm: 'news.test',
  method: 'micropay',
  intent: 'session',
  request: encodeSessionRequest(request),
  expires: timeFrom(start / 1000 + 86_400),
  opaque: encodeOpaque({ scope: 'GET /article/*' }),
};

async function contextWith(page: FakePage) {
  const { world } = page;
  const own = { ...worldPorts(world), storage: memoryStorage(), page };
  return contextFrom(() => import('../../src/client/later/index.ts'), own);
}

test.each([
  ['names none', undefined, true],
  ['names the one beside a site’s own', 'Payment-Authorization', true],
  ['names it in small letters', 'payment-authorization', true],
  ['names one that nobody knows', 'X-Pay', false],
  ['names one of the browser’s', 'Cookie', false],
])('a challenge that %s as its header is kept: %s → %s', async (_rule, header, isKept) => {
  const asked = header === undefined ? challenge : { ...challenge, header };
  const page = new FakePage(await newWorld());
  const context = await contextWith(page);
  const headers = { 'www-authenticate': formatChallenge(asked) };
  const heard = await hearClass(context, article, new Response(null, { status: 402, headers }));
  expect(heard?.challenge).toEqual(isKept ? asked : undefined);
  expect((await classFor(context, { target: { url: article } }))?.scope).toBe(heard?.scope);
  const other = await contextWith(Object.assign(page, { embedded: [JSON.stringify(asked)] }));
  const embedded = await classFor(other, { target: { url: `${pageOrigin}/article/7` } });
  expect(embedded?.challenge).toEqual(isKept ? asked : undefined);
});
