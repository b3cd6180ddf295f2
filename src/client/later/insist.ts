/** A question to a wallet that had no good answer at once: asked again, a few times, with the same bytes. */
import { problemFrom } from '../../protocol/problem-rows.ts';
import { Problem, type ProblemCode } from '../../protocol/problem-table.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../http.ts';
import { hint, watchPolicy } from './setup-hints.ts';
import { pageOf } from './whole-page.ts';

const limits = { attempts: 3, pauseMs: 400, maxPauseMs: 10_000 };

/**
 * @param first the first answer, if any came
 * @returns the body of a good answer
 * @throws Problem of the answer, `wallet-unsupported` if it says none we know; `wallet-unreachable`, `offline`, `aborted`
 */
export async function insisted(
  context: Context,
  url: string,
  question: () => Promise<Answer>,
  first: Answer | undefined,
): Promise<unknown> {
  const isBlocked = watchPolicy(context, url);
  const { answer } = await persist(context, question, first).finally(() => {
    if (isBlocked()) hint(context, 'csp');
  });
  if (answer) return assertGood(context, answer, 'wallet-unsupported');
  throw new Problem(pageOf(context)?.online() === false ? 'offline' : 'wallet-unreachable');
}

/**
 * Asks until there is an answer that another try couldn't better.
 * @returns the last answer, if any, and whether an earlier try may have been heard without our hearing the answer
 * @throws Problem `aborted`
 */
export async function persist(
  context: Context,
  question: () => Promise<Answer>,
  first: Answer | undefined,
): Promise<{ answer: Answer | undefined; lost: boolean }> {
  let answer = first;
  let lost = false;
  for (let attempt = 1; isPassing(answer); attempt++) {
    if (context.signal?.aborted) throw new Problem('aborted');
    // Told to wait, nothing was done; anything else may have been done unheard.
    lost ||= answer?.response.status !== 429;
    if (attempt === limits.attempts) break;
    await pause(context, attempt, answer);
    answer = await heard(question());
  }
  return { answer, lost };
}

/** @returns undefined when nothing came back */
export const heard = (asking: Promise<Answer>): Promise<Answer | undefined> =>
  asking.catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'wallet-unreachable') throw error;
    return undefined;
  });

/** Busy, broken or away: another try may be answered better. */
export const isPassing = (answer: Answer | undefined): boolean =>
  !answer || answer.response.status === 429 || answer.response.status >= 500;

/** @throws Problem of the answer if it is none of success; with the given code if it says none we know */
export function assertGood(
  context: Context,
  { response, body }: Answer,
  fallback: ProblemCode,
): unknown {
  if (response.ok) return body;
  const problem = problemFrom(body, fallback);
  if (problem.code === 'origin-not-listed') hint(context, 'unlisted-origin');
  throw problem;
}

/** Doubles from try to try, spread at random so that many pages don't come back at once. */
export async function pause(context: Context, attempt: number, last?: Answer) {
  const [chance = 0] = context.random(1);
  const backoff = limits.pauseMs * 2 ** attempt * (0.5 + chance / 256);
  const told = Number(last?.response.headers.get('retry-after') ?? 0) * 1000;
  const ms = Math.min(Math.max(backoff, told >= 0 ? told : 0), limits.maxPauseMs);
  const stopped = new Promise<never>((_, reject) =>
    context.signal?.addEventListener('abort', () => reject(new Problem('aborted')), { once: true }),
  );
  await Promise.race([context.wait(ms), stopped]);
}
