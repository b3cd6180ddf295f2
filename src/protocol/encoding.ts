/** Bytes and text on the wire: strict base64url, strict UTF-8, JSON without surprises, and JCS. */
import { Problem, type ProblemCode } from './problem-table.ts';

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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

export function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * Decodes base64url. Padding, `+/`, spaces and non-zero tail bits are refused, so that one value has one spelling.
 * @throws Problem with the given code
 */
export function bytesFrom(
  text: string,
  code: ProblemCode = 'malformed-request',
): Uint8Array<ArrayBuffer> {
  if (/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1) {
    const letters = text.replaceAll('-', '+').replaceAll('_', '/');
    const binary = atob(letters);
    const bytes = new Uint8Array(binary.length);
    // A plain loop: a merchant decodes three of these for each tap.
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    // Encoded again it is the same, but for the padding.
    if (btoa(binary).startsWith(letters)) return bytes;
  }
  throw new Problem(code, { detail: 'It is not strict base64url.' });
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
  const value = jsonFrom(text) ?? refuse('It is not JSON.');
  assertPlain(text, limits.depth, refuse);
  return value.json;
}

function jsonFrom(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * Walks a text that is JSON from string to string: only where a key can stand is a string taken for a key. What JSON.parse
 * has read before has an end for every string.
 */
function assertPlain(text: string, maxDepth: number, refuse: (detail: string) => never): void {
  if (!text.isWellFormed()) refuse('A string has a lone surrogate.');
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i);
      const string = unescaped(text, i, end, refuse);
      const keys = open.at(-1);
      i = end;
      if (!keyNext || !keys) continue;
      if (string in Object.prototype) refuse('A key has a reserved name.');
      if (keys.has(string)) refuse('A key stands twice in one object.');
      keys.add(string);
      keyNext = false;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null);
      keyNext = char === '{';
      if (open.length > maxDepth) refuse('The JSON is nested too deeply.');
    } else if (char === '}' || char === ']') open.pop();
    else if (char === ',') keyNext = Boolean(open.at(-1));
  }
}

/** A quote behind an odd number of backslashes is a letter of the string. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end;
  }
}

/** Only an escape can hide a lone surrogate, or spell a key in another way. */
function unescaped(
  text: string,
  start: number,
  end: number,
  refuse: (detail: string) => never,
): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const string = JSON.parse(text.slice(start, end + 1)) as string;
  return string.isWellFormed() ? string : refuse('A string has a lone surrogate.');
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

/** Base64url of JSON text, as `request` and `opaque` travel. */
export const decodeJson = (text: string, code: ProblemCode): unknown =>
  parseJson(textFrom(bytesFrom(text, code), code), code);
