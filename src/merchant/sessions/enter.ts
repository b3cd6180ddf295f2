/** The way in by session: a tap is taken and let in; what buys nothing is done and answered without content. */
import { formatChallenge } from '../../protocol/challenge.ts';
import { Problem } from '../../protocol/problem.ts';
import { sessionPayloadFrom } from '../../protocol/session-payload.ts';
import type { Access } from '../access.ts';
import { sealPaid, type Admission, type Admitted } from '../admission.ts';
import { allowReading } from '../cors.ts';
import { encodedText } from '../native.ts';
import type { Presented } from '../presented.ts';
import { giveBack } from './give-back.ts';
import { close, topUp, undo } from './manage.ts';
import { noteSeat } from './seat.ts';
import { paymentReceipt, tapReceipt } from './payment-receipt.ts';
import { isWorn, issueSessionChallenge } from './session-challenge.ts';
import type { AtSession } from './standing.ts';
import { raiseAccepted, takeTap, type TapOutcome } from './take-tap.ts';
import { tapCookie } from './tap-cookie.ts';
import { offeredFrom } from './voucher-offered.ts';

/** @throws Problem when the credential opens nothing, or what it asks for can't be done */
export async function enterBySession(presented: Presented): Promise<Admission> {
  const payload = sessionPayloadFrom(presented.payload);
  const { sessions } = presented.settings;
  const { session } = presented.offer;
  if (!sessions || !session) throw new Problem('invalid-challenge');
  const at: AtSession = { ...presented, sessions, session };
  // A key that can't sign is found out before anything is taken.
  await sessions.signer();
  if (payload.action === 'topUp') await topUp(payload, at);
  else if (payload.action === 'undo') await undo(payload, at);
  else if (payload.action === 'close') await close(payload, at);
  else {
    const offered = offeredFrom(payload, at);
    if (!isHead(at)) return admitTap(await takeTap(offered), at);
    await raiseAccepted(offered);
  }
  return { admitted: false, response: await done(at) };
}

const isHead = ({ visit }: AtSession): boolean => visit.request.method === 'HEAD';

/** Whether content was asked for: then an access cookie may open what the credential does not. */
export const asksForContent = ({ payload, visit }: Presented): boolean =>
  visit.request.method !== 'HEAD' && ['open', 'voucher'].includes(String(payload['action']));

async function done(at: AtSession): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store' });
  allowReading(headers, at.visit.asking, at.settings);
  await renew(headers, at);
  return new Response(null, { status: 204, headers });
}

async function admitTap(outcome: TapOutcome, at: AtSession): Promise<Admitted> {
  const { tap } = outcome;
  const receipt = tap && tapReceipt(tap, at.session.currency, at.sessions);
  const [receiptText, cookie, fresh] = await Promise.all([
    receipt && paymentReceipt(receipt, at.sessions),
    tapCookie(outcome, at),
    freshChallenge(at),
  ]);
  const access: Access = {
    by: outcome.by,
    payer: { iss: at.settings.payee.wallet, sub: outcome.sub },
    ...(receipt && { tap: receipt }),
  };
  if (tap) noteSeat(access, { tap, currency: at.session.currency });
  const back = outcome.by === 'tap' ? giveBack(outcome.tap, at) : undefined;
  return {
    admitted: true,
    access,
    ...(back && { giveBack: back }),
    seal: async (status, headers) => {
      sealPaid(status, headers, at.visit, at.settings);
      const isGood = status >= 200 && status < 300;
      if (isGood && receiptText) headers.set('payment-receipt', encodedText(receiptText));
      if (isGood && cookie) headers.append('set-cookie', cookie);
      if (isGood && fresh) headers.set('www-authenticate', fresh);
      // Nothing was delivered: without a receipt nothing is owed.
      if (!isGood) await back?.();
      else if (tap) at.sessions.deliveries.done(tap);
    },
  };
}

/** A page that taps now and then never needs a 402 again. */
async function freshChallenge(at: AtSession): Promise<string | undefined> {
  const { offer, session, settings, now } = at;
  if (!isWorn(at.challengeExpires, now)) return undefined;
  const { realm } = offer;
  return formatChallenge(await issueSessionChallenge({ session, realm }, settings, now));
}

async function renew(headers: Headers, at: AtSession): Promise<void> {
  const fresh = await freshChallenge(at);
  if (fresh) headers.set('www-authenticate', fresh);
}
