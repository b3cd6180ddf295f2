/** Locking a page: the teaser and everything around it stay as they are, byte for byte; the paid part becomes a button and a locked text. */
import { payeeFrom } from '../protocol/wallet-address.ts';
import { moneyFrom, priceLabel } from '../protocol/money.ts';
import { printable } from '../protocol/printable.ts';
import { lockedAttribute, lockText, type Locked } from './locked.ts';
import { leakOf } from './leaks.ts';
import { around, blocksOf, paidPart, type PaidPart } from './paid-part.ts';
import { safeCopy, type Found, type SafeCopy } from './safe-copy.ts';
import {
  attributeOf,
  below,
  isElement,
  maxFile,
  parseHtml,
  wordsIn,
  type HtmlElement,
  type HtmlParent,
} from './source.ts';
import { paidClass, structuredData } from './structured-data.ts';

/** How a file is to be divided. */
export interface Division {
  /** Blocks of the text that stay, where no mark in the file says what is paid */
  free?: number | undefined;
  /** Leaves out what can't be locked, instead of refusing the file */
  leaveOut?: boolean | undefined;
}

/** What locking a file would do. */
export interface Plan {
  /** Of the page, at most 80 characters */
  title: string;
  by: PaidPart['by'];
  /** Words of the blocks of the text, to choose from where there is no mark */
  blocks: string[];
  /** Words that stand before the paid part, and words that are locked */
  teaser: string;
  body: string;
  /** Why it can't be locked as it is; empty: it can */
  refused: Found[];
  /** What will be missing in the text that is opened */
  dropped: Found[];
}

export interface Item {
  /** `itm_…`, made by whoever locks; registered at the wallet under the same name */
  id: string;
  /** The payee's URL */
  payee: string;
  /** Major units in decimal, and ISO code, as the button says them */
  amount: string;
  currency: string;
  title: string;
  /** 32 bytes, base64url */
  key: string;
}

export interface LockOptions extends Division {
  item: Item;
  /** 12 random bytes, new for each text */
  nonce: Uint8Array<ArrayBuffer>;
  /** Where the page finds micro-pay.js, if it doesn't load it already */
  script?: string | undefined;
  /** The link for browsers without script; `{price}` is the price */
  words?: string | undefined;
  /** Says "play money" from the start */
  playMoney?: boolean | undefined;
}

/** Some editors begin a file with it; a parser would take it for a word. */
const byteOrder = '\ufeff';
/** Characters of a title at the wallet. */
const titleLength = 80;

interface Reading {
  /** Without its mark of byte order */
  html: string;
  document: HtmlParent;
  part: PaidPart;
  copy: SafeCopy;
}

/** @throws Error with words for the publisher: no mark, two, tags that don't fit, or no words to lock */
function read(file: string, { free }: Division): Reading {
  const html = file.startsWith(byteOrder) ? file.slice(1) : file;
  if (html.length > maxFile) throw new Error('the file has more than 8 million characters');
  // Written back, letters that could not be read would be lost.
  if (html.includes('\ufffd')) throw new Error('the file is not in UTF-8');
  const document = parseHtml(html);
  const part = paidPart(document, free);
  return { html, document, part, copy: safeCopy(part.nodes) };
}

/** Looks at a file without locking it. @throws Error with words for the publisher */
export function planFor(file: string, division: Division = {}): Plan {
  const { html, document, part, copy } = read(file, division);
  const { refused, dropped } = copy;
  return {
    title: titleOf(document),
    by: part.by,
    blocks: blocksOf(document).map(({ words }) => words.slice(0, 200)),
    teaser: teaserOf(html, part),
    body: wordsIn(part.nodes),
    refused: division.leaveOut ? [] : refused,
    dropped: division.leaveOut ? [...dropped, ...refused] : dropped,
  };
}

/** The blocks of a text that has no mark yet, to choose where the paid part begins. */
export const blocksIn = (html: string): string[] =>
  blocksOf(parseHtml(html)).map(({ words }) => words.slice(0, 200));

