/** Hostile inputs to giving money back, by their ids in docs/security.md: the forms of a payee's page, as its owner could send them. */
import type { ProblemCode } from '../../src/protocol/index.ts';
import { formToken } from '../../wallet/src/forms.ts';
import { findLogin, startLogin } from '../../wallet/src/logins.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { charged, ownedBy } from '../wallet/payee-support.ts';
import { issuer, newPerson } from '../wallet/support.ts';
import { refused, type Row, type Target } from './wallet-rows.ts';
import type { WireRequest } from './wire.ts';

/** A browser that keeps no key, a moment after its passkey. @returns its cookie and what its forms carry */
async function signedIn({ wallet }: Target, person: string, act: string) {
  const { context } = wallet;
  const secret = await context.store.write((tx) =>
    startLogin(tx, context, { person, device: undefined }),
  );
  const login = await findLogin(context, secret);
  return { cookie: `micropay-dev=${secret}`, token: formToken(context, login, act) };
}

interface Wish {
  /** Of which payee's page */
  payee?: string;
  payment: string;
  amount: string;
  /** Whose browser; the payee's owner's, where nothing is said */
  by?: string;
  /** For which act the form was; this one, where nothing is said */
  act?: string;
}

/** ~news and ~busker have an owner each from now on. @returns a form as they, or someone else, send it */
async function giving(target: Target, wish: Wish): Promise<WireRequest> {
  const { payee = 'news', payment, amount } = wish;
  const owner = await newPerson(target.wallet);
  await ownedBy(target.wallet, payee, owner);
  const act = wish.act ?? `refund ${payment} ~${payee}`;
  const { cookie, token } = await signedIn(target, wish.by ?? owner, act);
  return {
    path: `/payee/${payee}/payments/${payment}/refund`,
    headers: {
      cookie,
      origin: issuer,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: String(new URLSearchParams({ token, id: 'rfd_12345678', amount, reason: '' })),
  };
}

const paid = async ({ wallet }: Target): Promise<string> =>
  charged(wallet, await newPerson(wallet));
/** A payment of which a cent went back. */
async function halfGivenBack(target: Target) {
  const payment = await paid(target);
  const id = `rfd_of_${payment.slice(4, 20)}`;
  const wish = { id, payment, payee: 'news', amount: 10_000n, reason: '' };
  return { payment, refund: await refund(target.wallet.context, wish) };
}

/** One attack: from the target, what is wished for and how it is refused. */
const row = (
  id: string,
  name: string,
  [status, code]: [number, ProblemCode],
  wish: (target: Target) => Promise<Wish>,
): Row => [
  id,
  name,
  async (target) => refused(await giving(target, await wish(target)), status, code),
];

const malformed = (id: string, amount: string): Row =>
  row(id, `a refund of ${JSON.stringify(amount)}`, [400, 'malformed-request'], async (target) => ({
    payment: await paid(target),
    amount,
  }));

export const refundRows: readonly Row[] = [
  row('67', 'a refund above the payment', [409, 'refund-too-large'], async (target) => ({
    payment: await paid(target),
    amount: '0.020001',
  })),
  row('67 rest', 'a refund above what is left', [409, 'refund-too-large'], async (target) => ({
    payment: (await halfGivenBack(target)).payment,
    amount: '0.02',
  })),
  row('67 much', 'a refund of a million dollars', [409, 'refund-too-large'], async (target) => ({
    payment: await paid(target),
    amount: '1000000',
  })),
  row('68', 'a refund of a refund', [404, 'not-found'], async (target) => ({
    payment: (await halfGivenBack(target)).refund.id,
    amount: '0.01',
  })),
  row('69', 'a refund by a stranger', [404, 'not-found'], async (target) => ({
    payment: await paid(target),
    amount: '0.02',
    by: await newPerson(target.wallet),
  })),
  row('69 other', 'a refund by another payee', [404, 'not-found'], async (target) => ({
    payee: 'busker',
    payment: await paid(target),
    amount: '0.02',
  })),
  row(
    '69 form',
    'a refund by a form for another payment',
    [403, 'cross-site-refused'],
    async (target) => ({
      payment: await paid(target),
      amount: '0.02',
      act: `refund ${await paid(target)} ~news`,
    }),
  ),
  malformed('70', '-0.02'),
  malformed('70 zero', '0'),
  malformed('70 none', ''),
  malformed('70 sign', '+0.02'),
  malformed('70 exponent', '2e-2'),
  malformed('70 comma', '0,02'),
  malformed('70 digits', '٢'),
  malformed('70 small', '0.0000001'),
];
