/**
 * A story that costs a cent a minute, for as long as somebody reads: minute after minute the page asks for the next passage,
 * and each passage is sold, and owned, by itself. A boost under it is a tip and has no server.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { challengeScript, honoPaywall, type Paywall } from 'micro-pay/merchant';
import { framed, listening, optionsFrom, type Options, type Site } from '../shared/frame.ts';
import { isOwned } from '../shared/owned.ts';
import { missingPage, passagePage, storyPage } from './pages.ts';
import { passageOf, passages, type Passage } from './passages.ts';
import { paywallIn } from './paywall.ts';

export interface StoryOptions extends Options {
  /** How long a minute is: a test need not wait for one */
  unitSeconds?: number;
}

export interface Story extends Site {
  /** What the wallet is told once, `payee add … --key`: the public half of the key that settles */
  payeeKey: string;
}

/** Starts the story, and settles what its readers owe from time to time; what wasn't is when it is started again. */
export async function start({
  port = 8083,
  payee = 'http://localhost:8080/~lantern',
  data = join(tmpdir(), 'micro-pay-metered-reading'),
  unitSeconds = 60,
}: StoryOptions = {}): Promise<Story> {
  const { pay, payeeKey } = await paywallIn(data, payee);
  const { url, close } = await listening(story(pay, payee, unitSeconds), port);
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

function story(pay: Paywall, payee: string, unitSeconds: number): Hono {
  const files = ['style.css', 'reading.js'];
  const app = framed({ payee, home: import.meta.url, files, missing: missingPage() });
  // Makes the payee's name “verified” on the wallet's pages.
  app.get('/.well-known/micropay-payee', (c) => c.json({ payees: [payee] }));
  app.get('/', async (c) => {
    const owned = await ownedBy(c.req.raw, pay);
    const challenge = await pay.sessionChallenge(c.req.raw);
    const embedded = challenge ? challengeScript(challenge) : '';
    return c.html(storyPage({ owned, payee, unitSeconds, challenge: embedded }));
  });
  app.use('/read/:minute', honoPaywall(pay, itemAt));
  app.get('/read/:minute', (c) => {
    const passage = passageOf(c.req.param('minute'));
    return passage ? c.html(passagePage(passage)) : c.notFound();
  });
  return app;
}

/** What was read once stands on the page again, and is not paid for again. */
async function ownedBy(request: Request, pay: Paywall): Promise<Passage[]> {
  const owned = await Promise.all(
    passages.map((passage) => isOwned(pay, request, `/read/${passage.minute}`, itemOf(passage))),
  );
  return passages.filter((_, index) => owned[index]);
}

const itemOf = ({ minute }: Passage) => ({
  title: `The Office of Lost Hours, minute ${minute} of ${passages.length}`,
});

/** After the last passage there is nothing for sale. */
const itemAt = (request: Request) => {
  const passage = passageOf(new URL(request.url).pathname.split('/').at(-1));
  return passage && itemOf(passage);
};

if (import.meta.main) {
  const { UNIT_SECONDS } = process.env;
  const minute = UNIT_SECONDS ? { unitSeconds: Number(UNIT_SECONDS) } : {};
  const { url, payeeKey } = await start({ ...optionsFrom(process.env), ...minute });
  console.log(`Its key, for the wallet: ${payeeKey}`);
  console.log(`The Office of Lost Hours: ${url}`);
}
