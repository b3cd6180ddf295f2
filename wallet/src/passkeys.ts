/** Passkeys: what the browser is asked, and how its answer is checked. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { base64url, bytesFrom, Problem, utf8 } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import { findPasskey, noteUse, passkeysOf } from './kept-passkeys.ts';
import type { Assertion, Registration } from './passkey-answers.ts';
import { challengeSeconds, newPasskeyChallenge } from './passkey-challenges.ts';

const hostOf = ({ issuer }: Context): string => new URL(issuer).hostname;

/** What a browser is asked, and the name to answer under. */
export interface Asked<Options> {
  id: string;
  options: Options;
}

/** @param person who gets one more; undefined: a person to come */
export async function askRegistration(
  context: Context,
  person?: string,
): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
  const owner = person ?? newId(context, 'per');
  const { id, challenge } = await newPasskeyChallenge(context, person ? 'add' : 'sign-up', owner);
  const known = person ? await passkeysOf(context, person) : [];
  const options = await generateRegistrationOptions({
    rpName: 'micro-pay wallet',
    rpID: hostOf(context),
    // Nobody types a name here; this one is only shown where the device lists its passkeys.
    userName: context.env === 'test' ? 'Play-money wallet' : 'Wallet',
    userID: utf8(owner),
    challenge: bytesFrom(challenge),
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    excludeCredentials: known.map((passkey) => ({ id: passkey.id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { id, options };
}

/** @param person whose passkey must answer; undefined: anyone's, the answer says whose */
export async function askAssertion(
  context: Context,
  person?: string,
): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
  const { id, challenge } = await newPasskeyChallenge(
    context,
    person ? 'confirm' : 'sign-in',
    person,
  );
  const known = person ? await passkeysOf(context, person) : [];
  const options = await generateAuthenticationOptions({
    rpID: hostOf(context),
    challenge: bytesFrom(challenge),
    timeout: challengeSeconds * 1000,
    userVerification: 'required',
    ...(person ? { allowCredentials: known.map((passkey) => ({ id: passkey.id })) } : {}),
  });
  return { id, options };
}

/** What every answer must be: to this question, on this wallet's own origin, by someone the device verified. */
const expected = (context: Context, challenge: string) => ({
  expectedChallenge: challenge,
  expectedOrigin: context.issuer,
  expectedRPID: hostOf(context),
  requireUserVerification: true,
});

/** @throws Problem `passkey-refused` unless it was made here, for this challenge, by someone the device verified */
export async function checkRegistration(
  context: Context,
  response: Registration,
  challenge: string,
): Promise<WebAuthnCredential> {
  const checked = await verifyRegistrationResponse({
    response,
    ...expected(context, challenge),
  }).catch(refuse);
  if (!checked.verified) throw new Problem('passkey-refused');
  const { credential } = checked.registrationInfo;
  return { ...credential, transports: response.response.transports ?? [] };
}

/**
 * @returns the person whose passkey it is
 * @throws Problem `passkey-refused` for an unknown passkey, another origin, another challenge, a counter that went back
 */
export async function checkAssertion(
  context: Context,
  response: Assertion,
  challenge: string,
): Promise<string> {
  const row = await findPasskey(context, response.id);
  const { userHandle } = response.response;
  const namesAnother = row && userHandle && userHandle !== base64url(utf8(row.person));
  if (!row || namesAnother) throw new Problem('passkey-refused');
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    ...expected(context, challenge),
    credential: { id: row.id, publicKey: row.public_key, counter: Number(row.counter) },
  }).catch(refuse);
  if (!verified) throw new Problem('passkey-refused');
  await noteUse(context, row.id, BigInt(authenticationInfo.newCounter));
  return row.person;
}

const refuse = (cause: unknown): never => {
  throw new Problem('passkey-refused', { cause });
};
