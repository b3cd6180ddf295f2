/** The paywall: a request in; the content, or a challenge, out. It verifies offline and never asks the wallet about a payment. */
import { credentialFrom, maxCredentialLength } from '../protocol/credential.ts';
import type { Challenge } from '../protocol/challenge.ts';
import { Problem, problemDetails, type MoneyMoved } from '../protocol/problem.ts';
import { noteAccess, type Access } from './access.ts';
import { admitFree, admitOwner, admitPayer, type Admission, type Admitted } from './admission.ts';
import { takeCharge } from './charge.ts';
import { optionsAnswer } from './cors.ts';
import { recogniseChallenge } from './door.ts';
import { takeEvidence } from './evidence.ts';
import { offerOf, type Item, type ItemSource, type Offer } from './offer.ts';
import { enterByCode } from './plain-return.ts';
import type { Presented, Take, Taken } from './presented.ts';
import { refusal } from './refusal.ts';
import { challengeToEmbed } from './sessions/embed.ts';
import { asksForContent, enterBySession } from './sessions/enter.ts';
import { meter, type MeterOptions } from './sessions/meter.ts';
import { observe } from './sessions/observe.ts';
import { recogniseSession } from './sessions/session-challenge.ts';
import { sessionsOf, type Sessions } from './sessions/sessions.ts';
import { settingsFrom, type PaywallOptions, type Settings } from './settings.ts';
import { visitFrom, type Visit } from './visit.ts';

/** Makes the answer to a request that was let in. */
export type Deliver = (request: Request, access: Access) => Response | Promise<Response>;

export interface Paywall {
  /**
   * Answers a request: `deliver` makes the content, once it is paid for. Never throws for what a visitor sends; an error
   * in `deliver` is told to `onError` and answered as a 500, without a receipt, and the purchase stays owned.
   */
  handle: (request: Request, deliver: Deliver, item?: ItemSource) => Promise<Response>;
  /** The first half of `handle`, for adapters: lets in or refuses. The one who delivers must `seal` the answer. */
  admit: (request: Request, item?: ItemSource) => Promise<Admission>;
  /**
   * A session's challenge to embed in a page, so that its first tap needs no 402: `challengeScript` makes HTML of it.
   * @param item what the page's button buys; name its price class where the page isn't of it
   * @returns undefined where nothing is sold by session
   */
  sessionChallenge: (request: Request, item?: Item) => Promise<Challenge | undefined>;
  /** An event stream that takes a tap for each event, and waits for the next voucher where that is needed. */
  meter: (access: Access, events: AsyncIterable<string>, options?: MeterOptions) => Response;
  /** Where the paywall has `sessions`: turning vouchers into money. */
  sessions: Sessions;
}

/**
 * Makes a paywall.
 * @example
 * const pay = paywall({ payee: 'https://wallet.example/~news', price: { amount: '0.02', currency: 'USD' }, secret });
 * const answer = await pay.handle(request, () => new Response('The article'));
 * @throws Error when an option can't be used
 * @see docs/merchant.md
 */
export function paywall(options: PaywallOptions): Paywall {
  const settings = settingsFrom(options);
  const admitRequest = (request: Request, item: ItemSource = {}) => admit(request, item, settings);
  return {
    admit: admitRequest,
    sessionChallenge: (request, item = {}) => challengeToEmbed(request, item, settings),
    meter: (access, events, meterOptions) => meter(access, events, settings, meterOptions),
    sessions: sessionsOf(settings),
    handle: async (request, deliver, item) => {
      const admission = await admitRequest(request, item);
      if (!admission.admitted) return admission.response;
      const answer = await delivered(request, admission, deliver, settings);
      const headers = new Headers(answer.headers);
      await admission.seal(answer.status, headers);
      const { status, statusText } = answer;
      return new Response(answer.body, { status, statusText, headers });
    },
  };
}

