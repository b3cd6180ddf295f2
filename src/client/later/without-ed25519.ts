/** What a browser without Ed25519 does by noble, which is loaded only there. */
import type { Verify } from '../../protocol/ed25519-key.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { SessionSigner } from '../context.ts';
import type * as OldBrowser from '../old-browser.ts';

/** @throws Problem `offline` when it can't be loaded */
const oldBrowser = (): Promise<typeof OldBrowser> =>
  import('../old-browser.ts').catch((cause: unknown) => {
    throw new Problem('offline', { cause });
  });

export const keyOfTab = async (
  ...asked: Parameters<typeof OldBrowser.keyOfTab>
): Promise<SessionSigner> => (await oldBrowser()).keyOfTab(...asked);

export const verify: Verify = async (...signed) => (await oldBrowser()).verify(...signed);
