/** How held money goes back: to its payer, and to the days it was counted on. */
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { holdAccount, personAccount, post } from './ledger.ts';
import { heldIn, type SessionRow } from './session-rows.ts';
import { countBack } from './standing.ts';
import type { Tx } from './store/store.ts';

type Part = { seq: bigint; amount: bigint; back: bigint; day: string; at: bigint };

/** Gives back what was counted: of the newest part first, each on its day. */
export async function giveBack(tx: Tx, session: SessionRow, amount: bigint): Promise<void> {
  const { id, person, payee } = session;
  const parts = await tx.all<Part>(
    'select * from holds where session = $1 and amount > back order by seq desc',
    id,
  );
  let left = amount;
  for (const { seq, day, at, ...part } of parts) {
    if (left === 0n) break;
    const room = part.amount - part.back;
    const some = room < left ? room : left;
    await tx.run(
      'update holds set back = back + $1 where session = $2 and seq = $3',
      some,
      id,
      seq,
    );
    await countBack(tx, { person, payee, day, amount: some, byTap: true, at });
    left -= some;
  }
  if (left > 0n) throw new Error('More came back than was held.');
}

/** Ends a session: what is still reserved is the payer's again. */
export async function closeSession(tx: Tx, context: Context, session: SessionRow): Promise<void> {
  const { id, person, currency } = session;
  const at = timeNow(context);
  const amount = heldIn(session);
  if (amount > 0n) {
    const [debit, credit] = [holdAccount(id), personAccount(person)];
    await post(tx, context, [
      { id: `release:${id}`, debit, credit, amount, currency, code: 'release', at },
    ]);
    await giveBack(tx, session, amount);
  }
  await tx.run(
    'update sessions set released = released + $1, closed_at = $2 where id = $3',
    amount,
    at,
    id,
  );
}
