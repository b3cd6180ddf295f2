/** A paywall on a real socket, with an SQLite store that can be looked at, and a wallet whose key the test holds. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { base64url, challengesFrom, utf8, type Receipt } from '../../src/protocol/index.ts';
import { nodePaywall, sqliteStore, type PaywallOptions } from '../../src/merchant/index.ts';
import { receiptFor, shop, type Shop } from '../merchant/support.ts';
import type { Site } from './merchant-rows.ts';
import { sendOver } from './wire.ts';

export interface LiveShop {
  site: Site;
  port: number;
  shop: Shop;
  /** Every row of its store */
  contents: () => unknown;
  close: () => Promise<void>;
}

/** Node's own bound on headers stands before ours; it is raised here, so that ours is tried too. */
const roomyHeaders = { maxHeaderSize: 400_000 };

/** A receipt as a broken wallet might write it. */
type Loose = { [Claim in keyof Receipt]: unknown };

export async function liveShop(options: Partial<PaywallOptions> = {}): Promise<LiveShop> {
  const database = new DatabaseSync(':memory:');
  const news = await shop({ store: sqliteStore(database), ...options });
  const deliver = nodePaywall(news.pay, () => new Response('The article'));
  const server = createServer(roomyHeaders, deliver).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const tables = ['payments', 'purchases', 'sessions', 'taps'];
  return {
    site: siteAt(port, news),
    port,
    shop: news,
    contents: () => tables.map((table) => database.prepare(`select * from ${table}`).all()),
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function siteAt(port: number, { walletKey }: Shop): Site {
  const origin = `http://127.0.0.1:${port}`;
  const send = (request: Request): Promise<Response> => sendOver(port, request);
  const signed = async (payload: string): Promise<string> => {
    const { kid, sign } = walletKey;
    const head = base64url(
      utf8(JSON.stringify({ alg: 'EdDSA', typ: 'micropay-receipt+jwt', kid })),
    );
    const text = `${head}.${base64url(utf8(payload))}`;
    return `${text}.${base64url(await sign(utf8(text)))}`;
  };
  return {
    url: `${origin}/articles/1`,
    otherUrl: `${origin}/articles/2`,
    challenge: async (url = `${origin}/articles/1`, init = {}) => {
      const answer = await send(new Request(url, init));
      const [found] = challengesFrom(answer.headers.get('www-authenticate') ?? '');
      if (!found) throw new Error(`no challenge came with ${answer.status}`);
      return found;
    },
    signed,
    receipt: (challenge, claims = {}) =>
      signed(JSON.stringify({ ...receiptFor(challenge), ...claims } satisfies Loose)),
    seed: new Uint8Array(createHash('sha256').update('wallet').digest()),
    send,
  };
}
