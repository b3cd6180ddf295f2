/** A wallet and two payees' servers, each on a socket of its own: what a thief walks about in. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { challengesFrom, type Challenge } from '../../src/protocol/index.ts';
import {
  nodePaywall,
  paywall,
  sqliteStore,
  type PayeeKey,
  type Paywall,
  type PaywallOptions,
} from '../../src/merchant/index.ts';
import { addPayeeKey } from '../../wallet/src/payee-keys.ts';
import { issuer, news, seededRandom, site } from '../wallet/support.ts';
import { liveWallet, type LiveWallet } from './live-wallet.ts';
import { sendOver } from './wire.ts';

export interface Shopfront {
  send: (url: string, init?: RequestInit) => Promise<Response>;
  challenge: (url: string) => Promise<Challenge>;
  /** Turns what it took by session into money; where it sells so */
  settle: Paywall['sessions']['settle'];
  /** What its store remembers of payments */
  taken: () => unknown[];
  close: () => Promise<void>;
}

export interface Town {
  wallet: LiveWallet;
  /** `~news` at https://news.example */
  news: Shopfront;
  /** `~busker`, another payee, at the same address with another secret */
  busker: Shopfront;
  /** `~news`'s paywall, with other options */
  paywallWith: (options: Partial<PaywallOptions>) => Paywall;
  close: () => Promise<void>;
}

/** What is sold at `/titled` is called so. */
export const hostileTitle = 'A "title"\r\nSet-Cookie: stolen=1 <script>alert(1)</script> \u202e🎈';

/** @param keys with them both payees sell by session too; the wallet knows them */
export async function openTown(keys?: { news: PayeeKey; busker: PayeeKey }): Promise<Town> {
  const wallet = await liveWallet();
  for (const [name, { x }] of Object.entries(keys ?? {}))
    await wallet.context.store.write((tx) => addPayeeKey(tx, wallet.context, { payee: name, x }));
  const bySession = (key?: PayeeKey) => (key ? { sessions: { key } } : {});
  const options = (changes: Partial<PaywallOptions> = {}): PaywallOptions => ({
    payee: news,
    secret: 'a secret of ~news, long enough to be one',
    price: { amount: '0.02', currency: 'USD' },
    test: true,
    origin: site,
    now: () => wallet.clock.now * 1000,
    random: seededRandom(7),
    fetch: (input, init) => wallet.door(new Request(input, init), '203.0.113.1'),
    onError: (error) => {
      throw error;
    },
    ...changes,
  });
  const front = await shopfront(options(bySession(keys?.news)));
  const secret = 'a secret of ~busker, long enough to be one';
  const busker = await shopfront(
    options({ payee: `${issuer}/~busker`, secret, ...bySession(keys?.busker) }),
  );
  return {
    wallet,
    news: front,
    busker,
    paywallWith: (changes) => paywall(options(changes)),
    close: async () => {
      await Promise.all([front.close(), busker.close(), wallet.close()]);
    },
  };
}

async function shopfront(options: PaywallOptions): Promise<Shopfront> {
  const database = new DatabaseSync(':memory:');
  const pay = paywall({ ...options, store: sqliteStore(database) });
  const item = (request: Request) =>
    new URL(request.url).pathname === '/titled' ? { title: hostileTitle } : {};
  const server = createServer(nodePaywall(pay, () => new Response('The article'), item));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const send: Shopfront['send'] = (url, init) => sendOver(port, new Request(url, init));
  return {
    send,
    challenge: async (url) => {
      const answer = await send(url);
      const [found] = challengesFrom(answer.headers.get('www-authenticate') ?? '');
      if (!found) throw new Error(`no challenge came with ${answer.status}`);
      return found;
    },
    settle: pay.sessions.settle,
    taken: () => database.prepare('select * from payments').all(),
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
