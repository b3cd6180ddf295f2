/** Which names a payee can have: its own, nobody's twin to the eye, and none that the wallet could be meant by. */
import { payeeName, printable } from 'micro-pay/protocol';
import { mixesScripts, skeleton } from './lookalikes.ts';
import type { Tx } from './store/store.ts';

/** Why a name can't be had, in words for who wants it; an empty one can be had. */
export interface Verdict {
  why?: string;
  /** One like it that is free */
  suggestion?: string | undefined;
}

/** Names under which someone could be asked for trust, and addresses that a wallet may need itself. */
const reserved = new Set(
  `about abuse account accounts admin administrator api app assets auth bank billing blog bot cash
  charge charges connect contact demo dev developer developers docs download email error example
  faq feedback fees finance fraud help home info item items jobs key keys legal live lock login
  logout mail me money newsletter notice null oauth official operator owned page passkey
  pay payee payees payment payments paypal press privacy questions receipt receipts refund refunds
  register root sales security server sessions settings settlements shop sign-in sign-up signin
  signup site sites snippet snippets staff static status stripe superuser support system team terms
  test tip tips trust undefined user users verified verify visa wallet wallets webmaster well-known
  www you new`
    .split(/\s+/)
    .map(skeleton),
);
const house = skeleton('micropay');

const refusals = {
  letters:
    'A name has 1 to 32 letters a–z, digits and hyphens, and a letter or digit at both ends.',
  doubled: 'Two hyphens in a row are hard to tell from one.',
  house: 'Names with “micro-pay” in them are kept for the wallet itself.',
  reserved: 'This name is kept, so that nobody can be taken for the wallet.',
  taken: 'This name is taken.',
  twin: 'This name looks like one that somebody has already.',
} as const;

/** @param name as somebody typed it */
export async function nameVerdict(tx: Tx, name: string): Promise<Verdict> {
  const why = await nameFault(tx, name);
  if (!why) return {};
  return { why: refusals[why], suggestion: await suggestionFor(tx, name) };
}

async function nameFault(tx: Tx, name: string): Promise<keyof typeof refusals | undefined> {
  if (name.includes('--')) return 'doubled';
  if (!payeeName.test(name)) return 'letters';
  const twin = skeleton(name);
  if (twin.includes(house)) return 'house';
  if (reserved.has(twin)) return 'reserved';
  const known = await tx.get<{ name: string }>(
    'select name from payees where name_twin = $1 order by name <> $2 limit 1',
    twin,
    name,
  );
  if (known) return known.name === name ? 'taken' : 'twin';
  return (await trustedTwin(tx, twin, name)) ? 'twin' : undefined;
}

/** What is tried after a name that can't be had. */
const endings = ['', '-tips', '-page', '-studio', '-2', '-3', '-4', '-5'];

async function suggestionFor(tx: Tx, name: string): Promise<string | undefined> {
  const base = tidy(name);
  if (!base || skeleton(base).includes(house)) return undefined;
  for (const ending of endings) {
    const other = base + ending;
    if (other !== name && !(await nameFault(tx, other))) return other;
  }
  return undefined;
}

/** The letters of it that a name may have. */
const tidy = (text: string): string =>
  text
    .slice(0, 200)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-+|-+$/g, '');

/** Whose words were believed: the operator's payees, and those that a site vouches for. */
const trustedTwin = (tx: Tx, twin: string, except: string) =>
  tx.get<{ name: string }>(
    `select name from payees p where p.name <> $2 and (p.name_twin = $1 or p.display_twin = $1)
     and (p.owner is null or exists (select 1 from payee_origins o
       where o.payee = p.name and o.verified_by is not null))`,
    twin,
    except,
  );

/** Marks that look like a word of this wallet's. */
const badges = /[\u2705\u2611\u2713\u2714\u{1F5F8}\u{1F512}\u{1F6E1}\u00AE\u2122]/u;
/** `news.example`, `163.example`, `https:`, `~news`, `@news`: what reads as an address. */
const addressLike = /[\p{L}\p{M}\p{N}][.。]\p{L}{2,}|:\/\/|^[~@]|\/~/u;

/**
 * What may stand beside a payee's address as its name. Two people may have the same one, and both are shown as not verified;
 * nobody may have one that a site's or the operator's word stands behind.
 * @param name whose it is; its own may stay as it is
 */
export async function displayVerdict(tx: Tx, display: string, name: string): Promise<Verdict> {
  const twin = skeleton(display);
  const say = (why: string): Verdict => ({ why });
  if (!display || display.length > 80)
    return say('The name that people see has 1 to 80 characters.');
  if (printable(display, 80) !== display || !/\p{L}/u.test(display))
    return say('The name that people see needs letters, and no invisible marks.');
  if (addressLike.test(display.normalize('NFKC')))
    return say(
      'The name that people see must not look like an address. Put a space after a point.',
    );
  if (mixesScripts(display))
    return say('The name that people see mixes letters of two alphabets in one word.');
  if (badges.test(display) || twin.includes(skeleton('verified')) || twin.includes(house))
    return say('The name that people see must not say what only this wallet can say.');
  if (reserved.has(twin)) return say(refusals.reserved);
  if (await trustedTwin(tx, twin, name))
    return say('The name that people see looks like that of someone who is known here.');
  return {};
}

/** Payees of an earlier version of this program have no skeletons yet. */
export async function fillTwins(tx: Tx): Promise<void> {
  const rows = await tx.all<{ name: string; display: string }>(
    'select name, display from payees where name_twin is null or display_twin is null',
  );
  for (const { name, display } of rows)
    await tx.run(
      'update payees set name_twin = $1, display_twin = $2 where name = $3',
      skeleton(name),
      skeleton(display),
      name,
    );
}
