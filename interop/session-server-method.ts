/** The payee's half of the method's sessions: mppx asks and recognises its challenge; what a voucher is good for the book says. */
import { Errors, Method, type Receipt } from 'mppx';
import {
  credentialFrom,
  inLedgerUnits,
  parseVoucher,
  Problem,
  problemDetails,
  sessionPayloadFrom,
  timeFrom,
} from '../src/protocol/index.ts';
import { session } from './method.ts';
import type { PayeeBook } from './payee-book.ts';
import type { Tap, Wanted } from './payee-sessions.ts';

export const sessionServer = (book: PayeeBook) =>
  Method.toServer(session, {
    broadcast: async ({ credential: { challenge, payload }, envelope }) => {
      if (!envelope) throw new Error('A tap is for a request.');
      const wanted = wantedBy(challenge, envelope.capturedRequest);
      return refusing(() => done(book, payload, wanted, isHead(envelope)));
    },
    // With an answer from here nothing is delivered.
    respond: ({ credential: { payload }, envelope }) =>
      buys(payload) && !isHead(envelope) ? undefined : new Response(null, { status: 204 }),
  });

type Captured = Pick<Method.CapturedRequest, 'method' | 'url' | 'headers'>;

const isHead = (envelope: { capturedRequest: Captured } | undefined): boolean =>
  envelope?.capturedRequest.method === 'HEAD';

const buys = ({ action }: { action: string }): boolean => ['open', 'voucher'].includes(action);

function wantedBy(
  { id: cid, request }: { id: string; request: { amount: string; currency: string } },
  { method, url, headers }: Captured,
): Wanted {
  const res = `${method === 'HEAD' ? 'GET' : method} ${url.pathname}${url.search}`;
  const origin = headers.get('origin') ?? url.origin;
  return { cid, res, origin, ...inLedgerUnits(request) };
}

/** What was done, in the words of a receipt. @throws Problem */
async function done(
  book: PayeeBook,
  sent: Record<string, unknown>,
  wanted: Wanted,
  head: boolean,
): Promise<Receipt.Receipt> {
  const payload = sessionPayloadFrom(sent);
  switch (payload.action) {
    case 'topUp':
      await book.topUp(payload, wanted);
      break;
    case 'undo':
      await book.undo(payload, wanted);
      break;
    case 'close':
      await book.close(payload, wanted);
      break;
    default:
      if (!head) return receiptOf(await book.take(payload, wanted));
      await book.raise(payload, wanted);
  }
  return wordOf(wanted.cid);
}

/** mppx puts a `Payment-Receipt` on whatever went well, also where nothing was bought. */
const wordOf = (reference: string): Receipt.Receipt => ({
  method: 'micropay',
  reference,
  status: 'success',
  timestamp: timeFrom(Math.floor(Date.now() / 1000)),
});

function receiptOf({ sid, tap, amount, at, receipt }: Tap): Receipt.Receipt {
  const ours = { sessionId: sid, amount: String(amount), receipt };
  return { ...wordOf(tap), timestamp: timeFrom(at), ...ours };
}

/** A problem of ours as mppx answers it, with our members: a payer goes by `code` and `moneyMoved`. */
class Refusal extends Errors.PaymentError {
  override readonly name = 'Refusal';
  override readonly type: string;
  override readonly title: string;
  override readonly status: number;
  readonly #problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.#problem = problem;
    const { type, title, status } = problemDetails(problem);
    [this.type, this.title, this.status] = [type, title, status];
  }

  override toProblemDetails(challengeId?: string) {
    return {
      ...super.toProblemDetails(challengeId),
      ...problemDetails(this.#problem),
      detail: this.message,
    };
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Problem ? new Refusal(error) : error;
  }
}

/** An answer to HEAD has no body to say it in. */
export async function told(request: Request, refusal: Response): Promise<Response> {
  if (request.method !== 'HEAD') return refusal;
  const { code = '' } = (await refusal.json()) as { code?: string };
  const headers = new Headers(refusal.headers);
  if (code) headers.set('micropay-problem', code);
  return new Response(null, { status: refusal.status, headers });
}

/** The handler failed after mppx let it in: what was taken is given back, and the payer hears that nothing moved. */
export function failed(book: PayeeBook, request: Request): Response {
  const sent = credentialFrom(
    request.headers.get('authorization') ?? request.headers.get('payment-authorization'),
  );
  if (sent?.challenge.intent === 'session') {
    const { voucher } = parseVoucher(sent.payload['voucher'], 'malformed-credential');
    book.giveBack(voucher.sid, voucher.tap);
  }
  const problem = new Problem('internal-error', { moneyMoved: 'no' });
  return Response.json(problemDetails(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
