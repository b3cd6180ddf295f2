/** How a payee's page looks: a picture, a few words, and sums to choose from. All of it is the payee's own word. */
import { createHash } from 'node:crypto';
import { decimalFrom, moneyFrom, inLedgerUnits, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

export interface Look {
  /** At most 2,000 characters, lines kept */
  about: string;
  /** In millionths, at most six, the smallest first */
  amounts: bigint[];
  /** Changes with the picture; undefined: there is none */
  picture: string | undefined;
}

export interface Picture {
  type: 'image/png' | 'image/jpeg' | 'image/webp';
  bytes: Uint8Array<ArrayBuffer>;
}

export const maxAbout = 2_000;
export const maxPictureBytes = 200_000;
const maxAmounts = 6;
const usualAmounts = [50_000n, 100_000n, 250_000n];

type Row = { about: string; amounts: string; picture: Uint8Array<ArrayBuffer> | null };

export async function lookOf(tx: Tx, payee: string): Promise<Look> {
  const row = await tx.get<Row>('select * from payee_pages where payee = $1', payee);
  const kept = row ? (JSON.parse(row.amounts) as string[]).map(BigInt) : [];
  return {
    about: row?.about ?? '',
    amounts: kept.length > 0 ? kept : usualAmounts,
    picture: row?.picture ? versionOf(row.picture) : undefined,
  };
}

const versionOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('base64url').slice(0, 12);

/** Marks that turn text around or can't be seen, line ends excepted. */
const unprintable = /[^\P{C}\n]|[\u2028\u2029]/gu;

/**
 * @param look `amounts` as somebody typed them, in dollars
 * @throws Problem `malformed-request`
 */
export async function setLook(
  context: Context,
  payee: string,
  look: { about: string; amounts: string },
): Promise<void> {
  const about = look.about.replace(/\r\n?/g, '\n').replace(unprintable, '').trim();
  if (about.length > maxAbout)
    throw new Problem('malformed-request', { detail: 'The words are too long.' });
  const amounts = amountsFrom(context, look.amounts).map(String);
  await change(context, payee, { about, amounts: JSON.stringify(amounts) });
}

function amountsFrom({ policy }: Context, text: string): bigint[] {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  if (words.length > maxAmounts)
    throw new Problem('malformed-request', { detail: 'At most six sums can be suggested.' });
  const amounts = words.map((word) => {
    try {
      const { amount } = inLedgerUnits(moneyFrom(word.replace(/^\$/, ''), 'USD'));
      if (amount <= policy.balance.singleMax) return amount;
    } catch {
      // Said below.
    }
    throw new Problem('malformed-request', { detail: 'Write sums like 0.05, up to 30.' });
  });
  return [...new Set(amounts)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** As `setLook` reads them. */
export const amountsText = ({ amounts }: Look): string =>
  amounts
    .map((amount) => decimalFrom({ amount: String(amount), currency: 'usd-micro' }))
    .join(', ');

/** @param bytes undefined: none any more. @throws Problem `malformed-request` for anything but a small picture of a known kind */
export async function setPicture(
  context: Context,
  payee: string,
  bytes: Uint8Array<ArrayBuffer> | undefined,
): Promise<void> {
  const type = bytes && typeOf(bytes);
  if (bytes && (!type || bytes.length > maxPictureBytes))
    throw new Problem('malformed-request', {
      detail: 'A picture is PNG, JPEG or WebP, and has at most 200 kB.',
    });
  await change(context, payee, { picture: bytes ?? null, picture_type: type ?? null });
}

/** By its first bytes: what somebody calls it counts for nothing. */
function typeOf(bytes: Uint8Array): Picture['type'] | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^RIFF....WEBP/s.test(head)) return 'image/webp';
  return undefined;
}

export const pictureOf = async (
  { store }: Pick<Context, 'store'>,
  payee: string,
): Promise<Picture | undefined> => {
  const row = await store.read((tx) =>
    tx.get<{ type: Picture['type']; bytes: Picture['bytes'] }>(
      `select picture_type as type, picture as bytes from payee_pages
       where payee = $1 and picture is not null`,
      payee,
    ),
  );
  return row && { type: row.type, bytes: row.bytes };
};

type Change =
  | { about: string; amounts: string }
  | { picture: Uint8Array<ArrayBuffer> | null; picture_type: string | null };

async function change(context: Context, payee: string, columns: Change): Promise<void> {
  const at = timeNow(context);
  await context.store.write(async (tx) => {
    await tx.run(
      'insert into payee_pages (payee, changed_at) values ($1, $2) on conflict (payee) do nothing',
      payee,
      at,
    );
    for (const [column, value] of Object.entries(columns))
      await tx.run(
        `update payee_pages set ${column} = $1, changed_at = $2 where payee = $3`,
        value,
        at,
        payee,
      );
  });
}
