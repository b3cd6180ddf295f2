/** What a browser without Ed25519 does by noble, which is loaded only there. */
import type { Signer, Verify } from '../../protocol/ed25519-key.ts';
import { base64url } from '../../protocol/encoding.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Context, SessionSigner } from '../context.ts';
import type * as OldBrowser from '../old-browser.ts';
import type { MemoryKeys } from '../old-browser.ts';

/** @throws Problem `offline` when it can't be loaded */
const oldBrowser = (): Promise<typeof OldBrowser> =>
  import('../old-browser.ts').catch((cause: unknown) => {
    throw new Problem('offline', { cause });
  });

/** Each SDK has its own. */
const known = new WeakMap<Context['options'], MemoryKeys>();

function keysOf({ options }: Context): MemoryKeys {
  const keys = known.get(options) ?? new Map();
  known.set(options, keys);
  return keys;
}

export async function keyOfTab(
  context: Context,
  payee: string,
  named: (x: string) => Promise<Pick<Signer, 'kid' | 'jwk'>>,
): Promise<SessionSigner> {
  const { keyOfTab: find } = await oldBrowser();
  return find(keysOf(context), context, payee, (raw) => named(base64url(raw)));
}

export const forgetKeyOfTab = (context: Context, payee: string): boolean =>
  keysOf(context).delete(payee);

export const verify: Verify = async (...signed) => (await oldBrowser()).verify(...signed);
