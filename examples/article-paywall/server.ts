/** A newspaper whose articles cost two cents each: hono, the paywall, and an SQLite file that remembers who bought what. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { challengeScript, honoPaywall, type Paywall } from 'micro-pay/merchant';
import { framed, listening, optionsFrom, type Options, type Site } from '../shared/frame.ts';
import { isOwned } from '../shared/owned.ts';
import { accessLog } from './access-log.ts';
import { articleOf, articles, type Article } from './articles.ts';
import { articlePage, frontPage, missingPage } from './pages.ts';
import { paywallIn } from './paywall.ts';

export interface Newspaper extends Site {
  /** What the wallet is told once, `payee add … --key`: the public half of the key that settles */
  payeeKey: string;
}

/** Starts the newspaper, and settles what its readers owe from time to time; what wasn't is when it is started again. */
export async function start({
  port = 8081,
  payee = 'http://localhost:8080/~news',
  data = join(tmpdir(), 'micro-pay-article-paywall'),
}: Options = {}): Promise<Newspaper> {
  const { pay, payeeKey } = await paywallIn(data, payee);
  const { url, close } = await listening(newspaper(pay, payee, join(data, 'access.log')), port);
  const stopSettling = pay.sessions.startSettling();
  return {
    url,
    payeeKey,
    close: () => {
      stopSettling();
      return close();
    },
  };
}

function newspaper(pay: Paywall, payee: string, log: string): Hono {
  const missing = missingPage();
  const app = framed({ payee, home: import.meta.url, files: ['style.css'], missing });
  // Makes the payee's name “verified” on the wallet's pages.
  app.get('/.well-known/micropay-payee', (c) => c.json({ payees: [payee] }));
  app.get('/', async (c) => {
    const challenge = await pay.sessionChallenge(c.req.raw);
    const owned = await ownedBy(c.req.raw, pay);
    return c.html(frontPage(articles, owned, challenge ? challengeScript(challenge) : ''));
  });
  app.use('/articles/:id', accessLog(log));
  app.use('/articles/:id', honoPaywall(pay, itemAt));
  app.get('/articles/:id', (c) => {
    const article = articleOf(c.req.param('id'));
    return article ? c.html(articlePage(article)) : c.notFound();
  });
  return app;
}

/** What a visitor bought opens without a price on it. */
async function ownedBy(request: Request, pay: Paywall): Promise<Article[]> {
  const isBought = await Promise.all(
    articles.map(({ id, title }) => isOwned(pay, request, `/articles/${id}`, { title })),
  );
  return articles.filter((_, i) => isBought[i]);
}

/** An article that isn't there is not for sale. */
const itemAt = (request: Request) => {
  const article = articleOf(new URL(request.url).pathname.split('/').at(-1));
  return article && { title: article.title };
};

if (import.meta.main) {
  const { url, payeeKey } = await start(optionsFrom(process.env));
  console.log(`Its key, for the wallet: ${payeeKey}`);
  console.log(`The Quiet Courier: ${url}`);
}
