/** Every hostile input that concerns a paywall, over a real socket: refused in plain words, nothing taken, nothing echoed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSeconds } from '../merchant/support.ts';
import { liveShop, type LiveShop } from './live-shop.ts';
import { merchantRows, merchantWireRows } from './merchant-rows.ts';
import { exchange } from './wire.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await liveShop();
});
afterAll(() => live.close());

test.each(merchantRows)('hostile input %s, %s', async (_id, _name, make) => {
  const { shop, site, contents } = live;
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
  const before = live.contents();
  const answer = await exchange(live.port, Buffer.from(bytes, 'latin1'));
  expect(answer.status).toBe(400);
  expect(answer.raw).not.toContain('evil');
  expect(live.contents()).toEqual(before);
  const alive = await live.site.send(new Request(live.site.url));
  expect(alive.status).toBe(402);
});
