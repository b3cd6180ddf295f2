/** The pages of the course, as HTML. Texts are our own, so nothing in them needs escaping. */
import { modules, type Module, type Question } from './modules.ts';

const layout = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/micro-pay.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="masthead"><a href="/">Three Knots</a><p>A course of the Harbour School</p></header>
<main id="content">
${content}
</main>
<footer><p>A demonstration of micro-pay. It takes play money only.</p></footer>
</body>
</html>
`;

const terms = 'Charged once, on completion; a retake is free.';

/** @param completed modules of whoever looks */
export const coursePage = (completed: readonly Module[]): string =>
  layout(
    'Three Knots · a short course',
    `<h1>Three knots, and when to trust them</h1>
<p class="lead">With these three you can tie up a boat, join two ropes, and pull somebody out of the water. Each takes a quarter of an hour and a piece of string.</p>
<ol class="modules">
${modules.map((module) => moduleItem(module, completed.includes(module))).join('\n')}
</ol>
<p class="small">${
      completed.length === modules.length
        ? 'You have completed the course. Keep the string.'
        : `Reading and quizzes are free. A module is completed for 5¢, in play money. ${terms}`
    }</p>`,
  );

const moduleItem = ({ id, title, lead }: Module, isCompleted: boolean): string =>
  `<li><a href="/modules/${id}"><strong>${title}</strong> <span>${lead}</span></a>${
    isCompleted ? '<span class="done">completed</span>' : ''
  }</li>`;

/** `passed`: its quiz; `completed`: paid, too, and then it stays so */
export type State = 'open' | 'passed' | 'completed';

/** @param answer what became of the answers that were just given */
export const modulePage = (
  module: Module,
  state: State,
  answer: 'right' | 'wrong' | undefined,
): string =>
  layout(
    `${module.title} · Three Knots`,
    `<article>
<p class="section">Module ${module.id} of ${modules.length}</p>
<h1>${module.title}</h1>
<p class="lead">${module.lead}</p>
${module.text.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
</article>
<section class="card" id="quiz" aria-labelledby="questions">
<h2 id="questions">Two questions</h2>
${answer ? `<p class="answer ${answer}" role="status">${answers[answer]}</p>` : ''}
${offers[state](module)}
<form method="post" action="/modules/${module.id}/quiz">
${module.quiz.map(question).join('\n')}
<button>${state === 'open' ? 'Check my answers' : 'Take the quiz again'}</button>
</form>
</section>
<p class="back"><a href="/">All modules</a></p>`,
  );

const answers = {
  right: 'Both answers are right.',
  wrong: 'That is not quite it. Read it once more and try again: that costs nothing.',
};

const offers: Record<State, (module: Module) => string> = {
  open: () => '',
  passed: ({ id }) => `<div class="offer">
<p>You have passed. Complete this module for 5¢: it is put on your certificate. ${terms}</p>
<micro-pay src="/modules/${id}/completion" amount="0.05" currency="USD" test><a href="/modules/${id}/completion">Complete it for 5¢</a></micro-pay>
</div>`,
  completed: ({ id }) => `<div class="offer">
<p><strong>Completed; a retake is free.</strong> <a href="/modules/${id}/completion">Your certificate</a></p>
</div>`,
};

const question = ({ text, answers: all }: Question, index: number): string => `<fieldset>
<legend>${text}</legend>
${all
  .map(
    (answer, value) =>
      `<label><input type="radio" name="q${index}" value="${value}" required> ${answer}</label>`,
  )
  .join('\n')}
</fieldset>`;

export const certificatePage = ({ id, title }: Module): string =>
  layout(
    `${title}, completed · Three Knots`,
    `<article class="card certificate">
<p class="section">Certificate of the Harbour School</p>
<h1>${title}</h1>
<p class="lead">Module ${id} of ${modules.length}: read, understood and completed.</p>
<p class="small">Paid once. The receipt is in your wallet, and a retake is free.</p>
</article>
<p class="back"><a href="/modules/${id}">Back to the module</a> · <a href="/">All modules</a></p>`,
  );

/** What stands at a completion that was passed and isn't paid for. */
export const closedPage = ({
  button,
  price,
  title,
}: Record<'button' | 'price' | 'title', string>) =>
  layout(
    `${title} · Three Knots`,
    `<article class="card certificate">
<p class="section">Certificate of the Harbour School</p>
<h1>${title}</h1>
<p class="lead">You have passed. It is yours for ${price}. ${terms}</p>
${button}
<p class="small">First time? It takes about 30 seconds, and nothing is charged without your confirmation. It is play money: nothing here is real.</p>
</article>
<p class="back"><a href="/">All modules</a></p>`,
  );

export const notPassedPage = ({ id, title }: Module): string =>
  layout(
    `Not yet · Three Knots`,
    `<h1>First the quiz</h1>
<p class="lead">“${title}” can be completed once you have passed its quiz. Nothing was charged. <a href="/modules/${id}#quiz">To the quiz</a></p>`,
  );

export const missingPage = (): string =>
  layout(
    'Not found · Three Knots',
    `<h1>There is no such page</h1>
<p class="lead">Nothing was charged. <a href="/">To the course</a></p>`,
  );
