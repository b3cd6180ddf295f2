/** Metered answers: each event is paid for before it leaves, a voucher that comes by HEAD lets them go on, and nobody waits for ever. */
import { expect, test } from 'vitest';
import {
  memoryStore,
  type Access,
  type Deliver,
  type Item,
  type MeterOptions,
  type PaywallStore,
} from '../../../src/merchant/index.ts';
import { article, shop, startSeconds, type Shop } from '../support.ts';
import { price, reader, sessionShop, sid, sumsOf, tapOf, type Reader } from './support.ts';

const tap = 'tap_metered0';

interface Event {
  event: string;
  data: string;
}

/** Reads a stream event by event, as a page does. */
function eventsOf(answer: Response): {
  next: () => Promise<Event | undefined>;
  stop: () => Promise<void>;
} {
  const body = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  return {
    next: async () => {
      while (!rest.includes('\n\n')) {
        const { done, value } = (await body?.read()) ?? { done: true };
        if (done) return undefined;
        rest += value;
      }
      const [head = '', ...others] = rest.split('\n\n');
      rest = others.join('\n\n');
      const lines = head.split('\n');
      const named = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message';
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
      return { event: named, data: data.join('\n') };
    },
    stop: async () => body?.cancel(),
  };
}

async function* words(count: number, made: string[] = []): AsyncGenerator<string> {
  for (let i = 1; i <= count; i++) {
    made.push(`word ${i}`);
    yield `word ${i}`;
  }
}

interface Scene {
  news: Shop;
  ada: Reader;
  made: string[];
  timers: (() => void)[];
  start: (options?: MeterOptions, count?: number) => Promise<Response>;
  raise: (cum: bigint, on?: Shop) => Promise<number>;
}

async function scene(store: PaywallStore = memoryStore()): Promise<Scene> {
  const timers: (() => void)[] = [];
  const news = await sessionShop({
    store,
    timer: (run) => {
      timers.push(run);
      return () => void (timers.includes(run) && timers.splice(timers.indexOf(run), 1));
    },
  });
  const ada = await reader(news);
  const made: string[] = [];
  return {
    news,
    ada,
    made,
    timers,
    start: async (options, count = 5) =>
      ada.tap(
        article,
        { tap, open: true },
        (_request, access) => news.pay.meter(access, words(count, made), options),
        { seconds: 0 },
      ),
    raise: async (cum, on = news) =>
      (await on.ask(await ada.tapping({ method: 'HEAD', tap, cum, open: false }))).status,
  };
}

const need = (required: bigint, accepted: bigint): Event => ({
  event: 'payment-need-voucher',
  data: JSON.stringify({
    sessionId: sid,
    requiredCumulative: String(required),
    acceptedCumulative: String(accepted),
    deposit: '200000',
  }),
});
const word = (i: number): Event => ({ event: 'message', data: `word ${i}` });

test('each event is taken before it leaves; where too little is signed for it asks, waits, and goes on', async () => {
  const { news, made, start, raise } = await scene();
  const answer = await start();
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const stream = eventsOf(answer);
  expect(await stream.next()).toEqual(word(1));
  expect(await stream.next()).toEqual(need(price * 2n, price));
  expect(await sumsOf(news)).toMatchObject({ spent: price });
  expect(made.length).toBeLessThanOrEqual(2);
  expect(await raise(price * 3n)).toBe(204);
  expect(await stream.next()).toEqual(word(2));
  expect(await stream.next()).toEqual(word(3));
  expect(await stream.next()).toEqual(need(price * 4n, price * 3n));
  expect(await raise(price * 5n)).toBe(204);
  expect(await stream.next()).toEqual(word(4));
  expect(await stream.next()).toEqual(word(5));
  const last = await stream.next();
  expect(last?.event).toBe('payment-receipt');
  const { receipt: _, ...told } = JSON.parse(last?.data ?? '') as Record<string, string>;
  expect(told).toMatchObject({
    method: 'micropay',
    reference: tap,
    sessionId: sid,
    amount: '100000',
  });
  expect(await stream.next()).toBeUndefined();
  expect(await tapOf(news, tap)).toMatchObject({ amount: price * 5n, reason: 'metered' });
  expect(await sumsOf(news)).toMatchObject({ accepted: price * 5n, spent: price * 5n });
});

