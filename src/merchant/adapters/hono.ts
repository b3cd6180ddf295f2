/** The paywall as hono middleware. */
import type { ItemSource } from '../offer.ts';
import type { Paywall } from '../paywall.ts';

/** The part of hono's context that is used here. */
export interface HonoContext {
  req: { raw: Request };
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
    const { body, status, statusText } = context.res;
    const headers = new Headers(context.res.headers);
    await admission.seal(status, headers);
    const sealed = new Response(body, { status, statusText, headers });
    // hono merges the headers of an answer that is replaced; without one before, they stay as they were sealed.
    context.res = undefined;
    context.res = sealed;
    return undefined;
  };
