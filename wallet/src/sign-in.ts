/** The ways to be somebody here: a passkey signs up, signs in, is added, and confirms that it is still you; a code by e-mail signs in, too. */
import { assertStrongKey, Problem, type Jwk } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { checkCode, keepAddress, personByAddress } from './email-codes.ts';
import { newId } from './ids.ts';
import { renewLogin, startLogin, type Login } from './logins.ts';
import type { Add, SignIn, SignUp } from './passkey-answers.ts';
import { takePasskeyChallenge, type Purpose } from './passkey-challenges.ts';
import { keepPasskey } from './kept-passkeys.ts';
import { checkAssertion, checkRegistration } from './passkeys.ts';
import { createPerson, noteStrongAuth } from './persons.ts';

/** @returns the secret of the new login */
export async function signUp(context: Context, sent: SignUp): Promise<string> {
  const device = soundKey(sent.device);
  const { challenge, person } = await challengeOf(context, sent.id, 'sign-up');
  const credential = await checkRegistration(context, sent.response, challenge);
  return context.store.write(async (tx) => {
    await createPerson(tx, context, { id: person, zone: sent.zone });
    await keepPasskey(tx, context, person, credential);
    return startLogin(tx, context, { person, device });
  });
}

/** @returns the secret of the new login */
export async function signIn(context: Context, sent: SignIn): Promise<string> {
  const device = soundKey(sent.device);
  const { challenge } = await takePasskeyChallenge(context, sent.id, 'sign-in');
  const person = await checkAssertion(context, sent.response, challenge);
  return context.store.write(async (tx) => {
    await noteStrongAuth(tx, context, person);
    return startLogin(tx, context, { person, device });
  });
}

/**
 * By the code of a mail; for an address that has no wallet yet, one is made.
 * @returns the secret of the new login
 * @throws Problem `code-refused`, `rate-limited`
 */
export async function signInByCode(
  context: Context,
  sent: { id: string; code: string; peer: string },
): Promise<string> {
  const address = await checkCode(context, sent);
  return context.store.write(async (tx) => {
    const known = await personByAddress(tx, address);
    const person = known ?? newId(context, 'per');
    if (known === undefined) {
      context.limits.take('signUpPerAddress', sent.peer);
      await createPerson(tx, context, { id: person, zone: 'UTC', byCode: true });
      await keepAddress(tx, context, { address, person });
    }
    return startLogin(tx, context, { person, device: undefined, byCode: true });
  });
}

/**
 * A fresh passkey in a login that is there.
 * @returns the login's new secret: whoever copied the old cookie is out
 */
export async function confirm(context: Context, login: Login, sent: SignIn): Promise<string> {
  const device = soundKey(sent.device);
  const asked = await challengeOf(context, sent.id, 'confirm');
  const person = await checkAssertion(context, sent.response, asked.challenge);
  if (person !== login.person || asked.person !== person) throw new Problem('passkey-refused');
  const secret = await context.store.write(async (tx) => {
    await noteStrongAuth(tx, context, person);
    return renewLogin(tx, context, login, device);
  });
  if (!secret) throw new Problem('sign-in-required');
  return secret;
}

/** Adds a passkey to a person; whoever calls it has made sure that it is that person who asks. */
export async function addPasskey(context: Context, login: Login, sent: Add): Promise<void> {
  const { challenge, person } = await challengeOf(context, sent.id, 'add');
  if (person !== login.person) throw new Problem('passkey-refused');
  const credential = await checkRegistration(context, sent.response, challenge);
  await context.store.write((tx) => keepPasskey(tx, context, person, credential));
}

async function challengeOf(
  context: Context,
  id: string,
  purpose: Purpose,
): Promise<{ challenge: string; person: string }> {
  const { challenge, person } = await takePasskeyChallenge(context, id, purpose);
  if (person === null) throw new Problem('passkey-refused');
  return { challenge, person };
}

function soundKey(jwk: Jwk | undefined): Jwk | undefined {
  if (jwk) assertStrongKey(jwk);
  return jwk;
}
