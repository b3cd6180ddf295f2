/** The paywall as hono middleware. */
import type { Admitted } from '../admission.ts';
import type { ItemSource } from '../offer.ts';
import type { Paywall } from '../paywall.ts';
import { sealOnSend, type SealableResponse } from './seal-on-send.ts';

/** The part of hono's context that is used here. */
export interface HonoContext {
  req: { raw: Request };
  /** On Node, `@hono/node-server` puts Node's own response here */
  env?: unknown;
  get res(): Response;
  set res(response: Response | undefined);
}

export type HonoMiddleware = (
  context: HonoContext,
  next: () => Promise<void>,
) => Promise<Response | void>;

/**
 * Puts a paywall before hono's handlers; `accessOf(c.req.raw)` tells them who paid.
 * Use it for all methods (`app.use`), so that preflights of other sites reach it.
 * @example app.use('/articles/:id', honoPaywall(pay, { title: 'An article' }))
 */
export const honoPaywall =
  (pay: Paywall, item?: ItemSource): HonoMiddleware =>
  async (context, next) => {
    const admission = await pay.admit(context.req.raw, item);
    if (!admission.admitted) return admission.response;
    await next();
    const outgoing = outgoingOf(context);
    // On Node a copy makes a stream of a text, which takes as long as half of the check before it.
    if (outgoing && context.res.ok) sealOnSend(outgoing, admission.seal);
    else await sealCopy(context, admission.seal);
    return undefined;
  };

async function sealCopy(context: HonoContext, seal: Admitted['seal']): Promise<void> {
  const { body, status, statusText } = context.res;
  const headers = new Headers(context.res.headers);
  await seal(status, headers);
  const sealed = new Response(body, { status, statusText, headers });
  // hono merges the headers of an answer that is replaced; without one before, they stay as they were sealed.
  context.res = undefined;
  context.res = sealed;
}

function outgoingOf({ env }: HonoContext): SealableResponse | undefined {
  const { outgoing } = (env ?? {}) as { outgoing?: SealableResponse };
  return typeof outgoing?.writeHead === 'function' ? outgoing : undefined;
}
