/** Bytes and text on the wire: strict base64url, strict UTF-8, JSON without surprises, and JCS. */
import { Problem, type ProblemCode } from './problem-table.ts';

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As much as is looked at quickly; what is longer goes the long way. */
const room = /* @__PURE__ */ new Uint8Array(16_384);

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** @throws Problem `malformed-request` for invalid UTF-8 or a byte order mark */
export function textFrom(bytes: Uint8Array, code: ProblemCode = 'malformed-request'): string {
  try {
    const text = decoder.decode(bytes);
    if (!text.startsWith('\ufeff')) return text;
  } catch {
    // Refused below, without a word of what was sent.
  }
  throw new Problem(code, { detail: 'It is not plain UTF-8.' });
}

/** @param bytes some ten thousand at most: each is an argument of one call, which is faster than one call for each */
export function base64url(bytes: Uint8Array): string {
  const binary = Reflect.apply(String.fromCharCode, null, bytes);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @returns a character for each byte */
function binaryFrom(text: string, code: ProblemCode): string {
  const letters = text.replaceAll('-', '+').replaceAll('_', '/');
  try {
    const binary = atob(letters);
    // Spaces and padding are more letters than its bytes need; tail bits are not there when its end is encoded again.
    const isWhole = letters.length === Math.ceil((binary.length * 4) / 3);
    const end = btoa(binary.slice(-(binary.length % 3 || 3))).replace(/=+$/, '');
    const isForeign = ['+', '/'].some((sign) => text.includes(sign));
    if (isWhole && !isForeign && letters.endsWith(end)) return binary;
  } catch {
    // Refused below.
  }
  throw new Problem(code, { detail: 'It is not strict base64url.' });
}

/**
 * Decodes base64url. Padding, `+/`, spaces and non-zero tail bits are refused, so that one value has one spelling.
 * @throws Problem with the given code
 */
export function bytesFrom(
  text: string,
  code: ProblemCode = 'malformed-request',
): Uint8Array<ArrayBuffer> {
  const binary = binaryFrom(text, code);
  const bytes = new Uint8Array(binary.length);
  // A plain loop: `Uint8Array.from` takes ten times as long.
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Compares two strings in a time that depends on their lengths only. */
export function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++)
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i % (b.length || 1));
  return difference === 0;
}

/** Bounds for a stranger's JSON; everything we exchange is far below them. */
export const jsonLimits = { characters: 16_384, depth: 12 };

/**
 * Parses a stranger's JSON. Beyond `JSON.parse` it refuses what two readers could read differently or what bites later:
 * a repeated key, a key of `Object.prototype` such as `__proto__`, a lone surrogate, too much depth or length.
 * @throws Problem with the given code
 */
export function parseJson(
  text: string,
  code: ProblemCode = 'malformed-request',
  limits: typeof jsonLimits = jsonLimits,
): unknown {
  const refuse = (detail: string): never => {
    throw new Problem(code, { detail });
  };
  if (text.length > limits.characters) refuse('The JSON is too long.');
  const { json } = jsonFrom(text) ?? refuse('It is not JSON.');
  // The last of two equal keys is kept, so a text that has some is longer by a string than what came of it.
  if (stringsOf(json, limits.depth, refuse) !== quotesIn(text) / 2)
    refuse('A key stands twice in one object.');
  return json;
}

function jsonFrom(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Counts the strings of a value, its keys too, and looks at each. */
function stringsOf(json: unknown, depth: number, refuse: (detail: string) => never): number {
  if (typeof json === 'string')
    return json.isWellFormed() ? 1 : refuse('A string has a lone surrogate.');
  if (typeof json !== 'object' || json === null) return 0;
  if (depth === 0) refuse('The JSON is nested too deeply.');
  let count = 0;
  if (Array.isArray(json)) for (const member of json) count += stringsOf(member, depth - 1, refuse);
  else
    for (const key of Object.keys(json)) {
      if (key in Object.prototype) refuse('A key has a reserved name.');
      // V8 may take a key with an escape for one it saw before that has a backslash in it (nodejs/node#63785).
      if (key.includes('\\')) refuse('A key has a backslash.');
      const member = (json as Record<string, unknown>)[key];
      count += stringsOf(key, depth, refuse) + stringsOf(member, depth - 1, refuse);
    }
  return count;
}

/** Quotes at which a string begins or ends. What stands behind a backslash is a letter of its string. */
function quotesIn(json: string): number {
  const text = json.includes('\\') ? json.replace(/\\./g, '') : json;
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/** JSON Canonicalization Scheme, RFC 8785: keys by UTF-16 code units, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  const plain =
    value === null ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && value.isWellFormed()) ||
    (typeof value === 'number' && Number.isFinite(value));
  if (!plain) throw new TypeError('Only JSON values can be canonicalised.');
  return JSON.stringify(value);
}

export const encodeJson = (value: unknown): string => base64url(utf8(canonicalJson(value)));

/** Text whose UTF-8 travels as base64url. */
export function decodeText(text: string, code: ProblemCode): string {
  const binary = binaryFrom(text, code);
  // What is ASCII is its own UTF-8: each character takes one byte.
  const isAscii = encoder.encodeInto(binary, room).written === binary.length;
  return isAscii ? binary : textFrom(bytesFrom(text, code), code);
}

/** Base64url of JSON text, as `request` and `opaque` travel. */
export const decodeJson = (text: string, code: ProblemCode): unknown =>
  parseJson(decodeText(text, code), code);
