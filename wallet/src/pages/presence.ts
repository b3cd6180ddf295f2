/** Who may do what matters: someone whose passkey was used minutes ago, in the browser that holds the login's key. */
import { Problem, verifyCall } from 'micro-pay/protocol';
import { takeCall } from '../calls.ts';
import { secondsNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { isByCode, isPresent, type Login } from '../logins.ts';
import type { Sent } from './posts.ts';

/**
 * A cookie alone is not the person: it could have been copied. The key stays in the browser it was made in.
 * A browser without Ed25519 keeps no key; there a fresh passkey stands for it.
 * @throws Problem `step-up-required`: a passkey gives this browser a key, and renews the cookie
 */
export async function assertThisBrowser(context: Context, login: Login, sent: Sent): Promise<void> {
  const key = login.device;
  // Whoever came in by a code has nothing but the cookie: it shows, and pays small sums.
  if (!key && isByCode(login)) return;
  if (!key) return assertPresent(context, login);
  const { method, url, bytes: body, authorization } = sent;
  const expected = { key, method, url, body, now: secondsNow(context) };
  const call = await verifyCall(authorization, expected, context.verify).catch((cause: unknown) => {
    throw new Problem('step-up-required', { cause });
  });
  await context.store.write((tx) => takeCall(tx, context, call));
}

/**
 * For a payee's side: what readers write there and what was sold isn't shown for a mailbox, and nobody answers for a payee by one.
 * @throws Problem `step-up-required`, as `assertThisBrowser` and for whoever came in by a code
 */
export async function assertByPasskey(context: Context, login: Login, sent: Sent): Promise<void> {
  if (isByCode(login)) throw onlyByPasskey();
  await assertThisBrowser(context, login, sent);
}

const onlyByPasskey = (): Problem =>
  new Problem('step-up-required', {
    detail: 'Only a passkey can do this. Add one in your wallet.',
    nextStep: 'none',
  });

/** @throws Problem `step-up-required` when the last passkey in this login is too long ago */
export function assertPresent(context: Context, login: Login): void {
  if (isPresent(context, login)) return;
  throw isByCode(login) ? onlyByPasskey() : new Problem('step-up-required');
}

/**
 * For what spends or changes who may sign in.
 * @throws Problem `step-up-required`
 */
export async function assertPerson(context: Context, login: Login, sent: Sent): Promise<void> {
  assertPresent(context, login);
  await assertThisBrowser(context, login, sent);
}

/**
 * For what spends small sums: a passkey, or the code that was just typed. What a cookie alone may pay the books bound.
 * @throws Problem `step-up-required`, `sign-in-required` when the code was typed too long ago
 */
export async function assertMaySpend(context: Context, login: Login, sent: Sent): Promise<void> {
  if (!isByCode(login)) return assertPerson(context, login, sent);
  if (secondsNow(context) - login.createdAt > context.policy.seconds.presence)
    throw new Problem('sign-in-required', {
      detail: 'The code was typed a while ago. Sign out, and ask for a new one.',
      nextStep: 'none',
    });
}

/**
 * For what lets more be spent: here a browser that can't keep a key can't stand in for one.
 * @throws Problem `step-up-required`
 */
export async function assertMayRaise(context: Context, login: Login, sent: Sent): Promise<void> {
  if (!login.device)
    throw new Problem('step-up-required', {
      detail: 'This browser is too old to raise a limit; a newer one can.',
      nextStep: 'none',
    });
  await assertPerson(context, login, sent);
}
