// P9: a paid request through the middleware on hono, against node:http alone with the same check. CPU time of the servers.
import { assertSame, race, ratio, typical } from './measure.mjs';
import { startServer, textOf } from './visitor.mjs';

export async function measure() {
  const servers = { hono: await startServer('hono'), bare: await startServer('bare server') };
  const [ours, reference] = [await seen(servers.hono), await seen(servers.bare)];
  assertSame('a paid answer', ours, reference);
  const micros = await race(
    { hono: visiting(servers.hono), bare: visiting(servers.bare) },
    { slice: 50, warmUps: 10 },
  );
  await Promise.all(Object.values(servers).map(({ stop }) => stop()));
  return [
    {
      goal: 'P9',
      what: 'a paid request by the middleware on hono',
      ratio: ratio(micros, 'hono', 'bare'),
      micros: typical(micros, 'hono'),
    },
    { what: 'the same by node:http alone', micros: typical(micros, 'bare') },
  ];
}

const visiting = (server) => async (count) => {
  const taps = [];
  for (let i = 0; i < count; i++) taps.push(await server.tap());
  const before = await server.cpu();
  for (const tap of taps) await textOf(await server.ask(tap));
  return (await server.cpu()) - before;
};

/** What a visitor sees of a paid answer that is the same for all. */
async function seen(server) {
  const answer = await server.ask(await server.tap({ opens: true }));
  const { date: _, 'payment-receipt': receipt, ...headers } = answer.headers;
  const paid = JSON.parse(Buffer.from(receipt, 'base64url'));
  const told = { ...paid, reference: '', receipt: paid.receipt.split('.').length };
  return { status: answer.statusCode, headers: Object.entries(headers).map((pair) => pair.join(': ')).toSorted(), told, text: await textOf(answer) };
}
