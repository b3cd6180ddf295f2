/** Payees of this wallet: a name, how it is shown, and the sites that may ask in its name. */
import { isLoopbackHost, isOrigin, payeeName, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { ledgerCurrency, openAccount, payeeAccount } from './ledger.ts';
import { skeleton } from './lookalikes.ts';
import { addPayeeKey, liveKeys } from './payee-keys.ts';
import type { Tx } from './store/store.ts';

/** How a site said itself that this payee is paid for it. */
export type Statement = 'well-known' | 'link' | 'dns';

export interface Payee {
  name: string;
  display: string;
  /** A button for it may stand on any page, for small sums */
  open: boolean;
  /** Nobody vouches for it, or for every page its button may stand on: it takes small sums only */
  unchecked: boolean;
  /** Sites that may ask in its name; of someone who signed up alone, those that say so themselves */
  origins: { origin: string; verified: boolean }[];
}

/** One as the operator sees it: with the thumbprints of its live keys. */
export interface ListedPayee extends Payee {
  keys: string[];
}

type PayeeRow = { name: string; display: string; open: bigint; owner: string | null };
type OriginRow = { payee: string; origin: string; verified_by: string | null };

/** Sites of one payee. */
export const maxOrigins = 50;

export interface NewPayee {
  name: string;
  /** How it is shown; the name, where nothing else was ever said */
  display?: string | undefined;
  open: boolean;
  origins: { origin: string; verifiedBy: Statement | undefined }[];
  /** `x` of the Ed25519 public key it settles and signs tap receipts with, base64url */
  key?: string | undefined;
}

/**
 * Adds a payee with its account, or more sites and another key to one that is there.
 * @throws Problem `malformed-request` for a name, a text, a site or a key that no payee can have
 */
export async function addPayee(
  context: Pick<Context, 'store' | 'now' | 'dev'>,
  payee: NewPayee,
): Promise<void> {
  const at = timeNow(context);
  const { name, open, display } = payee;
  const shown = display ?? name;
  const refuse = (detail: string): never => {
    throw new Problem('malformed-request', { detail });
  };
  if (!payeeName.test(name)) refuse('A name has 1 to 32 letters a–z, digits and hyphens.');
  if (shown.length > 80) refuse('The text has at most 80 characters.');
  if (payee.origins.length > maxOrigins) refuse('There are too many sites.');
  if (payee.origins.some(({ origin }) => !mayList(context, origin)))
    refuse('A site looks like https://news.example, without a path.');
  await context.store.write(async (tx) => {
    await tx.run(
      `insert into payees (name, display, open, created_at, name_twin, display_twin)
       values ($1, $2, $3, $4, $5, $6) on conflict (name) do update set open = excluded.open${
         display === undefined
           ? ''
           : ', display = excluded.display, display_twin = excluded.display_twin'
       }`,
      name,
      shown,
      open ? 1n : 0n,
      at,
      skeleton(name),
      skeleton(shown),
    );
    await openPayeeAccount(tx, name, at);
    for (const { origin, verifiedBy } of payee.origins)
      await tx.run(
        `insert into payee_origins (payee, origin, verified_by, verified_at) values ($1, $2, $3, $4)
         on conflict (payee, origin) do update
         set verified_by = excluded.verified_by, verified_at = excluded.verified_at`,
        name,
        origin,
        verifiedBy ?? null,
        verifiedBy ? at : null,
      );
    if (payee.key !== undefined) await addPayeeKey(tx, context, { payee: name, x: payee.key });
  });
}

export const openPayeeAccount = (tx: Tx, name: string, at: bigint): Promise<void> =>
  openAccount(tx, { id: payeeAccount(name), kind: 'payee', currency: ledgerCurrency, at });

/** Only a wallet for development deals with pages of its own machine. */
export const mayList = ({ dev }: Pick<Context, 'dev'>, origin: string): boolean =>
  isOrigin(origin) && (dev || !isLoopbackHost(new URL(origin).hostname));

export async function findPayee(tx: Tx, name: string): Promise<Payee | undefined> {
  const row = await tx.get<PayeeRow>('select * from payees where name = $1', name);
  if (!row) return undefined;
  const listed = await tx.all<OriginRow>(
    'select payee, origin, verified_by from payee_origins where payee = $1 order by origin',
    name,
  );
  const [open, alone] = [row.open === 1n, row.owner !== null];
  const origins = listed
    .map(({ origin, verified_by }) => ({ origin, verified: verified_by !== null }))
    // The operator's word lists a site; anyone else's needs the site's own.
    .filter(({ verified }) => verified || !alone);
  const unchecked = open || (alone && origins.length === 0);
  return { name, display: row.display, open, unchecked, origins };
}

export const payeeByName = (
  context: Pick<Context, 'store'>,
  name: string,
): Promise<Payee | undefined> => context.store.read((tx) => findPayee(tx, name));

/** Payees of someone who signed them up, by name. */
export const payeesOf = (
  { store }: Pick<Context, 'store'>,
  owner: string,
): Promise<{ name: string; display: string }[]> =>
  store.read((tx) =>
    tx.all('select name, display from payees where owner = $1 order by name', owner),
  );

/** Whose payee it is; undefined for the operator's. */
export const ownerOf = async (tx: Tx, name: string): Promise<string | undefined> =>
  (await tx.get<PayeeRow>('select * from payees where name = $1', name))?.owner ?? undefined;

export async function allPayees(context: Pick<Context, 'store'>): Promise<ListedPayee[]> {
  return context.store.read(async (tx) => {
    const rows = await tx.all<PayeeRow>('select * from payees order by name');
    const found: ListedPayee[] = [];
    for (const { name } of rows) {
      const payee = await findPayee(tx, name);
      const keys = (await liveKeys(tx, name)).map(({ kid }) => kid);
      if (payee) found.push({ ...payee, keys });
    }
    return found;
  });
}

/** @throws Problem `origin-not-listed` for a page that may not ask in this payee's name */
export function assertMayAsk(
  context: Pick<Context, 'dev' | 'issuer'>,
  payee: Payee,
  origin: string,
): void {
  // The wallet shows buttons to look at; none of its own pages pays by one.
  if (origin === context.issuer) throw new Problem('origin-not-listed');
  const listed = payee.open || payee.origins.some((known) => known.origin === origin);
  if (!listed) throw new Problem('origin-not-listed');
  if (!mayList(context, origin)) throw new Problem('origin-not-listed');
}

/** "Verified" is earned by the site's own statement, never by being listed. */
export function isVerified({ origins }: Payee, origin: string): boolean {
  for (const known of origins) {
    if (known.origin !== origin) continue;
    return known.verified;
  }
  return false;
}
