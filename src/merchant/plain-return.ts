/** Who paid on the wallet's page, without script, comes back with a one-time code: the receipt is taken for it, and a cookie opens the page. */
import * as v from 'valibot';
import { linkedChallengeFrom } from '../protocol/credential.ts';
import type { Challenge } from '../protocol/challenge.ts';
import { receiptCodePath } from '../protocol/discovery.ts';
import { encodeJson } from '../protocol/encoding.ts';
import { Problem } from '../protocol/problem.ts';
import { parseReceipt } from '../protocol/receipt.ts';
import { admitOwner, admitPayer, cookieOf, type Admission } from './admission.ts';
import { takeCharge } from './charge.ts';
import { recogniseChallenge } from './door.ts';
import { takeVouched } from './evidence.ts';
import type { Offer } from './offer.ts';
import type { Taken } from './presented.ts';
import type { Settings } from './settings.ts';
import { pathOf, type Visit } from './visit.ts';
import { callWallet } from './wallet-call.ts';

/**
 * The wallet's page where someone without script pays this challenge and comes back.
 * @returns undefined where no code could be exchanged, or nothing would stay open
 */
export function plainWay(
  challenge: Challenge,
  offer: Offer,
  visit: Visit,
  { payee, sessions }: Settings,
): string | undefined {
  if (!sessions || offer.seconds === 0 || visit.request.method !== 'GET') return undefined;
  const back = visit.origin + pathOf(visit);
  const query = new URLSearchParams({ challenge: encodeJson(challenge), return: back });
  return `${payee.url}?${query.toString()}`;
}

/**
 * Lets in who brings a code: to the same address without it, and with the access cookie.
 * @throws Problem `payment-required` for a code that is used or over, and as a receipt would be refused
 */
export async function enterByCode(
  offer: Offer,
  visit: Visit,
  settings: Settings,
): Promise<Admission> {
  // A reload: the code is used, and the cookie is there.
  const owner = await admitOwner(offer, visit, settings);
  if (owner) return owner;
  const taken = await takenFor(offer, visit, settings);
  if (!(await isFree(taken, visit, settings))) return admitPayer(taken, offer, visit, settings);
  const { seal } = await admitPayer(taken, offer, { ...visit, sameOrigin: true }, settings);
  const headers = new Headers({ location: pathOf(visit), 'referrer-policy': 'no-referrer' });
  await seal(303, headers);
  headers.set('cache-control', 'no-store');
  return { admitted: false, response: new Response(null, { status: 303, headers }) };
}

async function takenFor(offer: Offer, visit: Visit, settings: Settings): Promise<Taken> {
  const { code = '', challenge: text } = visit.paid ?? {};
  const challenge = linkedChallengeFrom(text);
  // Cheap, and before the wallet is asked: a stranger's challenge costs it no call.
  const challengeExpires = await recogniseChallenge(challenge, offer, settings);
  const receipt = await receiptFor(code, settings);
  const presented = {
    challenge,
    challengeExpires,
    payload: { type: 'receipt', receipt },
    authorization: code,
    offer,
    visit,
    settings,
    now: Math.floor(settings.now() / 1000),
  };
  const isForThis = parseReceipt(receipt, 'unavailable').receipt.cid === challenge.id;
  return isForThis ? takeCharge(presented) : takeVouched(presented);
}

const answerSchema = v.object({ receipt: v.string() });

async function receiptFor(code: string, settings: Settings): Promise<string> {
  const { sessions } = settings;
  if (!sessions) throw new Problem('payment-required');
  try {
    const answer = await callWallet(receiptCodePath, { code }, sessions, settings);
    return v.parse(answerSchema, answer).receipt;
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'not-found')
      throw new Problem('payment-required', { cause });
    // It was paid, or owned; asking again by the same link is free.
    throw new Problem('unavailable', { cause });
  }
}

/** A link must not make someone else of a payer who is known here: their cookie stays. */
async function isFree({ access }: Taken, visit: Visit, settings: Settings): Promise<boolean> {
  const before = await cookieOf(visit, settings, Math.floor(settings.now() / 1000));
  if (!before?.sub) return true;
  return before.iss === access.payer?.iss && before.sub === access.payer?.sub;
}
