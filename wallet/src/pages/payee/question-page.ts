/** A payee's inbox: which questions wait, each with its payment, and answering, giving back and closing from there. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import type { PayeePayment } from '../../payee-payments.ts';
import type { Thread } from '../../payment-questions.ts';
import type { QuestionRow, QuestionState } from '../../question-rows.ts';
import { detailsNotice } from '../details.ts';
import type { Html } from '../layout.ts';
import { aboutLine, closeForm, textField, wordsPart } from '../question-page.ts';
import { fact } from '../receipt-page.ts';
import { payeePage } from './frame.ts';
import { actToken, type Own } from './own.ts';
import { paymentFacts, paymentUrl, refundForm } from './payment-page.ts';

/** As who was asked reads them. */
const stateWords: Record<QuestionState, string> = {
  open: 'Waits for your answer',
  answered: 'Answered',
  closed: 'Closed',
};

export interface Inbox {
  /** The longest waiting first */
  waiting: QuestionRow[];
  /** Answered or closed */
  rest: QuestionRow[];
  older: string | undefined;
  zone: string;
}

export const questionUrl = (payee: string, id: string): string => `/payee/${payee}/questions/${id}`;

export const inboxPage = (context: Context, { payee }: Own, inbox: Inbox): Html => {
  const { waiting, rest, older, zone } = inbox;
  return payeePage(context, {
    payee,
    room: '/questions',
    title: 'Questions',
    main: html`<section aria-labelledby="waiting">
        <h2 id="waiting">Waiting for you</h2>
        ${waiting.length === 0 ? html`<p class="card note">Nobody waits for an answer. Readers ask from their receipt, and it comes here.</p>` : rows(payee.name, waiting, zone)}
      </section>
      ${
        rest.length === 0
          ? ''
          : html`<section aria-labelledby="rest">
              <h2 id="rest">Answered and closed</h2>
              ${rows(payee.name, rest, zone)}
            </section>`
      }
      ${older ? html`<p><a href="${older}">Older questions</a></p>` : ''}`,
  });
};

const rows = (payee: string, questions: QuestionRow[], zone: string): Html =>
  html`<ul class="card rows">
    ${questions.map(
      (question) =>
        html`<li>
          <a href="${questionUrl(payee, question.id)}"
            ><span
              ><strong>${stateWords[question.state]}</strong
              ><br />${aboutLine(question, zone)}</span
            ></a
          >
        </li>`,
    )}
  </ul>`;

export const payeeQuestionPage = (
  context: Context,
  own: Own,
  { id, payment, state, words, sub }: Thread,
  /** The payment it is about; undefined when it was refused, so that nothing came */
  paid: PayeePayment | undefined,
  zone: string,
): Html => {
  const { name } = own.payee;
  const token = () => actToken(context, own, `answer ${id}`);
  return payeePage(context, {
    payee: own.payee,
    room: '/questions',
    title: 'A question about a payment',
    main: html`${detailsNotice(`${questionUrl(name, id)}/details`)}
      <p>${stateWords[state]}.</p>
      ${wordsPart(words, { payer: 'The reader', payee: 'You' }, zone)}
      ${
        state === 'closed'
          ? ''
          : html`<form method="post" action="${questionUrl(name, id)}" data-send class="card">
                ${textField('Your answer')}
                <p><button class="main">Send the answer</button></p>
                ${token()}
              </form>
              ${closeForm(`${questionUrl(name, id)}/close`, token())}`
      }
      <h2>The payment</h2>
      ${
        paid
          ? html`${paymentFacts(context, paid, zone)}
            ${paid.session ? html`<p><a class="button" href="${paymentUrl(name, paid.id)}">Look at its taps, or give some back</a></p>` : refundForm(context, own, paid, { zone, question: id })}`
          : html`<dl class="card facts">
              ${fact('What came', 'Nothing: the payment was refused, and the reader was not charged.')}
              ${fact('Reader', html`<span class="address">${sub}</span>`)}
              ${fact('Number', html`<span class="address">${payment}</span>`)}
            </dl>`
      }`,
  });
};
