/** What a text looks like to the eye: two texts of one skeleton could be taken for each other. Only ever compared, never shown. */

/** Each Latin letter, and what looks like it once case and accents are gone: Cyrillic, Greek, Armenian, rarer Latin, digits, strokes. */
const table =
  'a а α ᴀ ɑ, b в β ʙ ƅ, c с ᴄ, d ԁ đ ᴅ, e е ε ᴇ ℮, f ꜰ ƒ, g ɡ ց ɢ, h н һ ħ հ ʜ, j ј ᴊ ȷ, k к κ ᴋ, l 1 i | ı ł і ӏ ι ɪ ʟ ǀ ɩ 丨, m м μ ᴍ, ' +
  'n η ո ɴ, o 0 о ο ø օ ᴏ ٥ 〇, p р ρ ᴘ, q ԛ զ, r ʀ, s ѕ ꜱ, t т τ ᴛ ŧ, u υ ս ᴜ, v ν ᴠ ʋ, w ԝ ω ᴡ, x х χ, y у ү γ ʏ, z ζ ᴢ';

const latin = new Map(
  table.split(', ').flatMap((row) => {
    const [letter = '', ...others] = row.split(' ');
    return others.map((other) => [other, letter] as const);
  }),
);

/** Nothing but letters and digits, in lower case and without accents, each by what it looks like. */
export const skeleton = (text: string): string =>
  Array.from(
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}|℮]/gu, ''),
    (letter) => latin.get(letter) ?? letter,
  )
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

/** What is never written in one word with Latin letters: Japanese, Chinese and Korean are. */
const apart =
  /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;

/** One word in letters or digits of two alphabets: no language writes so, and a twin of another word does. */
export const mixesScripts = (text: string): boolean =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? []).some(
    (word) => /\p{Script=Latin}/u.test(word) && apart.test(word),
  );