function teaserOf(html: string, part: PaidPart): string {
  const body = elementIn(parseHtml(around(html, part)[0]), 'body');
  return body ? wordsIn([body]) : '';
}

const elementIn = (document: HtmlParent, name: string): HtmlElement | undefined =>
  [...below(document)].find(
    (node): node is HtmlElement => isElement(node) && node.tagName === name,
  );

/**
 * @returns the locked page
 * @throws Error with words for the publisher; see `planFor`
 */
export async function lockPage(file: string, options: LockOptions): Promise<string> {
  const { html, document, part, copy } = read(file, options);
  const [first, ...more] = options.leaveOut ? [] : copy.refused;
  if (first) throw new Error(sentence([first, ...more]));
  const [before, after] = around(html, part);
  const leak = leakOf(parseHtml(before + after), part.nodes);
  if (leak !== undefined)
    throw new Error(`words of the paid part stand elsewhere in the file too: “${leak}”`);
  const { id: item, payee, key } = options.item;
  const locked = await lockText(copy.tree, { item, payee, key, nonce: options.nonce });
  const page = withHead(before + paidSection(options, locked) + after, document, options);
  return html === file ? page : byteOrder + page;
}

const sentence = (found: readonly Found[]): string =>
  `this can’t be in a locked text: ${found.map(({ line, what }) => `${what} (line ${line})`).join(', ')}`;

function titleOf(document: HtmlParent): string {
  const words = ['title', 'h1'].map((name) => {
    const node = elementIn(document, name);
    return node ? wordsIn([node]) : '';
  });
  return printable(words.find(Boolean) ?? '', titleLength);
}

function paidSection({ item, words, playMoney }: LockOptions, locked: Locked): string {
  const { id, amount, currency, title } = item;
  const payee = payeeFrom(item.payee).url;
  const price = priceLabel(moneyFrom(amount, currency));
  const link = (words ?? 'Read the rest for {price}').replace('{price}', price);
  const asked = { item: id, to: payee, amount, currency, reason: title };
  const attributes = Object.entries(asked).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `
<div class="${paidClass}">
<micro-pay ${attributes.join(' ')}${playMoney ? ' test' : ''}><a href="${escaped(`${payee}/${id}`)}">${escaped(link)}</a></micro-pay>
<script type="application/json" ${lockedAttribute}="${escaped(id)}">${inScript(locked)}</script>
</div>
`;
}

/** Before the head ends, or at the start of a file that has none: what a search engine reads, and the element. */
function withHead(html: string, document: HtmlParent, { item, script }: LockOptions): string {
  const elements = [...below(document)].filter((node) => isElement(node));
  const scripts = elements.filter(({ tagName }) => tagName === 'script');
  const isLoaded = scripts.some((one) => /micro-pay[^/]*\.js$/.test(attributeOf(one, 'src') ?? ''));
  const isTold = scripts.some((one) => wordsInScript(one).includes(`.${paidClass}`));
  const added = [
    isTold
      ? ''
      : `<script type="application/ld+json">${inScript(structuredData(item.title))}</script>\n`,
    isLoaded || script === undefined
      ? ''
      : `<script type="module" src="${escaped(script)}"></script>\n`,
  ].join('');
  const head = elements.find(({ tagName }) => tagName === 'head')?.sourceCodeLocation?.endTag;
  const at = head?.startOffset ?? afterDoctype(document);
  return html.slice(0, at) + added + html.slice(at);
}

/** The place is the same in the locked page: the paid part comes after it. */
const afterDoctype = ({ childNodes: [first] }: HtmlParent): number =>
  first?.nodeName === '#documentType' ? (first.sourceCodeLocation?.endOffset ?? 0) : 0;

const wordsInScript = ({ childNodes }: HtmlElement): string =>
  childNodes.map((node) => ('value' in node ? node.value : '')).join('');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char] ?? '');

/** JSON that can't end its script, nor begin another. */
const inScript = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');
