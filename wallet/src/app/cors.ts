/** Which pages may read an answer: anyone what is public, the asking page what it asked for, and never with cookies. */
import type { MiddlewareHandler } from 'hono';
import { isOrigin } from 'micro-pay/protocol';

/** What a page may read of an answer beyond its body: the wallet's time, and when to come again. */
const exposed = 'Date, Retry-After';
const preflightSeconds = '7200';

/** Discovery, keys and wallet addresses. */
export const publicRead: MiddlewareHandler = async (c, next) => {
  await next();
  // A payee's address has a page for people too, and that is not others' to read.
  if (c.res.headers.get('content-type')?.startsWith('text/html')) return;
  c.header('access-control-allow-origin', '*');
  c.header('access-control-expose-headers', exposed);
};

/** Calls of a page's own key: the Origin is echoed, so that an answer is readable by its asker only. */
const callBy =
  (method: 'GET' | 'POST'): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin');
    if (c.req.method === 'OPTIONS') {
      c.header('access-control-allow-methods', method);
      c.header('access-control-allow-headers', 'content-type, authorization');
      c.header('access-control-max-age', preflightSeconds);
      c.res = c.body(null, 204);
    } else await next();
    c.header('vary', 'Origin');
    if (!isOrigin(origin)) return;
    c.header('access-control-allow-origin', origin);
    c.header('access-control-expose-headers', exposed);
  };

export const pageCall = callBy('POST');
export const pageRead = callBy('GET');