async function admit(request: Request, source: ItemSource, settings: Settings): Promise<Admission> {
  // Never handed on: a handler that doesn't look at the method would give away what is for sale.
  if (request.method === 'OPTIONS')
    return { admitted: false, response: optionsAnswer(request, settings) };
  const visit = visitFrom(request, settings);
  let offer: Offer | undefined;
  try {
    const item = await itemFor(request, source);
    offer = item && (await offerOf(visit, item, settings));
    const admission = offer ? await enter(offer, visit, settings) : admitFree(visit, settings);
    if (admission.admitted) noteAccess(request, admission.access);
    return admission;
  } catch (error) {
    const problem = problemOf(error, settings);
    return { admitted: false, response: await refusal(problem, visit, settings, offer) };
  }
}

const itemFor = async (request: Request, source: ItemSource): Promise<Item | undefined> =>
  typeof source === 'function' ? source(request) : source;

/** A credential is judged first, so that a payment is never left untaken; then the cookie may still open what it does not. */
async function enter(offer: Offer, visit: Visit, settings: Settings): Promise<Admission> {
  let presented: Presented | undefined;
  if (visit.paid && visit.request.method === 'GET' && !visit.request.headers.has('authorization'))
    return enterByCode(offer, visit, settings);
  try {
    presented = await presentedBy(offer, visit, settings);
    if (presented.challenge.intent === 'session') return await enterBySession(presented);
    const taken = await takenFor(presented);
    observe(taken.access, offer, settings);
    return await admitPayer(taken, offer, visit, settings);
  } catch (error) {
    // Whoever asks for something to be done, and not for content, is told why it wasn't.
    const isTask = presented?.challenge.intent === 'session' && !asksForContent(presented);
    const owner = isTask ? undefined : await admitOwner(offer, visit, settings);
    if (owner) return owner;
    throw error;
  }
}

/** @throws Problem `payment-required` when nothing was offered */
async function presentedBy(offer: Offer, visit: Visit, settings: Settings): Promise<Presented> {
  const authorization = visit.request.headers.get('authorization');
  if (authorization && authorization.length > maxCredentialLength + 64)
    throw new Problem('header-too-large');
  const credential = credentialFrom(authorization);
  if (!authorization || !credential) throw new Problem('payment-required');
  const { challenge, payload } = credential;
  const recognise = challenge.intent === 'session' ? recogniseSession : recogniseChallenge;
  return {
    challenge,
    challengeExpires: await recognise(challenge, offer, settings),
    payload,
    authorization,
    offer,
    visit,
    settings,
    now: Math.floor(settings.now() / 1000),
  };
}

/** By intent and payload: what else is accepted is one more line. */
const takes = new Map<string, Take>([
  [
    'charge receipt',
    (presented) =>
      presented.payload['proof'] === undefined ? takeCharge(presented) : takeEvidence(presented),
  ],
]);

function takenFor(presented: Presented): Promise<Taken> {
  const { challenge, payload } = presented;
  const take = takes.get(`${challenge.intent} ${String(payload['type'])}`);
  if (!take) throw new Problem('malformed-credential');
  return take(presented);
}

async function delivered(
  request: Request,
  { access, giveBack }: Admitted,
  deliver: Deliver,
  settings: Settings,
): Promise<Response> {
  try {
    return await deliver(request, access);
  } catch (error) {
    // A tap is given back, and only then it is said that nothing was charged.
    const moved = giveBack && ((await giveBack()) ? 'no' : 'unknown');
    const wasPaid = ['payment', 'repeat'].includes(access.by);
    const problem = problemOf(error, settings, moved ?? (wasPaid ? 'yes' : undefined));
    return Response.json(problemDetails(problem), {
      status: problem.status,
      headers: { 'content-type': 'application/problem+json' },
    });
  }
}

/** What isn't a Problem is a fault of ours: told to `onError`, and to the visitor only as a 500. */
function problemOf(error: unknown, { onError }: Settings, moneyMoved?: MoneyMoved): Problem {
  if (!(error instanceof Problem)) onError(error);
  const problem = error instanceof Problem ? error : new Problem('internal-error');
  const { code, detail, nextStep, extra } = problem;
  return moneyMoved ? new Problem(code, { detail, nextStep, extra, moneyMoved }) : problem;
}