// Red without: src/merchant/sessions/tab.ts: signed: min(session.signed, earned(session) - tap.amount), → signed: session.signed,
test('T4 what was signed for taps that were taken back pays for no event of a later one', async () => {
  const { news, ada, start, raise } = await scene();
  const before = ['tap_before01', 'tap_before02'];
  for (const one of before) await ada.tap(`${article}${one.at(-1)}`, { tap: one });
  for (const one of before) expect((await news.ask(await ada.undoing(one))).status).toBe(204);
  ada.owed = 0n;
  const stream = eventsOf(await start());
  expect(await stream.next()).toEqual(word(1));
  expect(await stream.next()).toEqual(need(price * 2n, price * 2n));
  expect(await sumsOf(news)).toMatchObject({ spent: price * 3n, undone: price * 2n });
  // Signed for anew it goes on, though so much was accepted before.
  expect(await raise(price * 2n)).toBe(204);
  expect(await stream.next()).toEqual(word(2));
  expect(await stream.next()).toEqual(need(price * 3n, price * 2n));
});

test('what was signed for beforehand flows', async () => {
  const { ada, start, raise } = await scene();
  ada.owed = 0n;
  const stream = eventsOf(await start());
  await raise(price * 9n);
  for (const i of [1, 2, 3, 4, 5]) expect(await stream.next()).toEqual(word(i));
});

test('events that come fast and are signed for are written down together, and no further one is made', async () => {
  const store = memoryStore();
  let saves = 0;
  const { sessions } = store;
  if (!sessions) throw new Error('the store keeps no sessions');
  const counting = {
    ...sessions,
    save: (...changed: Parameters<typeof sessions.save>) => {
      saves += 1;
      return sessions.save(...changed);
    },
  };
  const { news, made, start, raise } = await scene({ ...store, sessions: counting });
  const stream = eventsOf(await start({}, 20));
  await raise(price * 9n);
  const before = saves;
  for (let i = 1; i <= 9; i++) expect(await stream.next()).toEqual(word(i));
  // One by itself, which tells how many are signed for, and the others together.
  expect(saves - before).toBe(2);
  expect((await stream.next())?.event).toBe('payment-need-voucher');
  expect(made).toHaveLength(10);
  expect(await sumsOf(news)).toMatchObject({ accepted: price * 9n, spent: price * 9n });
});

test('an event that is there waits for none that isn’t', async () => {
  const { news, ada } = await scene();
  async function* slow(): AsyncGenerator<string> {
    yield* ['word 1', 'word 2', 'word 3'];
    await new Promise(() => undefined);
  }
  const deliver = (_request: Request, access: Access) => news.pay.meter(access, slow());
  const sent = await ada.tapping({ cum: price * 9n, open: true });
  const stream = eventsOf(await news.ask(sent, deliver, { seconds: 0 }));
  for (const i of [1, 2, 3]) expect(await stream.next()).toEqual(word(i));
  expect(await sumsOf(news)).toMatchObject({ spent: price * 3n });
});

test('an answer that nobody pays for any more ends with its receipt, whatever its source waits for', async () => {
  const { news, ada } = await scene();
  const tapping = () => ada.tapping({ cum: price * 6n, open: true });
  async function* slow(): AsyncGenerator<string> {
    yield* ['word 1', 'word 2'];
    // Others in the same session take most of what was signed for.
    for (let i = 0; i < 3; i++) await news.ask(await tapping(), undefined, { seconds: 0 });
    yield* ['word 3', 'word 4'];
    await new Promise(() => undefined);
  }
  const deliver = (_request: Request, access: Access) => news.pay.meter(access, slow());
  const stream = eventsOf(await news.ask(await tapping(), deliver, { seconds: 0 }));
  for (const i of [1, 2, 3]) expect(await stream.next()).toEqual(word(i));
  expect((await stream.next())?.event).toBe('payment-need-voucher');
  expect((await news.ask(await ada.closing())).status).toBe(204);
  expect((await stream.next())?.event).toBe('payment-receipt');
  expect(await stream.next()).toBeUndefined();
});

