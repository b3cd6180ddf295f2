/** A page with tip buttons and no payments on its server: it serves its own files and the element's, and remembers nothing. */
import { readFileSync } from 'node:fs';
import { framed, listening, optionsFrom, type Options, type Site } from '../shared/frame.ts';

/** Starts the page. */
export function start({
  port = 8082,
  payee = 'http://localhost:8080/~maya',
}: Options = {}): Promise<Site> {
  const page = readFileSync(new URL('./index.html', import.meta.url), 'utf8');
  const text = page.replaceAll('{{payee}}', payee);
  const missing = 'There is no such page.';
  const app = framed({ payee, home: import.meta.url, files: ['style.css'], missing });
  app.get('/', (c) => c.html(text));
  return listening(app, port);
}

if (import.meta.main)
  console.log(`Maya draws birds: ${(await start(optionsFrom(process.env))).url}`);
