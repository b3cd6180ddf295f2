/** A call to the payee's wallet under a proof by the payee's key, which is made anew for each. */
import { authorizeCall } from '../protocol/call.ts';
import { base64url, parseJson, textFrom, utf8 } from '../protocol/encoding.ts';
import { Problem, problemFrom } from '../protocol/problem.ts';
import { bytesOf } from './body.ts';
import type { SessionSettings } from './sessions/session-options.ts';
import type { Settings } from './settings.ts';

const timeoutMs = 30_000;
/** A thousand lines of some hundred characters each. */
const limits = { characters: 1_000_000, depth: 6 };

/**
 * @param path of the wallet's address
 * @throws Problem that the wallet answered with, or `wallet-unreachable`
 */
export async function callWallet(
  path: string,
  body: object,
  sessions: SessionSettings,
  settings: Settings,
): Promise<unknown> {
  const url = settings.payee.wallet + path;
  const bytes = utf8(JSON.stringify(body));
  const iat = Math.floor(settings.now() / 1000) + sessions.clock.offset;
  const jti = `set_${base64url(settings.random(16))}`;
  const call = { method: 'POST', url, body: bytes, iat, jti } as const;
  const authorization = await authorizeCall(call, await sessions.signer());
  const answer = await reached(
    settings.fetch(url, {
      method: 'POST',
      body: bytes,
      headers: { authorization, 'content-type': 'application/json' },
      redirect: 'error',
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
    }),
  );
  keepTime(answer, sessions, settings);
  const said = await reached(bytesOf(answer.body, limits.characters, 'unavailable'));
  const json = parseJson(textFrom(said, 'unavailable'), 'unavailable', limits);
  if (!answer.ok) throw problemFrom(json, 'unavailable');
  return json;
}

async function reached<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('wallet-unreachable', { moneyMoved: 'unknown', cause });
  }
}

/** The next proof is dated by the wallet's clock, whatever ours says. */
function keepTime({ headers }: Response, sessions: SessionSettings, { now }: Settings): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isFinite(date)) sessions.clock.offset = Math.round((date - now()) / 1000);
}
