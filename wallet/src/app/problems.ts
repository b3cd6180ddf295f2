/** What went wrong, as every answer of the wallet says it: `application/problem+json`, and never a word of what was sent. */
import { Problem, problemDetails } from 'micro-pay/protocol';
import type { Context } from '../context.ts';

/** Our own Problem, or `internal-error` for anything nobody foresaw: its class is logged, its text could hold anything. */
export function problemOf({ log }: Pick<Context, 'log'>, error: unknown): Problem {
  if (error instanceof Problem) return error;
  log('failed', { error: error instanceof Error ? error.name : typeof error });
  return new Problem('internal-error');
}

export function problemResponse(problem: Problem): Response {
  const { retryAfter } = problem.extra;
  return new Response(JSON.stringify(problemDetails(problem)), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {}),
    },
  });
}
