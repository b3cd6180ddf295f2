/** What a payee pastes: the button as HTML, and the link for places where no script runs. Pure: the page's script makes the same. */
import {
  inLedgerUnits,
  moneyFrom,
  payeeUrl,
  priceLabel,
  printable,
  type Money,
} from 'micro-pay/protocol';
import { contrast } from './contrast.ts';

export const kinds = ['tip', 'article', 'meter', 'item'] as const;
export type Kind = (typeof kinds)[number];

/** The one currency this wallet's accounts are kept in. */
export const currency = 'USD';

/** Which file a page loads: what the wallet has at the time, or one version, held to its hash. */
export const loads = ['newest', 'pinned'] as const;

/** A version of the element in one file. */
export interface Pinned {
  /** At the wallet */
  path: string;
  /** As browsers check it before it runs: `sha384-…` */
  integrity: string;
}

/** As the button is without any choice, by light. */
export const usualColours = { background: '#0b5345', color: '#ffffff' };
/** WCAG 2.2, 1.4.3. */
const leastContrast = 4.5;

/** What was chosen; every text is bounded and printable. */
export interface Wanted {
  kind: Kind;
  /** As it was typed, major units */
  amount: string;
  /** undefined: it can't be read */
  money: Money | undefined;
  /** What it is for; it stands on consent page and receipt */
  reason: string;
  /** A few words after the price */
  label: string;
  /** Of an article: the address that asks for the payment */
  src: string;
  /** Of an item: its id */
  item: string;
  background: string;
  color: string;
  load: (typeof loads)[number];
}

/** Whose it is. */
export interface Payable {
  /** Origin of this wallet */
  issuer: string;
  name: string;
  /** Play money: the button says so from the start */
  test: boolean;
}

/** @param field reads one of the form's fields; empty where there is none */
export function wantedFrom(field: (name: string) => string): Wanted {
  const amount = field('amount').slice(0, 14);
  const colour = (name: 'background' | 'color') =>
    /^#[0-9a-f]{6}$/i.test(field(name)) ? field(name).toLowerCase() : usualColours[name];
  return {
    kind: kinds.find((kind) => kind === field('kind')) ?? 'tip',
    amount,
    money: moneyOf(amount),
    reason: printable(field('reason')),
    label: printable(field('label'), 40),
    src: sourceFrom(printable(field('src'), 1_000)),
    item: /^itm_[\w-]{1,60}$/.test(field('item')) ? field('item') : '',
    background: colour('background'),
    color: colour('color'),
    // Why this one: docs/decisions/028.
    load: loads.find((load) => load === field('load')) ?? 'newest',
  };
}

/** A link to the maker's page may have chosen it: what runs is no address of an article. */
function sourceFrom(text: string): string {
  const { protocol = '' } = URL.parse(text, 'https://page.invalid/') ?? {};
  return text && ['https:', 'http:'].includes(protocol) ? text : '/article/42';
}

function moneyOf(amount: string): Money | undefined {
  try {
    return moneyFrom(amount, currency);
  } catch {
    return undefined;
  }
}

/** A link that pays by itself, on the wallet's own page; undefined for what is paid where it is read. */
export function linkOf(
  { issuer, name }: Pick<Payable, 'issuer' | 'name'>,
  wanted: Wanted,
): string | undefined {
  const { kind, amount, money, reason, item } = wanted;
  if (!money || kind === 'article') return undefined;
  if (kind === 'item') return item ? `${payeeUrl(issuer, name)}/${item}` : undefined;
  const query = new URLSearchParams({ amount, currency, ...(reason ? { reason } : {}) });
  return `${payeeUrl(issuer, name)}?${query}`;
}

/** Attributes of the element, in the order they are read in; without a look of its own it has no style. */
export function attributesOf({ issuer, name, test }: Payable, wanted: Wanted): [string, string][] {
  const { kind, amount, reason, src, item, background, color } = wanted;
  const own = background !== usualColours.background || color !== usualColours.color;
  const all: [string, string | false][] = [
    ['meter', kind === 'meter' && '60'],
    ['item', kind === 'item' && item],
    ['src', kind === 'article' && src],
    ['to', kind !== 'article' && payeeUrl(issuer, name)],
    ['amount', amount],
    ['currency', currency],
    ['reason', (kind === 'tip' || kind === 'meter') && reason],
    ['style', own && `--micro-pay-background: ${background}; --micro-pay-color: ${color}`],
  ];
  const said = all.filter((one): one is [string, string] => Boolean(one[1]));
  return test ? [...said, ['test', '']] : said;
}

