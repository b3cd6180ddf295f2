/** Questions about payments as their payer sees them: asking, what was answered, and the list of them. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import { newId } from '../ids.ts';
import type { Login } from '../logins.ts';
import { maxWords, type Thread } from '../payment-questions.ts';
import type { QuestionRow, Word } from '../question-rows.ts';
import { detailsNotice, slot } from './details.ts';
import { timeLabel } from './labels.ts';
import { document, hidden, type Html } from './layout.ts';
import { stateWords } from './question-states.ts';
import { fact } from './receipt-page.ts';

export const askPage = (context: Context, login: Login, payment: string): Html =>
  document(context, {
    title: 'Ask about a payment',
    main: html`<h1>Ask about a payment</h1>
      ${detailsNotice(`/receipts/${payment}/details`)}
      <dl class="card facts">
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${fact('Payment', html`<a class="address" href="/receipts/${payment}">${payment}</a>`)}
      </dl>
      <form method="post" action="/questions/new" data-send class="card">
        ${textField('What is wrong?')}
        <p><button class="main">Send the question</button></p>
        <p class="note">
          They read your words and the number of this payment. They don’t learn who you are: say
          nothing here that you don’t want them to know.
        </p>
        ${hidden('token', formToken(context, login, 'question new'))}
        ${hidden('id', newId(context, 'que'))}${hidden('payment', payment)}
      </form>`,
  });

export const textField = (label: string): Html =>
  html`<label
    >${label}
    <textarea name="text" required rows="5" maxlength="${maxWords}"></textarea>
  </label>`;

export const questionPage = (
  context: Context,
  login: Login,
  { id, payment, state, words }: Thread,
  zone: string,
): Html =>
  document(context, {
    title: 'Question',
    main: html`<h1>A question about a payment</h1>
      ${detailsNotice(`/questions/${id}/details`)}
      <dl class="card facts">
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${fact('Payment', html`<a class="address" href="/receipts/${payment}">${payment}</a>`)}
        ${fact('State', html`It ${stateWords[state]}.`)}
      </dl>
      ${wordsPart(words, { payer: 'You', payee: slot('display') }, zone)}
      ${
        state === 'closed'
          ? ''
          : html`<form method="post" action="/questions/${id}" data-send class="card">
              ${textField('Say more')}
              <p><button class="main">Send</button></p>
              ${hidden('token', formToken(context, login, `question ${id}`))}
            </form>`
      }
      <div class="choices">
        ${state === 'closed' ? '' : closeForm(`/questions/${id}/close`, hidden('token', formToken(context, login, `question ${id}`)))}
        <a class="button" href="/questions">All questions</a>
      </div>`,
  });

export const closeForm = (action: string, token: Html): Html =>
  html`<form method="post" action="${action}" data-send>
    <button>Close the question</button>
    ${token}
  </form>`;

/** What each side said, in order. */
export const wordsPart = (
  words: Word[],
  names: Record<Word['by'], Html | string>,
  zone: string,
): Html =>
  html`<ol class="card words" aria-label="What was said">
    ${words.map(
      ({ by, at }, i) =>
        html`<li>
          <p class="note">${names[by]}, ${timeLabel(Number(at), zone)}</p>
          <p>${slot(`word.${i}`)}</p>
        </li>`,
    )}
  </ol>`;

export const questionsPage = (
  context: Context,
  questions: QuestionRow[],
  older: string | undefined,
  zone: string,
): Html =>
  document(context, {
    title: 'Your questions',
    main: html`<h1>Your questions</h1>
      ${
        questions.length === 0
          ? html`<p class="card note">None yet. Each payment’s page has a link to ask about it.</p>`
          : questionRows(questions, zone)
      }
      ${older ? html`<p><a href="${older}">Older questions</a></p>` : ''}
      <p><a class="button" href="/">To your wallet</a></p>`,
  });

export const questionRows = (questions: QuestionRow[], zone: string): Html =>
  html`<ul class="card rows">
    ${questions.map(
      ({ id, payment, state, changed_at }) =>
        html`<li>
          <a href="/questions/${id}"
            ><span
              ><strong>A question ${stateWords[state]}</strong><br /><span class="note"
                >about ${payment}, ${timeLabel(Number(changed_at), zone)}</span
              ></span
            ></a
          >
        </li>`,
    )}
  </ul>`;
