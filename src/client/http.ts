/** Questions to a wallet: bounded in size and time, and never with cookies. */
import { Problem } from '../protocol/problem-table.ts';
import { jsonFrom } from './claims.ts';
import type { Context } from './context.ts';

export interface Answer {
  response: Response;
  /** Parsed JSON; undefined when it was none */
  body: unknown;
}

const maxCharacters = 65_536;
const timeoutMs = 15_000;

/**
 * Asks once.
 * @throws Problem `aborted` when the caller's signal says so, `wallet-unreachable` when nothing came back
 */
export async function ask(context: Context, url: string, init?: RequestInit): Promise<Answer> {
  const { signal } = context;
  const timeout = context.timeout(timeoutMs);
  try {
    const response = await context.fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      ...init,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    return { response, body: text.length > maxCharacters ? undefined : jsonFrom(text) };
  } catch (cause) {
    throw new Problem(signal?.aborted ? 'aborted' : 'wallet-unreachable', { cause });
  }
}

/**
 * Asks until there is a good answer, the same bytes each time.
 * @throws Problem of the answer, `wallet-unreachable`, `offline`, `aborted`
 */
export async function goodAnswer(
  context: Context,
  url: string,
  init?: RequestInit,
): Promise<unknown> {
  const question = () => ask(context, url, init);
  const first = await question().catch(() => undefined);
  if (first?.response.ok) return first.body;
  return (await context.later()).insisted(context, url, question, first);
}