/** What stands there until the button is ready, and for whoever has no script. */
export function fallbackWords({ kind, money }: Wanted): string {
  const price = money ? priceLabel(money) : '';
  return { tip: `Tip ${price}`, article: `Read for ${price}` }[String(kind)] ?? `Pay ${price}`;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => escapes[mark] ?? mark);

/**
 * @param pinned the version of now, for who wants one; undefined where the wallet has none
 * @returns HTML to paste; undefined as long as there is no price, or no item, to sell at
 */
export function snippetOf(
  payable: Payable,
  wanted: Wanted,
  pinned: Pinned | undefined,
): string | undefined {
  const { money, kind, item, label } = wanted;
  if (!money || (kind === 'item' && !item)) return undefined;
  const attributes = attributesOf(payable, wanted)
    .map(([name, value]) => `\n  ${name}${value && `="${escaped(value)}"`}`)
    .join('');
  const link = escaped(linkOf(payable, wanted) ?? wanted.src);
  const after = label ? `\n  <span slot="label">${escaped(label)}</span>` : '';
  const script = scriptTag(payable, wanted.load === 'pinned' ? pinned : undefined);
  return `${script}
${room}
<micro-pay${attributes}
>
  <a href="${link}">${escaped(fallbackWords(wanted))}</a>${after}
</micro-pay>`;
}

/** As high as the button will be: what stands below it doesn't move when it is there. */
export const room =
  '<style>micro-pay:not(:defined) { display: inline-block; min-height: 44px; vertical-align: middle }</style>';

/** The tag that loads the element from this wallet. @param pinned undefined: the wallet's newest */
export function scriptTag({ issuer }: Pick<Payable, 'issuer'>, pinned: Pinned | undefined): string {
  const held = pinned && [
    `src="${issuer}${pinned.path}"`,
    `integrity="${pinned.integrity}"`,
    'crossorigin="anonymous"',
  ];
  const attributes = held ?? [`src="${issuer}/micro-pay.js"`];
  return `<script type="module" ${attributes.join(' ')}></script>`;
}

/** How the payee stands at the wallet. */
export interface Standing {
  /** Millionths that a tap takes at most; undefined: more than anyone asks */
  cap: bigint | undefined;
  /** Whether any page may ask for it */
  open: boolean;
  /** Sites that are known to be its own */
  sites: number;
}

export interface Note {
  words: string;
  /** `warn`: it would not work, or not be read; `note`: only what it takes */
  look: 'warn' | 'note';
}

/** What would go wrong with it, and what it takes, in words for the payee. */
export function notesOf(wanted: Wanted, { cap, open, sites }: Standing): Note[] {
  const { money, kind, item, background, color } = wanted;
  const ratio = contrast(background, color);
  const micro = money && inLedgerUnits(money).amount;
  const notes: [boolean, string, look?: Note['look']][] = [
    [!money, 'Write the amount in dollars, like 0.05.'],
    [
      micro !== undefined && cap !== undefined && micro > cap,
      `A tap takes ${priceLabel({ amount: String(cap), currency: 'usd-micro' })} at most, until your buttons are only on sites that are verified.`,
    ],
    [
      !open && sites === 0,
      'No site of yours is verified yet, so this button can’t ask for anything.',
    ],
    [
      kind === 'article',
      'The address has to ask for the payment itself: that takes a server with micro-pay/merchant.',
      'note',
    ],
    [kind === 'item' && !item, 'Choose what it sells.'],
    [
      ratio < leastContrast,
      `These two colours are hard to tell apart: ${ratio.toFixed(1)} to 1, where 4.5 is needed to read them.`,
    ],
  ];
  return notes.filter(([is]) => is).map(([, words, look = 'warn']) => ({ words, look }));
}
