/** Attributes that make no sense: the button says that it can't be used, the console what to write. */
import { moneyFrom } from '../../src/protocol/money.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { payeeFrom } from '../../src/protocol/wallet-address.ts';
import type { Wish } from '../face.ts';
import { developerWords } from '../messages/en/developer.ts';
import type { Payment } from '../payment.ts';
import { problemOf, tell } from './refusal.ts';

export function complain({ face }: Payment): void {
  const { element } = face;
  const problem = faultOf(element);
  tell(face, problem);
  const words = new Map(Object.entries(developerWords)).get(problem.code);
  console.error(`<micro-pay>: ${words ?? problem.message} See docs/widget.md.`, element);
}

function faultOf({ to, amount, currency, src }: Wish): Problem {
  try {
    if (amount != null || !src) moneyFrom(String(amount), String(currency));
    if (!src) payeeFrom(to);
    return new Problem('not-found');
  } catch (error) {
    return problemOf(error);
  }
}
