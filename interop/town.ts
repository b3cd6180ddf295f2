/** A wallet on a port of its own, with SQLite in a temporary folder, two payees' servers beside it, and people with play money. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPayeeKey, type PayeeKey } from '../src/merchant/index.ts';
import { audit } from '../wallet/src/audit.ts';
import { approve } from '../wallet/src/connects.ts';
import { newId } from '../wallet/src/ids.ts';
import { addPayee } from '../wallet/src/payees.ts';
import { createPerson } from '../wallet/src/persons.ts';
import { startWallet } from '../wallet/src/server.ts';
import type { Tx } from '../wallet/src/store/store.ts';

export interface Site {
  /** `http://localhost:PORT` */
  origin: string;
  close: () => Promise<void>;
}

export interface Town {
  /** Origin of the wallet */
  wallet: string;
  payee: string;
  /** What the payee settles and signs tap receipts with; the wallet knows its public half */
  payeeKey: PayeeKey;
  /** A folder that ends with the town */
  folder: string;
  /** Serves a site of the payee's, listed at the wallet */
  open: (listener: (origin: string) => RequestListener) => Promise<Site>;
  newPerson: () => Promise<string>;
  /** What the consent page does when the person allows what a page asked under this nonce. @returns what the page hears */
  allow: (nonce: string, person: string) => Promise<object>;
  /** Challenge ids that were charged, in order. @throws Error when the wallet's audit finds a fault */
  charged: () => Promise<string[]>;
  /** What moved for a session, in order: `hold 200000`, `settle 60000` … @throws Error as above */
  moved: (sid: string) => Promise<string[]>;
  close: () => Promise<void>;
}

const cents = (count: number): bigint => BigInt(count) * 10_000n;
const limits = { perPayment: cents(10), perDay: cents(100), total: cents(500) };

export async function openTown(): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), 'micro-pay-interop-'));
  const data = join(folder, 'wallet');
  const running = await startWallet({ data, dev: true, log: () => undefined });
  const { context, url: wallet } = running;
  const sites: Site[] = [];
  const payeeKey = await newPayeeKey();
  const news = { name: 'news', display: 'News', open: false, origins: [] };
  await addPayee(context, { ...news, key: payeeKey.x });
  return {
    wallet,
    payee: `${wallet}/~news`,
    payeeKey,
    folder,
    open: async (listener) => {
      const site = await serve(listener);
      sites.push(site);
      const origins = [{ origin: site.origin, verifiedBy: undefined }];
      await addPayee(context, { ...news, origins });
      return site;
    },
    newPerson: async () => {
      const id = newId(context, 'per');
      await context.store.write((tx) => createPerson(tx, context, { id, zone: 'UTC' }));
      return id;
    },
    allow: async (nonce, person) => {
      const scope = { shown: 'for interoperability' };
      return (await approve(context, { nonce, person, limits, scope })).message;
    },
    charged: () =>
      context.store.read(async (tx) => {
        await assertSound(tx);
        const rows = await tx.all<{ cid: string }>(
          `select p.cid from transfers t join payments p on p.id = t.id where t.code = 'charge' order by t.rowid`,
        );
        return rows.map(({ cid }) => cid);
      }),
    moved: (sid) =>
      context.store.read(async (tx) => {
        await assertSound(tx);
        const rows = await tx.all<{ code: string; amount: bigint }>(
          `select code, amount from transfers where $1 in (debit, credit) or id like 'undo:' || $2 || ':%' order by rowid`,
          `hold:${sid}`,
          sid,
        );
        return rows.map(({ code, amount }) => `${code} ${amount}`);
      }),
    close: async () => {
      await Promise.all(sites.map((site) => site.close()));
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The audit that `ledger check` makes. */
async function assertSound(tx: Tx): Promise<void> {
  const { faults } = await audit(tx);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function serve(listener: (origin: string) => RequestListener): Promise<Site> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('It listens on no port.');
  const origin = `http://localhost:${address.port}`;
  server.on('request', listener(origin));
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { origin, close };
}
