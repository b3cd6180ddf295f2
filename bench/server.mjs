// One server of the bench, in a process of its own so that its CPU time is its own: `node bench/server.mjs <kind>`. By messages it makes
// the taps that it will be asked with, and says how much CPU time it has taken.
import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { accessOf, honoPaywall } from '../src/merchant/index.ts';
import { bareServer } from './reference/bare-server.mjs';
import { bareStream } from './reference/bare-stream.mjs';
import { item, openShop } from './shop.mjs';

const article = `<!doctype html><title>Rivers</title><p>${'How rivers remember. '.repeat(100)}</p>`;
const [kind, ticks] = [process.argv[2], Number(process.argv[3])];
const shop = await openShop();

async function* events() {
  for (let i = 1; i <= ticks; i++) yield `minute ${i} of the story`;
}

function honoApp(handler) {
  const app = new Hono();
  app.use('/articles/:id', honoPaywall(shop.pay, item));
  app.get('/articles/:id', handler);
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
}

const kinds = {
  hono: () => honoApp((c) => c.html(article)),
  'bare server': () => bareServer(shop, article).listen(0, '127.0.0.1'),
  meter: () => honoApp((c) => shop.pay.meter(accessOf(c.req.raw), events())),
  'bare stream': () => bareStream(events).listen(0, '127.0.0.1'),
};

const answers = {
  tap: async (how) => (await shop.tapping(how)).authorization,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

const server = kinds[kind]();
process.on('message', async ({ ask, how }) => process.send(await answers[ask](how)));
process.on('disconnect', () => process.exit());
if (!server.listening) await once(server, 'listening');
process.send(server.address().port);
