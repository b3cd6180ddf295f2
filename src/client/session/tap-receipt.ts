/** The payee's word for a tap: believed under the key that the wallet named, then kept among the receipts. */
import { utf8 } from '../../protocol/encoding.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { printable } from '../../protocol/printable.ts';
import type { Pending } from '../account.ts';
import type { KeptReceipt, Paid } from '../api.ts';
import { bytesIn, fits, fitting, jsonIn, type Fitting, type Receipt } from '../claims.ts';
import type { Context } from '../context.ts';
import { keepReceipt } from '../receipts.ts';
import { verify, walletTime } from '../wallet.ts';
import { disbelieve } from '../later/alerts.ts';
import { forgetTap } from './tap-book.ts';

const headerShape = { status: ['success'], receipt: '' } as const;
const tapClaims = {
  iss: '',
  aud: '',
  sid: '',
  tap: '',
  res: '',
  amt: '',
  cur: '',
  iat: 0,
  'und?': 0,
} as const;
type TapClaims = Fitting<typeof tapClaims>;

const code = 'receipt-invalid';
/** Characters of the largest `Payment-Receipt` that is read */
const maxHeader = 8_192;

/** What a good answer to a tap came to. @throws Problem `receipt-invalid`: what it cost is unknown, and asking again is safe */
export async function takenTap(
  context: Context,
  pending: Pending,
  { response, seq }: { response: Response; seq: number },
): Promise<Paid> {
  const { charge } = pending;
  const kept = await believedTap(context, pending, response).catch((problem: unknown) =>
    disbelieve(context, problem),
  );
  if (kept.text) await keepReceipt(context, charge, kept);
  await forgetTap(context, pending, kept.text ? { seq } : { free: true });
  if (kept.text) context.tell({ receipt: kept });
  return { receipt: kept.receipt, text: kept.text, target: charge.target, response };
}

/** @throws Problem `receipt-invalid` for anything but this payee's word for this tap */
async function believedTap(
  context: Context,
  { charge, tap, wallet, jkt }: Pending,
  { headers }: Response,
): Promise<KeptReceipt> {
  const { payee, cid, currency, request } = charge;
  const reason = printable(request.description ?? '');
  const receipt: Receipt = {
    iss: wallet.origin,
    env: wallet.env ?? 'live',
    aud: payee.url,
    sub: '',
    jti: cid,
    iat: walletTime(context, wallet),
    exp: 0,
    amt: '0',
    cur: currency,
    cid,
    rlm: charge.rlm,
    rsn: { code: 'tapped', ...(reason ? { text: reason } : {}) },
    cnf: { jkt },
    ref: { url: wallet.origin },
  };
  const header = headers.get('payment-receipt');
  // Owned already: there was nothing to pay, and so there is no receipt.
  if (header === null) return { receipt, text: '' };
  const says = header.length > maxHeader ? undefined : jsonIn(header);
  if (!tap || !fits(headerShape, says)) throw new Problem(code);
  const { receipt: text } = says;
  const claims = await signedBy(context, tap.pks, text);
  if (!isOf(claims, charge, tap.sid, wallet.origin)) throw new Problem(code);
  const { amt, cur, iat, und } = claims;
  return {
    receipt: { ...receipt, amt, cur, iat },
    text,
    tap: { sid: tap.sid, undoUntil: und },
  };
}

const isOf = (
  claims: TapClaims,
  { payee, cid, tap, price, currency }: Pending['charge'],
  sid: string,
  wallet: string,
): boolean =>
  claims.iss === payee.url &&
  claims.aud === wallet &&
  claims.sid === sid &&
  claims.tap === cid &&
  claims.res === tap &&
  claims.amt === String(price) &&
  claims.cur === currency;

/** @param keys the payee's, as the wallet named them @throws Problem `receipt-invalid` for what none of them signed */
async function signedBy(
  context: Context,
  keys: readonly string[],
  text: string,
): Promise<TapClaims> {
  const [head = '', payload = '', signature = ''] = text.split('.');
  const header = fits({ typ: ['micropay-tap+jwt'], 'crit?': [] }, jsonIn(head));
  const signed = utf8(`${head}.${payload}`);
  for (const key of header ? keys : [])
    if (await verify(context, bytesIn(key), bytesIn(signature), signed))
      return fitting(tapClaims, jsonIn(payload), code);
  throw new Problem(code);
}
