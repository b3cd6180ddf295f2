/** Payees with an owner, and payments to them, to test what a payee does with its money. */
import { chargeOf, type WalletUnderTest } from './support.ts';
import { parseReceipt, type ChargeRequest, type PayAnswer } from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { payHere } from '../../wallet/src/payments.ts';
import { balance } from '../../wallet/src/ledger.ts';

/** As sign-up does it: from now on the payee is this person's. */
export const ownedBy = (
  { context }: Pick<WalletUnderTest, 'context'>,
  name: string,
  person: string,
): Promise<number> =>
  context.store.write((tx) => tx.run('update payees set owner = $1 where name = $2', person, name));

/** A payment confirmed on the wallet's own page, of 2¢ at ~news unless told. @returns its id */
export async function charged(
  wallet: Pick<WalletUnderTest, 'context'>,
  person: string,
  changes: Partial<ChargeRequest> & { payee?: string } = {},
): Promise<string> {
  const { payee = 'news', ...request } = changes;
  const id = newId(wallet.context, 'con');
  const answer = await payHere(wallet.context, { person, payee, request: chargeOf(request), id });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return idIn((answer.body as PayAnswer).receipt);
}

export const idIn = (receipt: string): string =>
  parseReceipt(receipt, 'internal-error').receipt.jti;

export const inAccount = (
  { context }: Pick<WalletUnderTest, 'context'>,
  account: string,
): Promise<bigint> => context.store.read((tx) => balance(tx, account));
