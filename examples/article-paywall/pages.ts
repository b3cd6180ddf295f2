/** The pages of the newspaper, as HTML. Texts are our own, so nothing in them needs escaping. */
import type { Article } from './articles.ts';

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
<header class="masthead"><a href="/">The Quiet Courier</a><p>Slow news from a small town</p></header>
<main id="content">
${content}
</main>
<footer><p>A demonstration of micro-pay. It takes play money only.</p></footer>
</body>
</html>
`;

/** What is for sale has a price on it, what is bought has not. */
const way = ({ id, title }: Article, isOwned: boolean): string =>
  isOwned
    ? `<p class="owned"><a href="/articles/${id}" aria-label="Read: ${title}">Read</a></p>`
    : `<micro-pay src="/articles/${id}" amount="0.02" currency="USD" test><a href="/articles/${id}">Read for 2¢</a></micro-pay>`;

const teaser = (article: Article, isOwned: boolean): string => {
  const { id, section, title, byline, teaser: text } = article;
  return `<article>
<p class="section">${section}</p>
<h2><a href="/articles/${id}">${title}</a></h2>
<p class="byline">By ${byline}</p>
<p>${text}</p>
${way(article, isOwned)}
</article>`;
};

/** @param owned those that this visitor bought @param challenge what a tap of a session answers, as `challengeScript` writes it: with it in the page, a tap needs no asking first */
export const frontPage = (
  articles: readonly Article[],
  owned: readonly Article[],
  challenge: string,
): string =>
  layout(
    'The Quiet Courier',
    `<h1 class="visually-hidden">Today’s articles</h1>
<p class="offer">Each article costs 2¢, in play money. What you paid for opens again for a year, at no charge.</p>
<div class="front">
${articles.map((article) => teaser(article, owned.includes(article))).join('\n')}
</div>
${challenge}`,
  );

export const articlePage = ({ section, title, byline, teaser: text, body }: Article): string =>
  layout(
    `${title} · The Quiet Courier`,
    `<article class="full">
<p class="section">${section}</p>
<h1>${title}</h1>
<p class="byline">By ${byline}</p>
<p class="lead">${text}</p>
${body.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
<p class="back"><a href="/">More from today</a></p>
</article>`,
  );

/** What stands at a closed article: how it begins, and the paywall's button in the paper's own dress. */
export const closedPage = (
  { button, price }: Record<'button' | 'price', string>,
  { section, title, byline, teaser: text }: Article,
): string =>
  layout(
    `${title} · The Quiet Courier`,
    `<article class="full closed">
<p class="section">${section}</p>
<h1>${title}</h1>
<p class="byline">By ${byline}</p>
<p class="lead">${text}</p>
<section class="offer" aria-labelledby="read-on">
<h2 id="read-on">Read on for ${price}</h2>
<p>You pay once, with one tap, from your micro-pay wallet. The article stays open to you for a year.</p>
${button}
<p class="small">First time? It takes about 30 seconds, and nothing is charged without your confirmation. It is play money: nothing here is real.</p>
</section>
<p class="back"><a href="/">Back to the front page</a></p>
</article>`,
  );

export const missingPage = (): string =>
  layout(
    'Not found · The Quiet Courier',
    `<article class="full">
<h1>There is no such page</h1>
<p class="lead">Nothing was charged. <a href="/">Back to the front page</a></p>
</article>`,
  );
