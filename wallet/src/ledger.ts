/** The ledger: double entry in the words of TigerBeetle. Accounts, and transfers that are never edited. */
import { Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** The one currency of this wallet's accounts, caps and holds: millionths of a dollar. */
export const ledgerCurrency = 'usd-micro';

/** The wallet's own counterpart of play money: what it gave out is its debit. */
const playMoney = 'play-money';

export const personAccount = (person: string): string => `person:${person}`;
export const payeeAccount = (name: string): string => `payee:${name}`;
/** What is reserved for one session: the payer's money, until the payee takes it or it goes back. */
export const holdAccount = (session: string): string => `hold:${session}`;
/** What the wallet keeps of settlements. */
export const feeAccount = 'fees';

export interface NewAccount {
  id: string;
  kind: 'play-money' | 'person' | 'payee' | 'hold' | 'fees';
  currency: string;
  /** Only the wallet's own accounts may fall below zero */
  overdraft?: boolean;
  at: bigint;
}

/** Opens an account; one that is open already stays as it is. */
export async function openAccount(tx: Tx, account: NewAccount): Promise<void> {
  await tx.run(
    `insert into accounts (id, kind, currency, overdraft, created_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    account.id,
    account.kind,
    account.currency,
    account.overdraft ? 1n : 0n,
    account.at,
  );
}

export type Transfer = {
  /** Made by the caller: the same event twice is one transfer */
  id: string;
  debit: string;
  credit: string;
  amount: bigint;
  currency: string;
  code: 'sign-up' | 'charge' | 'hold' | 'settle' | 'release' | 'undo' | 'refund' | 'fee';
  at: bigint;
};

/**
 * Posts transfers, all or none when the caller's transaction ends with the error. A transfer that is there already is not posted again.
 * @throws Problem `insufficient-funds` when a debit would exceed the credits, `id-reused` when the id names another transfer,
 *   `cap-reached` when a person would hold more than a wallet may store for them
 */
export async function post(
  tx: Tx,
  context: Pick<Context, 'policy'>,
  transfers: readonly Transfer[],
): Promise<void> {
  for (const transfer of transfers) {
    const before = await balanceOfBoth(tx, transfer);
    if (!(await insert(tx, transfer))) continue;
    await move(tx, transfer);
    await assertBooks(tx, context, transfer, before);
  }
}

async function insert(tx: Tx, transfer: Transfer): Promise<boolean> {
  const { id, debit, credit, amount, currency, code, at } = transfer;
  const added = await tx.run(
    `insert into transfers (id, debit, credit, amount, currency, code, at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do nothing`,
    id,
    debit,
    credit,
    amount,
    currency,
    code,
    at,
  );
  if (added === 1) return true;
  const known = await tx.get<Transfer>('select * from transfers where id = $1', id);
  const same = known?.debit === debit && known.credit === credit && known.amount === amount;
  if (!same) throw new Problem('id-reused');
  return false;
}

async function move(tx: Tx, { debit, credit, amount, currency }: Transfer): Promise<void> {
  const debited = await tx.run(
    `update accounts set debits = debits + $1
     where id = $2 and currency = $3 and (overdraft = 1 or credits - debits >= $1)`,
    amount,
    debit,
    currency,
  );
  if (debited === 0) throw new Problem('insufficient-funds');
  const credited = await tx.run(
    'update accounts set credits = credits + $1 where id = $2 and currency = $3',
    amount,
    credit,
    currency,
  );
  if (credited === 0) throw new Error('A transfer names an account of another currency.');
}

type Account = { id: string; kind: string; debits: bigint; credits: bigint; overdraft: bigint };

const balanceOf = ({ credits, debits }: Account): bigint => credits - debits;

const both = (tx: Tx, { debit, credit }: Transfer): Promise<Account[]> =>
  tx.all<Account>(
    'select id, kind, debits, credits, overdraft from accounts where id in ($1, $2)',
    debit,
    credit,
  );

const balanceOfBoth = async (tx: Tx, transfer: Transfer): Promise<bigint> =>
  (await both(tx, transfer)).reduce((sum, account) => sum + balanceOf(account), 0n);

/** I1 and I2 of the books, after each posting: nothing was made or lost, nobody fell below zero or holds too much. */
async function assertBooks(
  tx: Tx,
  { policy }: Pick<Context, 'policy'>,
  transfer: Transfer,
  before: bigint,
): Promise<void> {
  const accounts = await both(tx, transfer);
  const after = accounts.reduce((sum, account) => sum + balanceOf(account), 0n);
  if (after !== before) throw new Error('A transfer changed the sum of the books.');
  const below = accounts.some((account) => account.overdraft === 0n && balanceOf(account) < 0n);
  if (below) throw new Error('An account fell below zero.');
  // What comes back was theirs before: no limit may keep it from them.
  if (['release', 'undo', 'refund'].includes(transfer.code)) return;
  const credited = accounts.find(({ id }) => id === transfer.credit);
  if (credited?.kind === 'person' && balanceOf(credited) > policy.balance.max)
    throw new Problem('cap-reached', {
      detail: 'It is the most a wallet keeps.',
      nextStep: 'none',
    });
}

/** @returns what can be debited, in the account's currency; 0 for an account that isn't open */
export async function balance(tx: Tx, account: string): Promise<bigint> {
  const found = await tx.get<Account>(
    'select id, kind, debits, credits, overdraft from accounts where id = $1',
    account,
  );
  return found ? balanceOf(found) : 0n;
}

/** A sum that waits for one payee, and until when. */
export interface Held {
  payee: string;
  amount: bigint;
  /** What the payee didn't take is back then, in seconds */
  until: number;
}

export interface PersonBalance {
  available: bigint;
  /** Reserved for payees, all together */
  held: bigint;
  /** By payee and time, the soonest first */
  holds: Held[];
  currency: string;
}

/** What a person sees of their money, in millionths. Charges are debited at once; what sessions reserve is held. */
export async function personBalance(context: Context, person: string): Promise<PersonBalance> {
  return context.store.read(async (tx) => {
    const rows = await tx.all<{ payee: string; rby: bigint; amount: bigint }>(
      `select payee, rby, deposit - settled - released as amount from sessions
       where person = $1 and closed_at is null and deposit > settled + released order by rby, id`,
      person,
    );
    const holds = rows.map(({ payee, rby, amount }) => ({ payee, amount, until: Number(rby) }));
    return {
      available: await balance(tx, personAccount(person)),
      held: holds.reduce((sum, { amount }) => sum + amount, 0n),
      holds,
      currency: ledgerCurrency,
    };
  });
}

/** Opens the account of a new person, and puts the play money of the policy into it. */
export async function fundSignUp(tx: Tx, context: Context, person: string): Promise<void> {
  const [at, currency] = [timeNow(context), ledgerCurrency];
  const account = personAccount(person);
  await openAccount(tx, { id: playMoney, kind: 'play-money', currency, overdraft: true, at });
  await openAccount(tx, { id: account, kind: 'person', currency, at });
  const amount = context.policy.balance.playMoney;
  const id = `sign-up:${person}`;
  await post(tx, context, [
    { id, debit: playMoney, credit: account, amount, currency, code: 'sign-up', at },
  ]);
}
