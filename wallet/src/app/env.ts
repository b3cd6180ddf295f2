/** What a route of this wallet is handed beside the request, and the one header every page's call has. */
import type { HttpBindings } from '@hono/node-server';
import type { Context as Call } from 'hono';
import { isOrigin, Problem } from 'micro-pay/protocol';

export interface Env {
  Bindings: Partial<HttpBindings>;
}

/** Browsers put it on every call to another site; a page can't choose it. @throws Problem `origin-missing` */
export function originOf(c: Call<Env>): string {
  const origin = c.req.header('origin');
  if (!isOrigin(origin)) throw new Problem('origin-missing');
  return origin;
}
