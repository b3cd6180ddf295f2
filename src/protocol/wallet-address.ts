/** A payee's name on the web: a URL at a wallet, `https://wallet.example/~news`, which is also its Open Payments wallet address. */
import { findPayee, type Payee } from './payee.ts';
import { Problem } from './problem.ts';

export { findPayee, payeeName, payeeUrl } from './payee.ts';
export type { Payee } from './payee.ts';
export { payeeSchema } from './shape.ts';

/** @throws Problem `payee-unknown` for anything but `https://host/~name` */
export function payeeFrom(text: unknown): Payee {
  const payee = findPayee(text);
  if (payee) return payee;
  throw new Problem('payee-unknown', {
    detail: 'A payee looks like https://wallet.example/~name.',
  });
}