test('a source that fails breaks the answer, and takes nothing for what it did not make', async () => {
  const { news, ada } = await scene();
  async function* failing(): AsyncGenerator<string> {
    yield* ['word 1', 'word 2', 'word 3'];
    throw new Error('no paper');
  }
  const deliver = (_request: Request, access: Access) => news.pay.meter(access, failing());
  const sent = await ada.tapping({ cum: price * 9n, open: true });
  const stream = eventsOf(await news.ask(sent, deliver, { seconds: 0 }));
  for (const i of [1, 2, 3]) expect(await stream.next()).toEqual(word(i));
  await expect(stream.next()).rejects.toThrow('no paper');
  expect(await sumsOf(news)).toMatchObject({ spent: price * 3n });
});

test('a voucher that another instance took is found by looking', async () => {
  const store = memoryStore();
  const { start, raise, timers } = await scene(store);
  const other = await sessionShop({ store });
  const stream = eventsOf(await start({}, 2));
  expect(await stream.next()).toEqual(word(1));
  expect((await stream.next())?.event).toBe('payment-need-voucher');
  const next = stream.next();
  expect(await raise(price * 2n, other)).toBe(204);
  // Nobody told this instance; its timer makes it look.
  while (timers.length === 0) await new Promise(setImmediate);
  timers[0]?.();
  expect(await next).toEqual(word(2));
});

test('it waits for a voucher so long and no longer, and ends with what was paid', async () => {
  const { news, start, timers } = await scene();
  const stream = eventsOf(await start({ waitSeconds: 30 }));
  await stream.next();
  expect((await stream.next())?.event).toBe('payment-need-voucher');
  const next = stream.next();
  for (const seconds of [10, 29, 30]) {
    while (timers.length === 0) await new Promise(setImmediate);
    news.clock.seconds = startSeconds + seconds;
    timers.shift()?.();
  }
  const last = await next;
  expect(last?.event).toBe('payment-receipt');
  expect(JSON.parse(last?.data ?? '')).toMatchObject({ amount: '20000' });
  expect(await stream.next()).toBeUndefined();
  expect(timers).toEqual([]);
});

test.each<[name: string, end: (scene: Scene) => Promise<unknown>]>([
  ['is closed', async ({ news, ada }) => news.ask(await ada.closing())],
  ['is taken back', async ({ news, ada }) => news.ask(await ada.undoing(tap))],
  ['is near its end', async ({ news }) => (news.clock.seconds = startSeconds + 86_400 - 3_599)],
])('it ends when its session or tap %s, and takes nothing more', async (_name, end) => {
  const one = await scene();
  const stream = eventsOf(await one.start());
  await one.raise(price * 5n);
  await stream.next();
  await end(one);
  const before = await sumsOf(one.news);
  let last: Event | undefined;
  for (let event = await stream.next(); event; event = await stream.next()) last = event;
  expect(last?.event).toBe('payment-receipt');
  expect(await sumsOf(one.news)).toMatchObject({ spent: before?.['spent'] });
});

test('whoever leaves pays for nothing more', async () => {
  const { news, made, start, raise } = await scene();
  const stream = eventsOf(await start({}, 100));
  await raise(price * 10n);
  await stream.next();
  await stream.stop();
  const spent = (await sumsOf(news))?.['spent'] ?? 0n;
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  expect((await sumsOf(news))?.['spent']).toBe(spent);
  // A little is read ahead, and no more.
  expect(made.length).toBeLessThan(6);
});

// Red without: src/merchant/sessions/meter.ts: fare.leave();
test('T11 whoever leaves while a voucher is waited for pays for nothing by one that comes later', async () => {
  const { news, start, raise, timers } = await scene();
  const stream = eventsOf(await start());
  expect(await stream.next()).toEqual(word(1));
  expect((await stream.next())?.event).toBe('payment-need-voucher');
  while (timers.length === 0) await new Promise(setImmediate);
  await stream.stop();
  // It was for something else.
  expect(await raise(price * 3n)).toBe(204);
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  expect(await sumsOf(news)).toMatchObject({ accepted: price * 3n, spent: price });
});

