/** The answer at a closed door: a challenge, the problem as JSON, or for browsers a page with the button. */
import { formatChallenge, type Challenge } from '../protocol/challenge.ts';
import { base64url } from '../protocol/encoding.ts';
import { policy } from '../protocol/policy.ts';
import { problemDetails, type Problem } from '../protocol/problem.ts';
import { addVary, allowReading } from './cors.ts';
import { issueChallenge } from './door.ts';
import type { Offer } from './offer.ts';
import { pagePolicy, paymentPage, type Asked } from './page.ts';
import { plainWay } from './plain-return.ts';
import { issueSessionChallenge } from './sessions/session-challenge.ts';
import type { Settings } from './settings.ts';
import type { Visit } from './visit.ts';

const nonceBytes = 16;

/** @param offer what a new payment could still buy; undefined when it is not known or paying again would not help */
export async function refusal(
  problem: Problem,
  visit: Visit,
  settings: Settings,
  offer?: Offer,
): Promise<Response> {
  const headers = new Headers({ 'x-content-type-options': 'nosniff' });
  headers.set('cache-control', 'no-store');
  addVary(headers, ['Accept', 'Authorization', 'Cookie', 'Origin']);
  allowReading(headers, visit.asking, settings);
  // A visitor whose payment can't be judged right now must not be asked to pay again.
  const isFinal = problem.status < 500 && problem.status !== 413;
  const challenges = offer && isFinal ? await fresh(offer, settings) : [];
  if (challenges.length > 0)
    headers.set('www-authenticate', challenges.map(formatChallenge).join(', '));
  if (problem.status === 503) headers.set('retry-after', String(policy.seconds.jwksRetryEmpty));
  const asPage = offer && problem.status === 402 && prefersHtml(visit.request);
  const charge = challenges.at(-1);
  const plain = offer && charge && plainWay(charge, offer, visit, settings);
  const body = asPage
    ? pageBody({ offer, plain }, visit, settings, headers)
    : jsonBody(problem, headers);
  const isHead = visit.request.method === 'HEAD';
  // An answer to HEAD has no body to say it in.
  if (isHead) headers.set('micropay-problem', problem.code);
  return new Response(isHead ? null : body, { status: problem.status, headers });
}

/** By session first, where it is sold so; the charge is for whoever has none. */
async function fresh(offer: Offer, settings: Settings): Promise<Challenge[]> {
  const now = Math.floor(settings.now() / 1000);
  const { session, realm } = offer;
  return [
    ...(session && settings.sessions?.enforce
      ? [await issueSessionChallenge({ session, realm }, settings, now)]
      : []),
    await issueChallenge(offer, settings, now),
  ];
}

function jsonBody(problem: Problem, headers: Headers): string {
  headers.set('content-type', 'application/problem+json');
  return JSON.stringify(problemDetails(problem));
}

function pageBody(asked: Asked, visit: Visit, settings: Settings, headers: Headers): string {
  const nonce = base64url(settings.random(nonceBytes));
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('content-security-policy', pagePolicy(settings, nonce));
  headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  return paymentPage(asked, visit, settings, nonce);
}

const maxAcceptLength = 1_024;

/** Browsers name HTML in `Accept` when they navigate; programs that fetch say JSON or don't care. */
function prefersHtml(request: Request): boolean {
  const accept = request.headers.get('accept') ?? '';
  if (accept.length > maxAcceptLength) return false;
  const html = quality(accept, /^text\/html$/);
  return html > 0 && html >= quality(accept, /^application\/(.+\+)?json$/);
}

function quality(accept: string, type: RegExp): number {
  const qualities = accept.split(',').flatMap((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (!type.test(name)) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return [q === undefined ? 1 : Number(q.slice(2)) || 0];
  });
  return Math.max(0, ...qualities);
}
