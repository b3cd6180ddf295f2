/** Grants of sessions that were verified before: each costs one signature check, however many taps follow. */
import { parseGrant, type Grant } from '../../protocol/grant.ts';
import { verifyJws, type Jws } from '../../protocol/jws.ts';
import type { Verify } from '../../protocol/keys.ts';
import { Problem } from '../../protocol/problem.ts';
import type { WalletKeys } from '../jwks.ts';
import { verifierOf } from '../signature.ts';

export interface SessionGrant {
  /** As it was signed */
  text: string;
  /** Not to be believed before `assured` */
  grant: Grant;
  /** Until then the wallet redeems */
  redeemBy: number;
  deposit: bigint;
}

export interface GrantBook {
  /** @throws Problem `verification-failed` for what isn't a session's grant */
  read: (text: string) => SessionGrant;
  /**
   * Checks that the wallet signed it and that its key is sound, once.
   * @returns checks what the session's key signed
   * @throws Problem `verification-failed`, `unavailable`
   */
  assured: (known: SessionGrant) => Promise<(jws: Jws) => Promise<void>>;
}

interface Entry extends SessionGrant {
  jws: Jws;
  verify?: Verify;
}

const code = 'verification-failed';
/** About a kilobyte each. */
const maxKept = 4_096;

export function grantBook(keys: WalletKeys): GrantBook {
  const kept = new Map<string, Entry>();

  /** A Map remembers the order of insertion, so its first key is the one that was not asked for the longest. */
  const keep = (entry: Entry): void => {
    kept.delete(entry.text);
    kept.set(entry.text, entry);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  };
  return {
    read: (text) => {
      const known = kept.get(text);
      if (known) keep(known);
      return known ?? entryFrom(text);
    },
    assured: async (known) => {
      const entry = kept.get(known.text) ?? entryFrom(known.text);
      const { jwk } = entry.grant.cnf;
      if (!entry.verify) {
        await keys.verify(entry.jws);
        entry.verify = await verifierOf(jwk);
        keep(entry);
      }
      const { verify } = entry;
      return (jws) => verifyJws(jws, jwk, verify, code);
    },
  };
}

function entryFrom(text: string): Entry {
  const { jws, grant } = parseGrant(text, code);
  if (grant.rby === undefined || grant.jti === grant.gnt) throw new Problem(code);
  return { text, jws, grant, redeemBy: grant.rby, deposit: BigInt(grant.dep) };
}
