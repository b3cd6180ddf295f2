/** A delivery that didn't succeed at once, or needs evidence: presented again, a few times, with the same receipt. */
import { Problem } from '../../protocol/problem-table.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { accountOf } from '../account.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { present } from '../deliver.ts';
import { fits, jsonIn } from '../claims.ts';
import { walletTime } from '../wallet.ts';
import { entitling } from './standing.ts';
import { chooseChallenge } from './asked.ts';
import { liveApproval, type LiveApproval } from './grant.ts';

const tries = 3;
const pauseMs = 500;

/** @param first what came of the receipt alone @throws Problem `delivery-failed` */
export async function deliverAgain(
  context: Context,
  charge: Charge,
  { receipt, first }: { receipt: string; first: Response | undefined },
): Promise<Response> {
  // The money moved: without evidence the receipt is shown by itself.
  const live = await accountOf(context, charge.payee.url)
    .then((account) => liveApproval(context, account))
    .catch(() => undefined);
  const by = live instanceof Problem ? undefined : live;
  return persist(context, charge, { receipt, first, by, proved: false });
}

/** A receipt of an earlier payment is shown with its evidence at once. @throws Problem `delivery-failed` */
export async function deliverOwned(
  context: Context,
  charge: Charge,
  receipt: string,
  by: LiveApproval,
): Promise<Response | undefined> {
  const { challenge } = charge;
  if (!challenge) return undefined;
  const payload = { receipt, ...(await evidence(context, by, challenge.id)) };
  const first = await present(context, charge, challenge, payload);
  return persist(context, charge, { receipt, first, by, proved: true });
}

async function persist(
  context: Context,
  charge: Charge,
  how: {
    receipt: string;
    first: Response | undefined;
    by: LiveApproval | undefined;
    /** The evidence was shown already */
    proved: boolean;
  },
): Promise<Response> {
  const { receipt, by } = how;
  let { first: response, proved } = how;
  let { challenge } = charge;
  for (let attempt = 1; challenge; attempt++) {
    if (response?.ok) return response;
    if (attempt === tries || context.signal?.aborted) break;
    if (!response || response.status >= 500) await context.wait(pauseMs * 2 ** (attempt - 1));
    else {
      // Too old to open it by itself: once more as evidence, of what is owned for the challenge that came with the refusal, of what
      // isn't for the one that was paid.
      const fresh = chooseChallenge(response.headers.get('www-authenticate') ?? '');
      if (proved || !fresh || !by) break;
      [challenge, proved] = [fits(entitling, charge.request) ? fresh : challenge, true];
    }
    const shown = proved && by ? await evidence(context, by, challenge.id) : {};
    response = await present(context, charge, challenge, { receipt, ...shown });
  }
  const { jti } = Object(jsonIn(receipt.split('.')[1] ?? ''));
  throw new Problem('delivery-failed', { extra: { status: response?.status, payment: jti } });
}

/** A receipt by itself opens only what it was made for; with these it shows what its payer owns. */
async function evidence(
  context: Context,
  { grant, terms, signer, wallet }: LiveApproval,
  cid: string,
): Promise<{ grant: string; proof: string }> {
  const iat = walletTime(context, wallet);
  return {
    grant,
    proof: await signJws('micropay-proof+jwt', { aud: terms.aud, cid, iat }, signer),
  };
}
