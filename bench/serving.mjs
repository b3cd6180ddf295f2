// P9: a paid request through the middleware on hono, against node:http alone with the same check. CPU time of the servers.
import { assertSame, ratio, rounds, typical } from './measure.mjs';
import { startServer, textOf } from './visitor.mjs';

const perSlice = 50;
const slices = 4;
const warmUps = 10;

export async function measure() {
  const servers = { hono: await startServer('hono'), bare: await startServer('bare server') };
  const [ours, reference] = [await seen(servers.hono), await seen(servers.bare)];
  assertSame('a paid answer', ours, reference);
  const micros = { hono: [], bare: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const spent = { hono: 0, bare: 0 };
    for (let i = 0; i < slices; i++)
      for (const name in servers) spent[name] += await sliceOf(servers[name]);
    if (round >= 0) for (const name in spent) micros[name].push(spent[name] / (slices * perSlice));
  }
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

async function sliceOf(server) {
  const taps = [];
  for (let i = 0; i < perSlice; i++) taps.push(await server.tap());
  const before = await server.cpu();
  for (const tap of taps) await textOf(await server.ask(tap));
  return (await server.cpu()) - before;
}

/** What a visitor sees of a paid answer that is the same for all. */
async function seen(server) {
  const answer = await server.ask(await server.tap({ opens: true }));
  const { date: _, 'payment-receipt': receipt, ...headers } = answer.headers;
  const paid = JSON.parse(Buffer.from(receipt, 'base64url'));
  const told = { ...paid, reference: '', receipt: paid.receipt.split('.').length };
  return { status: answer.statusCode, headers: Object.entries(headers).map((pair) => pair.join(': ')).toSorted(), told, text: await textOf(answer) };
}
