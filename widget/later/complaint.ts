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

function faultOf({ to, amount, currency, src, baseURI }: Wish): Problem {
  try {
    if (amount != null || !src) moneyFrom(String(amount), String(currency));
    if (!src) payeeFrom(to);
    const isAddress = !src || URL.parse(src, baseURI)?.protocol.startsWith('http');
    // What else can be wrong is what a meter counts.
    return new Problem(isAddress ? 'malformed-request' : 'not-found');
  } catch (error) {
    return problemOf(error);
  }
}
