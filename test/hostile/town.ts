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
  type Paywall,
  type PaywallOptions,
} from '../../src/merchant/index.ts';
import { issuer, news, seededRandom, site } from '../wallet/support.ts';
import { liveWallet, type LiveWallet } from './live-wallet.ts';
import { sendOver } from './wire.ts';

export interface Shopfront {
  send: (url: string, init?: RequestInit) => Promise<Response>;
  challenge: (url: string) => Promise<Challenge>;
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

export async function openTown(): Promise<Town> {
  const wallet = await liveWallet();
  const options = (changes: Partial<PaywallOptions> = {}): PaywallOptions => ({
    payee: news,
    secret: 'a secret of ~news, long enough to be one',
    price: { amount: '0.02', currency: 'USD' },
    test: true,
    origin: site,
    now: () => wallet.clock.now * 1000,
    random: seededRandom(7),
    fetch: (input) => wallet.door(new Request(input), '203.0.113.1'),
    onError: (error) => {
      throw error;
    },
    ...changes,
  });
  const front = await shopfront(options());
  const secret = 'a secret of ~busker, long enough to be one';
  const busker = await shopfront(options({ payee: `${issuer}/~busker`, secret }));
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
    taken: () => database.prepare('select * from payments').all(),
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
