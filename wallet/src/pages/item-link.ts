/** A link to an item, for who is signed in: owned already, or at the price that it has for them. */
import { amountFrom, inLedgerUnits, itemScope } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { priceOf } from '../item-price.ts';
import { moneyOf } from '../items.ts';
import { ledgerCurrency } from '../ledger.ts';
import type { Login } from '../logins.ts';
import { ownedReceipt } from '../payment-rows.ts';
import type { Link } from './pay-link.ts';

/** What they own of a list is deducted. A list that costs them nothing is shown at its price: paying it charges nothing. */
export async function forPerson(
  context: Context,
  link: Link,
  login: Login | undefined,
): Promise<Link> {
  const { item, payee } = link;
  if (!item || !login) return link;
  const { row } = item;
  const owns = { scope: itemScope(row.id), seconds: context.policy.seconds.item };
  const buyer = { person: login.person, payee: payee.name, owns };
  return context.store.read(async (tx) => {
    const owned = (await ownedReceipt(tx, context, buyer)) !== undefined;
    const price = await priceOf(tx, context, row, buyer);
    const isFull = price === 0n || price === inLedgerUnits(moneyOf(row)).amount;
    const money = isFull ? moneyOf(row) : { amount: String(price), currency: ledgerCurrency };
    return { ...link, money, item: { row, owned } };
  });
}

/** What the person saw and pressed, whatever the price is by now: the charge decides. @param price in millionths */
export const atShownPrice = (link: Link, price: string): Link =>
  link.item
    ? { ...link, money: { amount: String(amountFrom(price)), currency: ledgerCurrency } }
    : link;