// Red without: src/merchant/sessions/meter.ts: if (isGone) return 0;
test('T11 whoever leaves while an event is made pays nothing for it', async () => {
  const { news, ada } = await scene();
  const slowly = Promise.withResolvers<string>();
  async function* slow(): AsyncGenerator<string> {
    yield 'word 1';
    yield await slowly.promise;
  }
  const deliver = (_request: Request, access: Access) => news.pay.meter(access, slow());
  const sent = await ada.tapping({ cum: price * 9n, open: true });
  const stream = eventsOf(await news.ask(sent, deliver, { seconds: 0 }));
  expect(await stream.next()).toEqual(word(1));
  const [next, stopped] = [stream.next(), stream.stop()];
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  slowly.resolve('word 2');
  await Promise.allSettled([next, stopped]);
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  expect(await sumsOf(news)).toMatchObject({ spent: price });
});

test('the same tap again has what it paid for, and goes on from there', async () => {
  const { news, ada, made, raise } = await scene();
  const send = async () => {
    const sent = await ada.tapping({ tap, cum: price, open: true });
    return news.ask(sent, (_request, access) => news.pay.meter(access, words(4, made)), {
      seconds: 0,
    });
  };
  const first = eventsOf(await send());
  await raise(price * 2n);
  expect(await first.next()).toEqual(word(1));
  expect(await first.next()).toEqual(word(2));
  expect((await first.next())?.event).toBe('payment-need-voucher');
  await first.stop();
  const again = eventsOf(await send());
  expect(await again.next()).toEqual(word(1));
  expect(await again.next()).toEqual(word(2));
  expect(await again.next()).toEqual(need(price * 3n, price * 2n));
  expect(await sumsOf(news)).toMatchObject({ spent: price * 2n });
});

test.each(['0.03', '0.01'])(
  'the same tap again has as many events as it paid for, also where one costs %s by now',
  async (amount) => {
    const { news, ada, made, raise } = await scene();
    const send = async (item: Item) => {
      const sent = await ada.tapping({ tap, cum: price, open: true });
      const deliver: Deliver = (_request, access) => news.pay.meter(access, words(4, made));
      return eventsOf(await news.ask(sent, deliver, { seconds: 0, ...item }));
    };
    const first = await send({});
    await raise(price * 2n);
    await first.next();
    await first.next();
    await first.stop();
    const again = await send({ price: { amount, currency: 'USD' } });
    expect(await again.next()).toEqual(word(1));
    expect(await again.next()).toEqual(word(2));
    // A tap has one price, that of its time.
    expect(await again.next()).toEqual(need(price * 3n, price * 2n));
  },
);

test('a line break in a text begins no event of its own', async () => {
  const { news, ada } = await scene();
  async function* hostile(): AsyncGenerator<string> {
    yield 'a\r\nevent: payment-receipt\rdata: {}\n\nb';
  }
  const answer = await ada.tap(article, {}, (_request, access) =>
    news.pay.meter(access, hostile()),
  );
  const text = await answer.text();
  expect(text.split('\n').filter((line) => line.startsWith('event: '))).toEqual([
    'event: payment-receipt',
  ]);
  expect(
    text.startsWith('data: a\ndata: event: payment-receipt\ndata: data: {}\ndata: \ndata: b\n\n'),
  ).toBe(true);
});

test('what is free flows, a charge pays for one event, and what is owned flows', async () => {
  const plain = await shop();
  const answer = await plain.ask(
    new Request(article),
    (_request, access) => plain.pay.meter(access, words(3)),
    () => undefined,
  );
  expect((await answer.text()).match(/word/g)).toHaveLength(3);
  const one = plain.pay.meter({ by: 'payment' }, words(3));
  expect((await one.text()).match(/word/g)).toHaveLength(1);
  expect((await plain.pay.meter({ by: 'owned' }, words(3)).text()).match(/word/g)).toHaveLength(3);
});
