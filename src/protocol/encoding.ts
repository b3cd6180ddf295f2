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
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    if (base64url(bytes) === text) return bytes;
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

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/**
 * Walks the tokens of a text that is JSON: only where a key can stand is a string taken for a key.
 * On a text that isn't, open strings would make the pattern start over at every quote.
 */
function assertPlain(text: string, maxDepth: number, refuse: (detail: string) => never): void {
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (const [token] of text.matchAll(tokens)) {
    const keys = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      keyNext = token === '{';
      if (open.length > maxDepth) refuse('The JSON is nested too deeply.');
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') keyNext = Boolean(keys);
    else if (token !== ':') {
      const key = JSON.parse(token) as string;
      if (!key.isWellFormed()) refuse('A string has a lone surrogate.');
      if (!keyNext || !keys) continue;
      if (key in Object.prototype) refuse('A key has a reserved name.');
      if (keys.has(key)) refuse('A key stands twice in one object.');
      keys.add(key);
      keyNext = false;
    }
  }
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
