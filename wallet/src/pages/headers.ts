/** The headers of every page: no stranger's script, no frame around it, no trace of the address elsewhere. */
import type { MiddlewareHandler } from 'hono';

/**
 * @param types names of the Trusted Types policies that may be made
 * @param forms where forms may lead to
 */
const policyWith = (types: string, forms = "'self'"): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${types}`,
  ].join('; ');

/** For a page that shows the element: it is built with Lit, which makes this one policy for itself. */
export const policyWithElement = policyWith('lit-html');

/** For a page whose form ends at a site: browsers hold a form's policy also to where its answer leads. */
export const policyLeadingTo = (origin: string): string => policyWith("'none'", `'self' ${origin}`);

/**
 * There is no Cross-Origin-Opener-Policy among them: a page that was opened as a window has to answer its opener.
 * @see https://www.w3.org/TR/webauthn-3/#sctn-permissions-policy
 */
export const pageHeaders: Record<string, string> = {
  'content-security-policy': policyWith("'none'"),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=(), payment=()',
  'cache-control': 'no-store',
};

/** Errors pass through it too: whatever a person sees is a page. */
export const interactive: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(pageHeaders))
    // A page that needs another rule than the rest has said so itself.
    if (!c.res.headers.has(name)) c.header(name, value);
};
