/** What the panel is opened for: limits and receipts of a payee, and the receipt of what was paid. */
import type { Target } from '../../src/client/api.ts';
import type { Payment } from '../payment.ts';
import { accountView } from './account.ts';
import { MicroPayPanel, type View } from './panel.ts';
import { receiptView } from './receipt.ts';
import { Undo } from './undo.ts';

/** Limits and receipts of the payee. */
export async function openAccount(payment: Payment, target: Target): Promise<void> {
  const { sdk } = payment;
  const quote = await payment.quote(target);
  if (quote) await open(payment, await accountView(payment, await sdk.whole(), quote));
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
