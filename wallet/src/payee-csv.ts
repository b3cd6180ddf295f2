/** A payee's movements as a CSV file (RFC 4180), read and sent a part at a time, however many there are. */
import { decimalFrom, payeeUrl } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { ledgerCurrency, payeeAccount, type Transfer } from './ledger.ts';
import { payerId } from './payer-id.ts';
import { titleOf } from './payee-sales.ts';
import type { Period } from './periods.ts';
import type { Tx } from './store/store.ts';

/** Rows read at once, and rows of the largest file: what has more breaks off, and does not look whole. */
const [batch, maxRows] = [500n, 1_000_000];

const columns = [
  'time',
  'event',
  'number',
  'amount',
  'currency',
  'money',
  'site',
  'for',
  'payer',
  'reason',
];

/** A spreadsheet takes text that begins so for a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r]/;

/** A stranger's text as a field: harmless to a spreadsheet, quoted where it must be. */
export function csvField(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const line = (fields: string[]): string => `${fields.join(',')}\r\n`;

/**
 * Every transfer of the payee's account in that time, the oldest first; the amounts sum up to what the account grew by.
 * @returns UTF-8, to be read as fast as its receiver takes it
 */
export function payeeCsv(
  context: Context,
  payee: string,
  period: Period,
): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  let [after, rows]: [Pick<Transfer, 'at' | 'id'>, number] = [
    { at: BigInt(period.from) - 1n, id: '' },
    0,
  ];
  return new ReadableStream({
    start: (file) => file.enqueue(utf8.encode(line(columns))),
    pull: async (file) => {
      const part = await context.store.read(async (tx) => {
        const moved = await movedAfter(tx, payee, after, period);
        return Promise.all(moved.map((one) => fieldsOf(tx, context, payee, one)));
      });
      rows += part.length;
      if (rows > maxRows) throw new Error('The file is too long.');
      const last = part.at(-1);
      if (!last) return file.close();
      after = last.transfer;
      file.enqueue(utf8.encode(part.map(({ fields }) => line(fields)).join('')));
    },
  });
}

function movedAfter(
  tx: Tx,
  payee: string,
  { at, id }: Pick<Transfer, 'at' | 'id'>,
  { to }: Period,
): Promise<Transfer[]> {
  const side = (column: 'debit' | 'credit') =>
    `select * from transfers where ${column} = $1 and at >= $2 and (at, id) > ($2, $3) and at < $4`;
  return tx.all<Transfer>(
    `select * from (${side('credit')} union all ${side('debit')}) as moved order by at, id limit $5`,
    payeeAccount(payee),
    at,
    id,
    BigInt(to),
    batch,
  );
}

type CauseRow = {
  number: string;
  person: string;
  site: string | null;
  req?: string;
  title?: string | null;
  by?: 'payee' | 'undo';
  reason?: string;
};

const charge = `from payments p left join grants g on g.id = p.grant_id`;
const session = `select s.id as number, s.person, s.origin as site from sessions s where s.id = $1`;

/** What each kind of transfer was of: its id says that, and here is how to find it. */
const causes: Partial<
  Record<Transfer['code'], { event: string; sql: string; ids: (id: string) => string[] }>
> = {
  charge: {
    event: 'charged',
    sql: `select p.id as number, p.person, g.origin as site, p.req ${charge} where p.id = $1`,
    ids: (id) => [id],
  },
  refund: {
    event: 'refunded',
    sql: `select p.id as number, p.person, g.origin as site, p.req, r.by, r.reason
      ${charge} join refunds r on r.payment = p.id where r.id = $1`,
    ids: (id) => id.split(':').slice(1),
  },
  undo: {
    event: 'refunded',
    sql: `select s.id as number, s.person, s.origin as site, i.title, u.by
      from sessions s join settlement_items i on i.session = s.id
      join session_undos u on u.session = s.id and u.tap = i.tap where s.id = $1 and i.tap = $2`,
    ids: (id) => id.split(':').slice(1),
  },
  settle: { event: 'settled', sql: session, ids: (id) => id.split(':').slice(2) },
  fee: { event: 'fee', sql: session, ids: (id) => id.split(':').slice(2) },
};

async function fieldsOf(tx: Tx, context: Context, payee: string, transfer: Transfer) {
  const cause = causes[transfer.code];
  const row = cause && (await tx.get<CauseRow>(cause.sql, ...cause.ids(transfer.id)));
  if (!row) throw new Error('A transfer of a payee has no cause.');
  const decimal = decimalFrom({ amount: String(transfer.amount), currency: ledgerCurrency });
  const fields = [
    new Date(Number(transfer.at) * 1000).toISOString(),
    row.by === 'undo' ? 'undone' : cause.event,
    row.number,
    // Ours, and a number: the one field that may begin with a minus.
    transfer.credit === payeeAccount(payee) ? decimal : `-${decimal}`,
    'USD',
    context.env === 'test' ? 'play' : 'real',
    csvField(row.site ?? context.issuer),
    csvField(row.req === undefined ? (row.title ?? '') : titleOf(row.req)),
    payerId(context.keys, row.person, payeeUrl(context.issuer, payee)),
    csvField(row.reason ?? ''),
  ];
  return { transfer, fields };
}
