/** A lock is worth nothing where the same words stand beside it: in a description, in structured data, in a comment. */
import { below, isElement, isText, wordsIn, type HtmlNode, type HtmlParent } from './source.ts';

/** Letters in a row that nobody writes twice by chance. */
const telling = 40;

/** @returns the first words of a paid block that the rest of the file has too */
export function leakOf(rest: HtmlParent, paid: readonly HtmlNode[]): string | undefined {
  const pieces = new Map<string, string>();
  for (const node of paid) {
    const words = wordsIn([node]);
    const letters = lettersOf(words);
    for (let at = 0; at + telling <= letters.length; at += telling)
      pieces.set(letters.slice(at, at + telling), words.slice(0, telling));
  }
  const elsewhere = lettersOf(allWordsIn(rest));
  for (let at = 0; at + telling <= elsewhere.length; at++) {
    const found = pieces.get(elsewhere.slice(at, at + telling));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Without spaces: where they stand differs between a text and its copies. */
const lettersOf = (text: string): string => text.replace(/\s+/g, '');

/** Words, scripts, comments and attributes. */
function allWordsIn(document: HtmlParent): string {
  const words: string[] = [];
  for (const node of below(document)) {
    if (isText(node)) words.push(unescaped(node.value));
    if ('data' in node) words.push(node.data);
    if (isElement(node)) words.push(...node.attrs.map(({ value }) => value));
  }
  return words.join(' ');
}

/** As JSON writes letters, in structured data. */
const unescaped = (text: string): string =>
  text
    .replace(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\[nrt]/g, ' ')
    .replace(/\\(["/])/g, '$1');
