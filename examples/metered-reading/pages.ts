/** The pages of the story, as HTML. Texts are our own, so nothing in them needs escaping. */
import { opening, passages, type Passage } from './passages.ts';

const name = 'The Office of Lost Hours';

const layout = (title: string, content: string, scripts = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
${scripts}<script type="module" src="/micro-pay.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="masthead"><a href="/">Lantern</a><p>Stories by the minute</p></header>
<main id="content">
${content}
</main>
<footer><p>A demonstration of micro-pay. It takes play money only.</p></footer>
</body>
</html>
`;

const paragraphs = (text: readonly string[]): string =>
  text.map((paragraph) => `<p>${paragraph}</p>`).join('\n');

const passageHtml = ({ minute, text }: Passage): string =>
  `<section class="passage" id="minute-${minute}" aria-label="Minute ${minute}">
${paragraphs(text)}
</section>`;

/** One that was taken back, or never read, before one that is owned. */
const gapHtml = ({ minute }: Passage): string =>
  `<section class="gap" id="minute-${minute}" aria-label="Minute ${minute}">
<p>Minute ${minute} is not yours. <a href="/read/${minute}">Read it for 1¢</a></p>
</section>`;

function readHtml(owned: readonly Passage[]): string {
  const upTo = Math.max(0, ...owned.map(({ minute }) => minute));
  return passages
    .slice(0, upTo)
    .map((passage) => (owned.includes(passage) ? passageHtml(passage) : gapHtml(passage)))
    .join('\n');
}

export interface StoryParts {
  /** Passages that were read before */
  owned: readonly Passage[];
  /** Who gets the boosts */
  payee: string;
  /** How long a minute is */
  unitSeconds: number;
  /** What a tap of a session answers, as `challengeScript` writes it: with it in the page, a minute needs no asking first */
  challenge: string;
}

export const storyPage = ({ owned, payee, unitSeconds, challenge }: StoryParts): string =>
  layout(
    `${name} · Lantern`,
    `<article class="story">
<h1>${name}</h1>
<p class="byline">A story in ${passages.length} minutes, by Hanne Orlow</p>
<div class="passage">
${paragraphs(opening)}
</div>
<div id="passages">
${readHtml(owned)}
</div>
</article>
<section class="meter" aria-labelledby="read-on">
<h2 id="read-on">Read on</h2>
<p class="small">A cent a minute, for as long as you read. It stops when you look away, and what you have read stays yours.</p>
<micro-pay id="meter" meter="${unitSeconds}" most="${passages.length}" src="/read/{n}" amount="0.01" currency="USD" reason="A minute of ${name}" test><span slot="label">a minute</span><a href="/read/1">Read on for 1¢ a minute</a></micro-pay>
</section>
<section class="boost" aria-labelledby="boost">
<h2 id="boost">Boost this story</h2>
<p class="small">Each tap gives Hanne Orlow five cents more. There is nothing to get for it but the next story, sooner.</p>
<micro-pay id="boosts" meter="tap" to="${payee}" amount="0.05" currency="USD" reason="A boost for ${name}" test><a href="${payee}?amount=0.05&amp;currency=USD&amp;reason=A%20boost">Boost for 5¢</a></micro-pay>
<p class="small"><output id="boosted" for="boosts"></output></p>
</section>
${challenge}`,
    '<script type="module" src="/reading.js"></script>\n',
  );

/** One passage by itself: what the page puts below the last one, and what a link to it opens. */
export const passagePage = (passage: Passage): string =>
  layout(
    `Minute ${passage.minute} · ${name}`,
    `<article class="story">
<h1>${name}</h1>
<p class="byline">Minute ${passage.minute} of ${passages.length}</p>
${passageHtml(passage)}
<p class="back"><a href="/">To the whole story</a></p>
</article>`,
  );

/** What stands at a passage that wasn't paid for. */
export const closedPage = ({
  button,
  price,
  title,
}: Record<'button' | 'price' | 'title', string>) =>
  layout(
    `${title} · Lantern`,
    `<article class="story">
<h1>${name}</h1>
<p class="byline">${title.replace(`${name}, m`, 'M')}</p>
<section class="meter" aria-labelledby="read-on">
<h2 id="read-on">This minute, for ${price}</h2>
${button}
<p class="small">First time? It takes about 30 seconds, and nothing is charged without your confirmation. It is play money: nothing here is real.</p>
</section>
<p class="back"><a href="/">To the beginning of the story</a></p>
</article>`,
  );

export const missingPage = (): string =>
  layout(
    'Not found · Lantern',
    `<article class="story">
<h1>There is no such page</h1>
<p>Nothing was charged. <a href="/">To the story</a></p>
</article>`,
  );
