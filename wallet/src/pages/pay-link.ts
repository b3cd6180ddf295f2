/** What the link to a payee's page says: how much, for what, and where to go back to; or a site's own challenge, to be paid here. */
import {
  chargeRequestFrom,
  linkedChallengeFrom,
  moneyFrom,
  payeeUrl,
  printable,
  Problem,
  secondsFrom,
  type Challenge,
  type ChargeRequest,
  type Money,
} from 'micro-pay/protocol';
import { secondsNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { itemOf, moneyOf as priceIn, type ItemRow } from '../items.ts';
import { payeeByName, type Payee } from '../payees.ts';
import type { Env } from '../app/api.ts';
import type { Call } from './visitor.ts';
import { wayBack } from './way-back.ts';

export interface Link {
  payee: Payee;
  /** undefined: the person chooses */
  money: Money | undefined;
  /** Printable; the words of whoever made the link */
  reason: string;
  back: string | undefined;
  /** What a site asked, where it sent the person here to pay without script */
  challenge: { text: string; is: Challenge; request: ChargeRequest } | undefined;
  /** What the payee sells here: its price is the wallet's, whatever the link says */
  item: { row: ItemRow; owned: boolean } | undefined;
}

/** A challenge is paid here only while there is time left to go back with the receipt. */
const leastSeconds = 120;

/** The payee's name in the address of its page. */
export const addressed = (c: Call<Env>): string => (c.req.param('address') ?? '').slice(1);

/** @throws Problem `payee-unknown`, `malformed-request`, `payment-expired` */
export async function linkFrom(context: Context, c: Call<Env>): Promise<Link> {
  const payee = await payeeByName(context, addressed(c));
  if (!payee) throw new Problem('payee-unknown');
  const amount = c.req.query('amount');
  const back = wayBack(payee, c.req.query('return'));
  const sold = c.req.param('item');
  if (sold !== undefined) {
    const row = await context.store.read((tx) => itemOf(tx, payee.name, sold));
    return {
      payee,
      money: priceIn(row),
      reason: row.title,
      back: back ?? row.url ?? undefined,
      challenge: undefined,
      item: { row, owned: false },
    };
  }
  const text = c.req.query('challenge');
  if (text !== undefined) {
    const is = linkedChallengeFrom(text);
    const request = requestIn(context, is, payee);
    if (!back) throw new Problem('malformed-request', { detail: 'The link has no way back.' });
    const { amount: asked, currency, description = '' } = request;
    const money = { amount: asked, currency };
    const challenge = { text, is, request };
    return { payee, money, reason: printable(description), back, challenge, item: undefined };
  }
  return {
    payee,
    money: amount === undefined ? undefined : moneyOf(amount, c.req.query('currency') ?? 'USD'),
    reason: printable(c.req.query('reason') ?? ''),
    back,
    challenge: undefined,
    item: undefined,
  };
}

/** What the challenge asks is the site's to recognise again; here only that it is this payee's, and not over. */
function requestIn(context: Context, challenge: Challenge, { name }: Payee): ChargeRequest {
  const request = chargeRequestFrom(challenge.request, 'malformed-request');
  const isTheirs =
    challenge.method === 'micropay' &&
    challenge.intent === 'charge' &&
    request.recipient === payeeUrl(context.issuer, name);
  if (!isTheirs) throw new Problem('malformed-request');
  if (secondsFrom(challenge.expires ?? '') < secondsNow(context) + leastSeconds)
    throw new Problem('payment-expired', {
      detail: 'Please go back to the page you came from, load it again, and take its new link.',
    });
  return request;
}

/** As `moneyFrom`, which speaks to a page; here the link is a request. */
function moneyOf(amount: string, currency: string): Money {
  try {
    return moneyFrom(amount, currency);
  } catch (cause) {
    throw new Problem('malformed-request', { detail: noAmount, cause });
  }
}

const noAmount = 'The link names no amount that can be paid.';

/** @throws Problem `malformed-request` where the link names no amount */
export function requestOf({ issuer }: Context, link: Link): ChargeRequest {
  const { payee, money, reason, challenge, item } = link;
  if (challenge) return challenge.request;
  if (!money) throw new Problem('malformed-request', { detail: noAmount });
  return {
    ...money,
    recipient: payeeUrl(issuer, payee.name),
    ...(reason ? { description: reason } : {}),
    ...(item ? { methodDetails: { item: item.row.id } } : {}),
  };
}
