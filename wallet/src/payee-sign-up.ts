/** A payee made by someone with a passkey and nothing else: checked for whom it could be taken for, and theirs from then on. */
import { printable, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { skeleton } from './lookalikes.ts';
import { displayVerdict, nameVerdict, type Verdict } from './payee-names.ts';
import { openPayeeAccount } from './payees.ts';
import type { Tx } from './store/store.ts';

/** Payees of one person. */
export const maxPayees = 10n;

export interface SignUp {
  owner: string;
  name: string;
  /** How it is shown; the name, where nothing is said */
  display: string;
  /** A button may stand on any page, for small sums */
  open: boolean;
}

/**
 * Nobody vouches for a new payee: it is shown as not verified, and takes small sums, until a site of its own says otherwise.
 * @throws Problem `name-refused` with the reason and, where there is one, a free name like it
 */
export async function signUpPayee(context: Context, asked: SignUp): Promise<void> {
  const { owner, name, open } = asked;
  const display = printable(asked.display, 81) || name;
  await context.store.write(async (tx) => {
    assertFree(await nameVerdict(tx, name));
    await assertDisplay(tx, display, name);
    const mine = await tx.get<{ n: bigint }>(
      'select count(*) as n from payees where owner = $1',
      owner,
    );
    if ((mine?.n ?? 0n) >= maxPayees) throw refused({ why: 'You have ten names already.' });
    const at = timeNow(context);
    await tx.run(
      `insert into payees (name, display, open, created_at, owner, name_twin, display_twin)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      name,
      display,
      open ? 1n : 0n,
      at,
      owner,
      skeleton(name),
      skeleton(display),
    );
    await openPayeeAccount(tx, name, at);
  });
}

/** @throws Problem `name-refused` for what may not stand beside this payee's address */
export const assertDisplay = async (tx: Tx, display: string, name: string): Promise<void> =>
  assertFree(await displayVerdict(tx, display, name));

function assertFree(verdict: Verdict): void {
  if (verdict.why) throw refused(verdict);
}

const refused = ({ why, suggestion }: Verdict): Problem =>
  new Problem('name-refused', {
    detail: suggestion ? `${why} ~${suggestion} is free.` : why,
  });

/** Whether buttons on any page may ask for it. */
export const setOpen = async (
  { store }: Pick<Context, 'store'>,
  payee: { name: string; open: boolean },
): Promise<void> => {
  await store.write((tx) =>
    tx.run('update payees set open = $1 where name = $2', payee.open ? 1n : 0n, payee.name),
  );
};
