/** What must be true when all is over: the payer paid exactly for what was got, and every party's book says so. */
import type { KeptReceipt } from '../../src/client/api.ts';
import type { Hold } from '../../src/client/account.ts';
import { inLedgerUnits } from 'micro-pay/protocol';
import { policy } from 'micro-pay/protocol';
import type { Machine } from './machine.ts';
import { accountOf, type Told } from './story.ts';

type Row = Record<string, string | bigint>;

/** @throws Error that names what isn't true */
export async function checkBooks(told: Told): Promise<void> {
  const { machine, wallet, device, person, regretted, failed, fits } = told;
  const { faults } = await wallet.books();
  must(faults.length === 0, `the ledger is not good: ${faults.join('; ')}`);

  const account = accountOf(told);
  must(!account?.pending.length, `${account?.pending.length} payments have no answer`);
  must(failed === undefined, `nothing failed any more, and a tap did: ${failed}`);

  const receipts = [...device.values]
    .filter(([key]) => key.startsWith('receipt:'))
    .map(([, kept]) => kept as KeptReceipt);
  const worth = ({ receipt: { amt, cur } }: Pick<KeptReceipt, 'receipt'>): bigint =>
    inLedgerUnits({ amount: amt, currency: cur }).amount;
  const kept = new Map(receipts.map((one) => [one.receipt.jti, one]));
  let owed = 0n;
  // Whoever took something back and disconnected before the answer came never hears it.
  let unsure = 0n;
  for (const [jti, url] of device.got) {
    const one = kept.get(jti);
    if (!one) throw new Error(`There is no receipt for ${url} (${jti}).`);
    if (!one.undone) owed += worth(one);
    if (!one.undone && regretted.has(jti) && device.forgotten > 0) unsure += worth(one);
  }
  for (const { receipt, url } of receipts)
    must(device.got.has(receipt.jti), `${url} was paid (${receipt.jti}) and never came`);

  const balance = (id: string): bigint => {
    const [row] = wallet.db
      .prepare('select credits - debits as balance from accounts where id = ?')
      .all(id) as Row[];
    return BigInt(row?.['balance'] ?? 0n);
  };
  const paid = policy.balance.playMoney - balance(`person:${person}`);
  must(paid <= owed && paid >= owed - unsure, `${paid} was paid for what costs ${owed}`);
  const earned = balance('payee:news');
  must(earned === paid, `${paid} was paid and ${earned} arrived`);
  for (const { id, left } of wallet.db
    .prepare(`select id, credits - debits as left from accounts where kind = 'hold'`)
    .all() as Row[])
    must(left === 0n, `${id} still holds ${left}`);

  const [holds] = wallet.db.prepare('select sum(seq) as further from sessions').all() as Row[];
  const further = BigInt(holds?.['further'] ?? 0n);
  must(further <= device.topUps.size, `${further} top-ups for ${device.topUps.size} asked for`);
  must(fits === (account?.hold && true), 'the statement differs from what the device got');
  if (!account?.hold) return;
  const { sid } = account.hold;
  const [one] = wallet.db.prepare('select undone from sessions where id = ?').all(sid) as Row[];
  checkOwed(account.hold, receipts, machine, BigInt(one?.['undone'] ?? 0n));
}

/** What the page says it owes is what it got, also what the wallet paid back; a page that died between two writes may think it owes more, never less. */
function checkOwed(
  { sid, owed, signedMax }: Hold,
  receipts: readonly KeptReceipt[],
  { crashes }: Machine,
  paidBack: bigint,
): void {
  const got = receipts
    .filter(({ tap, undone }) => tap?.sid === sid && !undone)
    .reduce((sum, { receipt }) => sum + BigInt(receipt.amt), paidBack);
  must(owed >= got && signedMax >= owed, `${got} was got, ${owed} is owed, ${signedMax} signed`);
  const died = [...crashes.keys()].some((point) => point.startsWith('tab '));
  must(died || owed === got, `${got} was got and ${owed} is owed`);
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
