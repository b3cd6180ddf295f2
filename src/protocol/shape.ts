/** The door: outside data is parsed here once, by a valibot schema, and becomes a Problem when it doesn't fit. */
import * as v from 'valibot';
import { isCurrencyId } from './currency.ts';
import { amountPattern } from './ledger-units.ts';
import { findPayee } from './payee.ts';
import { Problem, type ProblemCode } from './problem.ts';

export { printable } from './printable.ts';

/**
 * Parses outside data.
 * @throws Problem with the given code; it names the field (a name of ours), never its value
 */
export function shaped<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: ProblemCode,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const field = v.getDotPath(result.issues[0]);
  throw new Problem(code, field ? { detail: `Look at “${field}”.` } : {});
}

/** An id that a client or server makes: url-safe, 8 to 64 characters. */
export const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
/** NumericDate of RFC 7519, whole seconds. */
export const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Text of bounded length. NUL ends a string for some readers and not for others, so it is refused. */
export const plainText = (maxLength: number) =>
  v.pipe(v.string(), v.maxLength(maxLength), v.excludes('\0'));
export const shortText = plainText(256);

/** The shape of an amount on the wire. */
export const amountSchema = v.pipe(v.string(), v.regex(amountPattern));
export const currencySchema = v.pipe(
  v.string(),
  v.check((text: string) => isCurrencyId(text)),
);
export const payeeSchema = v.pipe(
  v.string(),
  v.check((text: string) => Boolean(findPayee(text))),
);
