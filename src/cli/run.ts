/** The command `micro-pay`: what it can do, and how it says what went wrong. */
import { parseArgs } from 'node:util';
import { problems, Problem } from '../protocol/problem.ts';
import { lockFile, relockFile, type Values } from './lock.ts';
import type { Ports } from './ports.ts';

const help = `micro-pay: sell the rest of a static page

  micro-pay lock FILE --payee https://wallet.example/~maya --price 0.02 --key payee-key.json
      Locks what follows the mark <!-- micro-pay: the rest is paid --> in FILE, or what an element with
      data-micropay-body holds; registers the item at the payee's wallet; and writes FILE.locked.html.
  micro-pay relock FILE --item itm_… --payee https://wallet.example/~maya --key payee-key.json
      The text changed: locks it anew for the same item and price. Who bought it can read it.

  --out FILE        where the locked page goes; the file itself is never changed
  --currency CODE   of the price; USD
  --title TEXT      on receipts; the page's own title
  --url ADDRESS     where the page will be read, on a site of the payee
  --free N          without a mark: so many blocks of the text stay
  --leave-out       leaves out scripts, frames and forms in the paid part, instead of refusing them
  --script ADDRESS  of the element, as the page will load it; /micro-pay.js
  --words TEXT      of the link for browsers without script; "Read the rest for {price}"
  --new-key         relock: who bought it before opens it again by one tap, for nothing

  The key file holds the private half, {"kty":"OKP","crv":"Ed25519","x":…,"d":…}; the wallet knows "x".
`;

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      payee: { type: 'string' },
      price: { type: 'string' },
      currency: { type: 'string', default: 'USD' },
      key: { type: 'string' },
      item: { type: 'string' },
      title: { type: 'string' },
      url: { type: 'string' },
      free: { type: 'string' },
      'leave-out': { type: 'boolean', default: false },
      script: { type: 'string', default: '/micro-pay.js' },
      words: { type: 'string' },
      'new-key': { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });

/** @returns the exit code */
export async function run(args: readonly string[], ports: Ports): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [command, file, ...more] = positionals;
    if (values.help || command === undefined) ports.say(help);
    else if (more.length > 0 || file === undefined)
      throw new Error(`${command} takes one file; --help shows how`);
    else await commandOf(command)(ports, file, values);
    return 0;
  } catch (error) {
    ports.complain(wordsFor(error));
    return 1;
  }
}

function commandOf(name: string): (ports: Ports, file: string, values: Values) => Promise<void> {
  if (name === 'lock') return lockFile;
  if (name === 'relock') return relockFile;
  throw new Error('there is no such command; --help shows them');
}

function wordsFor(error: unknown): string {
  if (error instanceof Problem)
    return [problems[error.code].title, error.detail].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : 'something failed';
}
