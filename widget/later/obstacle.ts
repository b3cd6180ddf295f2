/** What is in the way of a payment before anything is signed, and the ways on. */
import { html } from 'lit';
import type { Quote, Target } from '../../src/client/api.ts';
import type { Money } from '../../src/protocol/price.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { titleOf } from '../../src/protocol/problem-titles.ts';
import { obstacle as words } from '../messages/en/obstacle.ts';
import { payment as way } from '../messages/en/payment.ts';
import { MicroPayElement } from '../micro-pay.ts';
import type { Payment } from '../payment.ts';
import { usage } from './allowance.ts';
import { resumeVisit } from './fate.ts';
import { refusalStyles } from './refusal-styles.ts';
import { stateOf } from './refusal.ts';
import { openAccount } from './views.ts';

/** No first payment: it is owned, needs no question, or something else than the missing approval is in the way. */
export function goOn(payment: Payment, quote: Quote): void | Promise<void> {
  if (quote.owned) return payment.settle(quote);
  if (!quote.ready) return meetObstacle(payment, quote);
  return payment.isAllowed(quote) ? payment.settle(quote) : payment.rest();
}

function meetObstacle(payment: Payment, quote: Quote): void | Promise<void> {
  const { obstacle = new Problem('not-connected') } = quote;
  if (obstacle.code === 'cap-reached') return meetLimit(payment, quote, obstacle);
  if (stateOf(obstacle) !== 'approve') return payment.fail(obstacle, quote.payee.wallet);
  const title = titleOf(obstacle.code);
  payment.offer(quote, `${title} ${way.explain(payment.label(), quote)}`);
}

/** A limit of this device is changed here; the wallet's at the wallet. */
function meetLimit(payment: Payment, quote: Quote, { code, detail, nextStep }: Problem): void {
  const { target, allowance } = quote;
  const { element } = payment.face;
  MicroPayElement.wear(element, refusalStyles);
  const left = allowance ? usage(allowance, element) : '';
  const said = html`${detail ?? titleOf(code)} ${left}`;
  if (nextStep === 'approve')
    return payment.offer(quote, said, [words.askWallet, () => payment.proceed(quote)]);
  const change = () => {
    payment.rest();
    openAccount(payment, target).catch(payment.fail);
  };
  payment.offer(quote, said, [words.changeLimits, change]);
}

export const meetBlockedWindow = (payment: Payment, quote: Quote): void =>
  payment.offer(quote, words.blocked, [
    words.inThisTab,
    () => payment.run(() => goInThisTab(payment, quote)),
  ]);

/** Approves in this tab; the page that comes back resumes. */
export async function goInThisTab(payment: Payment, quote: Quote): Promise<void> {
  payment.show('confirming', words.leaving, { busy: true });
  // Left for the wallet, and shown again from the browser's cache.
  const restored = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    payment.rest();
    payment.run(() => resumeVisit(payment, quote.target));
  };
  addEventListener('pageshow', restored, { once: true });
  const micro = await payment.sdk.whole();
  await micro.redirect(quote).finally(() => removeEventListener('pageshow', restored));
}

export function openFree(payment: Payment, target: Target): void {
  payment.show('ready', words.nothingToPay);
  payment.deliver(target);
}

/** Where the page states no price, the new one stands on the button for the next tap. */
export async function refusePrice(payment: Payment, price: Money): Promise<void> {
  if (payment.face.element.amount == null) payment.face.know({ price });
  await payment.fail(new Problem('price-mismatch'));
}
