/** Grants of sessions that were verified before: each costs one signature check, however many taps follow. */
import { parseGrant, type Grant } from '../../protocol/grant.ts';
import type { Jws } from '../../protocol/jws.ts';
import { publicKeyBytes, type Verify } from '../../protocol/keys.ts';
import { Problem } from '../../protocol/problem.ts';
import type { WalletKeys } from '../jwks.ts';
import { keepUsed, type Used } from '../kept.ts';
import { checkable } from '../native.ts';
import { verifierOf } from '../signature.ts';

export interface SessionGrant extends Used {
  /** As it was signed */
  text: string;
  /** Not to be believed before `verify` is there */
  grant: Grant;
  jws: Jws;
  /** Until then the wallet redeems */
  redeemBy: number;
  deposit: bigint;
  publicKey: Uint8Array<ArrayBuffer>;
  /** By the session's key; set once the wallet is known to have signed this and the key to be sound */
  verify?: Verify;
}

export interface GrantBook {
  /** @throws Problem `verification-failed` for what isn't a session's grant */
  read: (text: string) => SessionGrant;
  /**
   * Checks, once, that the wallet signed it and that its key is sound.
   * @throws Problem `verification-failed`, `unavailable`
   */
  assure: (known: SessionGrant) => Promise<Verify>;
  /** Checks that the key of a grant signed this. @throws Problem as `assure` does */
  verify: (jws: Jws, known: SessionGrant) => Promise<void>;
}

const code = 'verification-failed';
/** About a kilobyte each. */
const maxKept = 4_096;

export function grantBook(keys: WalletKeys): GrantBook {
  const kept = new Map<string, SessionGrant>();
  const assure = async (known: SessionGrant): Promise<Verify> => {
    await keys.verify(known.jws);
    known.verify = await verifierOf(known.grant.cnf.jwk);
    keepUsed(kept, known.text, known, maxKept);
    return known.verify;
  };
  return {
    read: (text) => {
      const known = kept.get(text) ?? entryFrom(text);
      known.isUsed = true;
      return known;
    },
    assure,
    verify: async (jws, known) => {
      const verify = known.verify ?? (await assure(known));
      const { signature, message } = checkable(jws);
      if (!(await verify(known.publicKey, signature, message))) throw new Problem(code);
    },
  };
}

function entryFrom(text: string): SessionGrant {
  const { jws, grant } = parseGrant(text, code);
  if (grant.rby === undefined || grant.jti === grant.gnt) throw new Problem(code);
  const publicKey = publicKeyBytes(grant.cnf.jwk);
  return { text, jws, grant, publicKey, redeemBy: grant.rby, deposit: BigInt(grant.dep) };
}
