/** The newspaper's own access log: one line for each request, also across restarts. */
import { appendFile } from 'node:fs/promises';
import type { MiddlewareHandler } from 'hono';

/** Time, method, path, status, and the scheme of `Authorization`; written before the answer leaves. */
export const accessLog =
  (file: string): MiddlewareHandler =>
  async (c, next) => {
    await next();
    const [scheme = '-'] = c.req.header('authorization')?.split(' ') ?? [];
    const line = [new Date().toISOString(), c.req.method, c.req.path, c.res.status, scheme];
    await appendFile(file, `${line.join(' ')}\n`);
  };
