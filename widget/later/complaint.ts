/** Attributes that make no sense: the button says that it can't be used, the console what to write. */
import { findPayee } from '../../src/protocol/payee.ts';
import { priceFrom } from '../../src/protocol/price.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import type { Wish } from '../face.ts';
import { developerWords } from '../messages/en/developer.ts';
import type { Payment } from '../payment.ts';
import { tell } from './refusal.ts';

export function complain({ face }: Payment): void {
  const { element } = face;
  const problem = faultOf(element);
  tell(face, problem);
  const words = new Map(Object.entries(developerWords)).get(problem.code);
  console.error(`<micro-pay>: ${words ?? problem.message} See docs/widget.md.`, element);
}

/** What else can be wrong is what a meter counts. */
function faultOf({ to, amount, currency, src, baseURI }: Wish): Problem {
  const isStated = amount != null || !src;
  if (isStated && !priceFrom(String(amount), String(currency))) return new Problem('invalid-price');
  if (!src) return new Problem(findPayee(to) ? 'malformed-request' : 'payee-unknown');
  const isAddress = URL.parse(src, baseURI)?.protocol.startsWith('http');
  return new Problem(isAddress ? 'malformed-request' : 'not-found');
}
