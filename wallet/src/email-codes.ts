/** Codes by e-mail: a way in for who has no passkey, or no script. Of an address only a keyed hash is kept. */
import { equalInConstantTime, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import type { Tx } from './store/store.ts';

/** Wrong answers to one code before it is void. */
export const maxTries = 5;
const digits = 6;

/** One address as mail programs read it without any quoting. */
const shape =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** @throws Problem `malformed-request` */
export function addressFrom(text: string): string {
  const address = text.trim().toLowerCase();
  if (address.length > 254 || !shape.test(address))
    throw new Problem('malformed-request', {
      detail: 'That is no e-mail address we can write to.',
    });
  return address;
}

/**
 * Sends a code. Whether somebody has a wallet by this address changes nothing here, so nobody can find it out.
 * @param sent `address` as someone typed it; `peer` where the request came from
 * @returns names the code; without the mail it opens nothing
 * @throws Problem `rate-limited`, `unavailable` when the mail could not be sent, `not-found` for a wallet without mail
 */
export async function sendCode(
  context: Context,
  sent: { address: string; peer: string },
): Promise<string> {
  if (!context.mail) throw new Problem('not-found');
  const to = addressFrom(sent.address);
  const address = hashOf(context, to);
  context.limits.take('codePerPeer', sent.peer);
  context.limits.take('codePerAddress', address);
  const code = newCode(context);
  const id = newId(context, 'eml');
  const now = timeNow(context);
  await context.store.write(async (tx) => {
    await tx.run('delete from email_codes where expires_at <= $1', now);
    await tx.run(
      'insert into email_codes (id, address, code, expires_at) values ($1, $2, $3, $4)',
      id,
      address,
      codeHash(context, id, code),
      now + BigInt(context.policy.seconds.emailCode),
    );
  });
  const { host } = new URL(context.issuer);
  try {
    await context.mail({
      to,
      subject: `${code} is your code for ${host}`,
      text: words(code, host),
    });
  } catch (cause) {
    context.log('mail failed');
    throw new Problem('unavailable', { moneyMoved: 'no', cause });
  }
  return id;
}

const words = (code: string, host: string): string =>
  `Your code for the wallet at ${host}:

    ${code}

Type it on the page that asked for it. It is good for ten minutes, and once.
Nobody else needs it: whoever asks you for it is not the wallet.
If you did not ask for a code, do nothing. Without the code nobody gets in.`;

/**
 * Takes a code out. Each try counts, in a transaction of its own: a wrong one is used up too.
 * @returns the keyed hash of the address that it was sent to
 * @throws Problem `code-refused` for a wrong one, one that is used, over, or was tried too often
 */
export async function checkCode(
  context: Context,
  sent: { id: string; code: string },
): Promise<string> {
  const { id } = sent;
  const hash = codeHash(context, id, sent.code.replaceAll(/\s/g, ''));
  const address = await context.store.write(async (tx) => {
    const row = await tx.get<{ address: string; code: string; tries: bigint }>(
      'select address, code, tries from email_codes where id = $1 and expires_at > $2',
      id,
      timeNow(context),
    );
    if (!row || row.tries >= BigInt(maxTries)) return undefined;
    if (equalInConstantTime(row.code, hash)) {
      await tx.run('delete from email_codes where id = $1', id);
      return row.address;
    }
    await tx.run('update email_codes set tries = tries + 1 where id = $1', id);
    return undefined;
  });
  if (address === undefined) throw new Problem('code-refused');
  return address;
}

/** @returns undefined when nobody has this address */
export const personByAddress = async (tx: Tx, address: string): Promise<string | undefined> =>
  (await tx.get<{ person: string }>('select person from emails where address = $1', address))
    ?.person;

export const keepAddress = (tx: Tx, context: Context, email: { address: string; person: string }) =>
  tx.run(
    'insert into emails (address, person, added_at) values ($1, $2, $3)',
    email.address,
    email.person,
    timeNow(context),
  );

const hashOf = ({ keys }: Context, address: string): string => keys.mac('email', address);

const codeHash = ({ keys }: Context, id: string, code: string): string =>
  keys.mac('email', `${id}\n${code}`);

function newCode({ random }: Context): string {
  const number = new DataView(random(8).buffer).getBigUint64(0) % BigInt(10 ** digits);
  return String(number).padStart(digits, '0');
}
