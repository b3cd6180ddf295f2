/** Challenges in a `WWW-Authenticate` header, by the grammar: among other schemes, in any order, with anything escaped. */
import { challengeParameters, type Challenge } from './payment-header.ts';
import { Problem } from './problem-table.ts';

/** Bounds for a stranger's header. */
const maxHeaderLength = 16_384;
const maxChallenges = 8;

/** A parameter with its value, or a word that is a scheme where it stands first or behind a comma, with the commas before it. */
const element =
  /([\s,]*)([\w!#$%&'*+.^`|~/-]+)(?:[ \t]*=+[ \t]*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~/-]*)))?(?=[\s,]|$)/gsy;

/**
 * Finds the Payment challenges in a `WWW-Authenticate` value, among other schemes and in any order (RFC 9110 §11.6.1).
 * Parameter names are matched in any case; unknown parameters and foreign schemes are passed over.
 * @throws Problem `malformed-credential` for a header no grammar allows
 */
export function challengesFrom(header: string): Challenge[] {
  if (header.length > maxHeaderLength) throw new Problem('header-too-large');
  /** Of each scheme, whether it is ours, and its parameters */
  const schemes: { ours: boolean; parameters: Map<string, string> }[] = [];
  let end = 0;
  for (const match of header.matchAll(element)) {
    end = match.index + match[0].length;
    const [, before = '', word = '', quotedValue, plainValue] = match;
    const value = quotedValue?.replace(/\\(.)/gs, '$1') ?? plainValue;
    const { parameters } = schemes.at(-1) ?? {};
    const name = word.toLowerCase();
    // The first parameter needs a scheme before it, and none may stand twice.
    if (value !== undefined && parameters && !parameters.has(name)) parameters.set(name, value);
    else if (value !== undefined) throw new Problem('malformed-credential');
    // A word right behind a scheme is that scheme's token, and says nothing to us.
    else if (!parameters || before.includes(','))
      schemes.push({ ours: name === 'payment', parameters: new Map() });
  }
  if (/[^\s,]/.test(header.slice(end))) throw new Problem('malformed-credential');
  return schemes
    .flatMap(({ ours, parameters }) => (ours ? (challengeIn(parameters) ?? []) : []))
    .slice(0, maxChallenges);
}

/** Whether the answer goes in a header that we know; a challenge that names another is none we recognise. Their names have no case. */
export const namesKnownHeader = ({ header = 'Authorization' }: { header?: string | undefined }) =>
  /^(payment-)?authorization$/i.test(header);

/** @returns undefined where one is missing that the scheme asks for */
function challengeIn(parameters: Map<string, string>): Challenge | undefined {
  const challenge: Partial<Challenge> = {};
  for (const name of challengeParameters) {
    const value = parameters.get(name);
    if (value !== undefined) challenge[name] = value;
  }
  const { id, realm, method, intent, request } = challenge;
  return id && realm && method && intent && request
    ? { ...challenge, id, realm, method, intent, request }
    : undefined;
}
