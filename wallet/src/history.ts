/** The history of a person: payments newest first, refused ones too, and what was taken of a session as one line. */
import type { Context } from './context.ts';
import { ledgerCurrency } from './ledger.ts';
import { columns, from, itemFrom, who, type Item, type ItemRow } from './receipts.ts';
import type { Tx } from './store/store.ts';

/** A line of the history: a payment, or what was taken of a session. */
type HistoryRow = Omit<ItemRow, 'req'> & { req: string | null; paid: bigint; taps: bigint };

const fromSessions = `from sessions s join payees y on y.name = s.payee`;
const tapsOf = `(select count(*) from settlement_items i where i.session = s.id)`;

const lineFrom = (context: Context, { req, paid, taps, ...row }: HistoryRow): Item =>
  req === null
    ? {
        ...who(context, row),
        money: { amount: String(paid), currency: ledgerCurrency },
        status: 'paid',
        back: 0n,
        taps: Number(taps),
      }
    : itemFrom(context, { ...row, req });

/** Rows of the longest page. */
const maxItems = 100;

/** @param page `before` is the id of the last item of the page before */
export async function receiptsOf(
  context: Context,
  person: string,
  page: { limit: number; before?: string },
): Promise<Item[]> {
  const limit = BigInt(Math.max(1, Math.min(maxItems, Math.floor(page.limit))));
  const rows = await context.store.read((tx) => rowsOf(tx, person, limit, page.before));
  return rows.map((row) => lineFrom(context, row));
}

/** A session stands where it was settled first, so that it never wanders while someone leafs through. */
const history = (before: string): string =>
  `select ${columns}, 0 as paid, 0 as taps ${from}
   where p.person = $1 ${before.replace('AT, ID', 'p.at, p.id')}
   union all
   select s.id, s.settled_at, s.payee, y.display, s.origin, null, 'paid', null, '', 0,
     s.settled - s.undone, ${tapsOf} ${fromSessions}
   where s.person = $1 and s.settled_at is not null ${before.replace('AT, ID', 's.settled_at, s.id')}
   order by 2 desc, 1 desc limit $2`;

const newest = history('');
const older = history(`and (AT, ID) < (select at, id from payments where id = $3 and person = $1
  union all select settled_at, id from sessions where id = $3 and person = $1)`);

const rowsOf = (
  tx: Tx,
  person: string,
  limit: bigint,
  before: string | undefined,
): Promise<HistoryRow[]> =>
  before === undefined
    ? tx.all<HistoryRow>(newest, person, limit)
    : tx.all<HistoryRow>(older, person, limit, before);
