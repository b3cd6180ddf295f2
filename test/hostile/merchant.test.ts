/** Every hostile input that concerns a paywall, over a real socket: refused in plain words, nothing taken, nothing echoed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { payeeKey } from '../merchant/sessions/support.ts';
import { startSeconds } from '../merchant/support.ts';
import { liveShop, type LiveShop } from './live-shop.ts';
import { merchantRows, merchantWireRows, type Row } from './merchant-rows.ts';
import { sessionRows, sessionSiteAt } from './merchant-session-rows.ts';
import { exchange } from './wire.ts';

let live: { charges: LiveShop; sessions: LiveShop };
beforeAll(async () => {
  const sessions = { key: await payeeKey() };
  live = { charges: await liveShop(), sessions: await liveShop({ sessions }) };
});
afterAll(() => Promise.all([live.charges.close(), live.sessions.close()]));

const everyRow: [...Row, by: 'charge' | 'session'][] = [
  ...merchantRows.map((row): [...Row, 'charge'] => [...row, 'charge']),
  ...sessionRows.map(([id, name, make]): [...Row, 'session'] => [
    id,
    `by session, ${name}`,
    (site) => make(sessionSiteAt(site, live.sessions.shop)),
    'session',
  ]),
];

test.each(everyRow)('hostile input %s, %s', async (_id, _name, make, by) => {
  const { shop, site, contents } = by === 'session' ? live.sessions : live.charges;
  const { request, status, code, input = '', afterSeconds = 0 } = await make(site);
  const authorization = request.headers.get('authorization') ?? '';
  const before = contents();
  shop.clock.seconds = startSeconds + afterSeconds;
  const answer = await site.send(request);
  shop.clock.seconds = startSeconds;
  expect(answer.status).toBe(status);
  if (code === undefined) return;
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({ status, code, moneyMoved: 'no' });
  expect(contents()).toEqual(before);
  expect(answer.headers.get('payment-receipt')).toBeNull();
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const whole = JSON.stringify([...answer.headers]) + body;
  // A word or two, as in `Payment`, may well stand in an answer by itself.
  for (const sent of [input, authorization].filter(({ length }) => length > 16))
    expect(whole).not.toContain(sent.replace('Payment ', ''));
  if ([400, 402].includes(status))
    expect(answer.headers.get('www-authenticate')).toMatch(/^Payment id="/);
  expect(shop.errors).toEqual([]);
});

test.each(merchantWireRows)('hostile input %s, %s', async (_id, _name, bytes) => {
  const before = live.charges.contents();
  const answer = await exchange(live.charges.port, Buffer.from(bytes, 'latin1'));
  expect(answer.status).toBe(400);
  expect(answer.raw).not.toContain('evil');
  expect(live.charges.contents()).toEqual(before);
  const { site } = live.charges;
  const alive = await site.send(new Request(site.url));
  expect(alive.status).toBe(402);
});
