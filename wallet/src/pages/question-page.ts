/** Questions about payments as their payer sees them: asking, what was answered, and the list of them. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import { newId } from '../ids.ts';
import type { Login } from '../logins.ts';
import { maxWords, type Thread } from '../payment-questions.ts';
import type { AboutPayment, QuestionRow, Word } from '../question-rows.ts';
import { detailsNotice, slot } from './details.ts';
import { paymentLabel, timeLabel } from './labels.ts';
import { document, hidden, type Html } from './layout.ts';
import { stateWords } from './question-states.ts';
import { fact } from './receipt-page.ts';

export const askPage = (
  context: Context,
  login: Login,
  asked: AboutPayment & { payment: string },
  zone: string,
): Html => {
  const { payment } = asked;
  return document(context, {
    title: 'Ask about a payment',
    main: html`<h1>Ask about a payment</h1>
      ${detailsNotice(`/receipts/${payment}/details`)}
      <dl class="card facts">
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${paymentFact(asked, zone)}
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
};

const paymentFact = (about: AboutPayment & { payment: string }, zone: string): Html =>
  fact(
    'Payment',
    html`${paymentLabel(about, zone)}<br /><a class="address" href="/receipts/${about.payment}"
        >${about.payment}</a
      >`,
  );

/** Under what a question is called in a list. */
export const aboutLine = (question: QuestionRow, zone: string): Html => {
  const { payment, changed_at } = question;
  return html`<span class="note"
    >about ${paymentLabel(question, zone)}<br />last word ${timeLabel(Number(changed_at), zone)}<br />${payment}</span
  >`;
};

export const textField = (label: string): Html =>
  html`<label
    >${label}
    <textarea name="text" required rows="5" maxlength="${maxWords}"></textarea>
  </label>`;

export const questionPage = (
  context: Context,
  login: Login,
  thread: Thread,
  zone: string,
): Html => {
  const { id, state, words } = thread;
  return document(context, {
    title: 'Question',
    main: html`<h1>A question about a payment</h1>
      ${detailsNotice(`/questions/${id}/details`)}
      <dl class="card facts">
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${paymentFact(thread, zone)} ${fact('State', html`It ${stateWords[state]}.`)}
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
};

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
      (question) =>
        html`<li>
          <a href="/questions/${question.id}"
            ><span
              ><strong>A question ${stateWords[question.state]}</strong
              ><br />${aboutLine(question, zone)}</span
            ></a
          >
        </li>`,
    )}
  </ul>`;
