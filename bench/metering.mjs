// P10: a tick of a metered answer, against the same events by node:http alone. CPU time of the servers.
import { randomBytes } from 'node:crypto';
import { assertSame, race, ratio, typical } from './measure.mjs';
import { startServer, textOf } from './visitor.mjs';

const ticks = 1_000;
/** As many are signed for by one voucher: of several that come, only the newest counts. */
const often = 100;

export async function measure() {
  const servers = {
    meter: await startServer('meter', ticks),
    bare: await startServer('bare stream', ticks),
  };
  const opening = await servers.meter.tap({ opens: true, units: BigInt(ticks) });
  await textOf(await servers.meter.ask(opening));
  const { events } = await listened(servers.bare);
  const sameFrom = (hear) => async () => {
    const heard = await hear();
    assertSame('a stream', heard.events, events);
    return heard.cpu;
  };
  const micros = await race(
    {
      ahead: sameFrom(() => streamed(servers.meter, ticks)),
      often: sameFrom(() => streamed(servers.meter, often)),
      bare: sameFrom(() => listened(servers.bare)),
    },
    { slices: 1, slice: ticks, warmUps: 3 },
  );
  await Promise.all(Object.values(servers).map(({ stop }) => stop()));
  const line = (name) => ({ ratio: ratio(micros, name, 'bare'), micros: typical(micros, name) });
  return [
    { goal: 'P10', what: 'a metered tick that is signed for', ...line('ahead') },
    { what: `the same with a voucher for each ${often} of them`, ...line('often') },
    { what: 'the event alone, by node:http', micros: typical(micros, 'bare') },
  ];
}

/** A visitor who signs ahead: half of what was signed for is used up when the next voucher leaves. */
async function streamed(server, perVoucher) {
  const tap = `tap_${randomBytes(12).toString('base64url')}`;
  const signed = [];
  for (let i = 0; i < ticks; i += perVoucher)
    signed.push(await server.tap({ claims: { tap }, units: BigInt(perVoucher) }));
  const before = await server.cpu();
  const answer = await server.ask(signed[0]);
  const raising = [];
  let seen = 0;
  const text = await textOf(answer, (part) => {
    seen += part.split('data: minute').length - 1;
    while (signed.length > 1 && seen >= (raising.length + 0.5) * perVoucher) {
      const next = signed.splice(1, 1)[0];
      raising.push(server.ask(next, 'HEAD').then((raised) => raised.resume()));
    }
  });
  await Promise.all(raising);
  return { cpu: (await server.cpu()) - before, events: eventsIn(text) };
}

async function listened(server) {
  const before = await server.cpu();
  const text = await textOf(await server.ask(''));
  return { cpu: (await server.cpu()) - before, events: eventsIn(text) };
}

/** What was sold, without what is said of the payment between. */
const eventsIn = (text) => text.split('\n\n').filter((event) => event.startsWith('data: '));
