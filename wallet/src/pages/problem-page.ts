/** What went wrong, as a page: what happened, whether money moved, and where to go on. */
import { html } from 'hono/html';
import { problems, type Problem } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { pageHeaders } from './headers.ts';
import { document } from './layout.ts';

const moved = {
  no: 'You were not charged.',
  yes: 'The payment went through.',
  unknown: 'Look at the payments in your wallet to see whether you were charged.',
} as const;

/** Where the table speaks to programs, and a person would not know what is meant. */
const plainer: Partial<Record<Problem['code'], string>> = {
  'malformed-request': 'This link or form can’t be read.',
  'payee-unknown': 'Nobody of this name can be paid here.',
  'rate-limited': 'Please wait a moment.',
  'item-repriced': 'It has another price now. Its page shows it.',
};

/** @param seconds until there is room again */
const waiting = (seconds: number): string =>
  `There were too many requests. Load this page again in ${seconds < 90 ? `${seconds} ${seconds === 1 ? 'second' : 'seconds'}` : `${Math.ceil(seconds / 60)} minutes`}.`;

const next: Partial<Record<Problem['nextStep'], string>> = {
  retry: 'Please try again in a moment.',
  reload: 'Please go back and load the page again.',
  approve: 'Please go back to the page you came from and tap its button again.',
  contact: 'If you came by a link, tell the site that it is wrong.',
  'sign-in': 'Sign in at your wallet, then try again.',
};

/** As an answer by itself, for routes that no page belongs to. */
export async function problemPage(context: Context, problem: Problem): Promise<Response> {
  const title = plainer[problem.code] ?? problems[problem.code].title;
  const { retryAfter, payment } = problem.extra;
  const body = await document(context, {
    title: 'Not possible',
    main: html`<section class="card">
      <h1>${title.replace(/\.$/, '')}</h1>
      ${problem.detail ? html`<p>${problem.detail}</p>` : ''}
      <p>
        ${moved[problem.moneyMoved]}
        ${typeof retryAfter === 'number' ? waiting(retryAfter) : (next[problem.nextStep] ?? '')}
      </p>
      ${typeof payment === 'string' ? html`<p><a href="/questions/new?payment=${payment}">Ask who was to be paid</a>, about payment ${payment}.</p>` : ''}
      <p><a class="button" href="/">To your wallet</a></p>
    </section>`,
  });
  return new Response(String(body), {
    status: problem.status,
    headers: {
      ...pageHeaders,
      'content-type': 'text/html; charset=utf-8',
      ...(typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {}),
    },
  });
}
