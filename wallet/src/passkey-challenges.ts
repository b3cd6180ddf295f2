/** The random words a passkey signs: good once, for five minutes, and only for what they were made for. */
import { base64url, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';

export type Purpose = 'sign-up' | 'sign-in' | 'add' | 'confirm';

/** Seconds; as long as the browser's own dialog stays. */
export const challengeSeconds = 300;

export interface PasskeyChallenge {
  id: string;
  /** base64url of 32 bytes */
  challenge: string;
}

/** @param person whose passkey it must be; for a sign-up, the person to come */
export async function newPasskeyChallenge(
  context: Context,
  purpose: Purpose,
  person?: string,
): Promise<PasskeyChallenge> {
  const [id, challenge] = [base64url(context.random(16)), base64url(context.random(32))];
  const now = timeNow(context);
  await context.store.write(async (tx) => {
    await tx.run('delete from passkey_challenges where expires_at <= $1', now);
    await tx.run(
      'insert into passkey_challenges (id, challenge, purpose, person, expires_at) values ($1, $2, $3, $4, $5)',
      id,
      challenge,
      purpose,
      person ?? null,
      now + BigInt(challengeSeconds),
    );
  });
  return { id, challenge };
}

/**
 * Takes a challenge out, in a transaction of its own: a refused answer has used it up too.
 * @throws Problem `passkey-refused` for one that is unknown, used, over, or for another purpose
 */
export async function takePasskeyChallenge(
  context: Context,
  id: string,
  purpose: Purpose,
): Promise<{ challenge: string; person: string | null }> {
  const taken = await context.store.write((tx) =>
    tx.get<{ challenge: string; person: string | null }>(
      `delete from passkey_challenges where id = $1 and purpose = $2 and expires_at > $3
       returning challenge, person`,
      id,
      purpose,
      timeNow(context),
    ),
  );
  if (!taken) throw new Problem('passkey-refused');
  return taken;
}
