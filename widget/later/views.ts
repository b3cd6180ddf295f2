/** What the panel is opened for: limits and receipts of a payee, and the receipt of what was paid. */
import type { MicroPay, Target } from '../../src/client/api.ts';
import { obstacle as words } from '../messages/en/obstacle.ts';
import type { Payment } from '../payment.ts';
import { type Account, accountView } from './account.ts';
import { MicroPayPanel, type View } from './panel.ts';
import { receiptView } from './receipt.ts';
import { Undo } from './undo.ts';

/** Limits and receipts of the payee. Of an address that is open already its receipt tells whose they are. */
export async function openAccount(payment: Payment, target: Target): Promise<void> {
  const { sdk, face } = payment;
  const quote = await payment.quote(target);
  const micro = await sdk.whole();
  const account = quote ?? (await accountByReceipt(micro, target));
  if (account) await open(payment, await accountView(payment, micro, account));
  else if (!face.busy) payment.show('ready', words.nothingToPay);
}

/** @returns nothing where no receipt is kept here: another device paid, or nobody */
async function accountByReceipt(
  { receipts }: Pick<MicroPay, 'receipts'>,
  target: Target,
): Promise<Account | undefined> {
  const kept = (await receipts.list()).find(({ url }) => 'url' in target && url === target.url);
  if (!kept) return;
  const { aud, amt, cur } = kept.receipt;
  const name = aud.slice(aud.indexOf('~') + 1);
  return { payee: { url: aud, name }, money: { amount: amt, currency: cur } };
}

/** A tap on a paid button. */
export async function openReceipt(payment: Payment): Promise<void> {
  const { paid } = payment;
  if (!paid) return;
  const payAgain = (): void => {
    payment.paid = undefined;
    payment.face.know({ price: undefined });
    payment.rest();
  };
  // A tap was taken, and is over.
  payment.showPaid();
  const micro = await payment.sdk.whole();
  const { text, receipt, target } = paid;
  const receipts = await micro.receipts.list({ payee: receipt.aud });
  const kept = receipts.find((one) => one.text === text);
  const undo = new Undo(payment, micro);
  const again = 'to' in target ? payAgain : undefined;
  await open(payment, receiptView(paid, payment.face.element, undo, kept, again));
}

async function open(payment: Payment, view: View): Promise<void> {
  const { element } = payment.face;
  if (!element.isConnected) return;
  payment.panel = MicroPayPanel.in(element);
  await payment.panel.open(view);
}
