/** What a text looks like to the eye: two texts of one skeleton could be taken for each other. Only ever compared, never shown. */

/** Each Latin letter, and what looks like it once case and accents are gone: Cyrillic, Greek, Armenian, small capitals, digits. */
const table =
  'a а α ᴀ, b в β ʙ, c с ᴄ, d ԁ đ ᴅ, e е ε ᴇ, f ꜰ, g ɡ ց ɢ, h н һ ħ հ ʜ, j ј ᴊ, k к κ ᴋ, l 1 i | ı ł і ӏ ι ɪ ʟ, m м μ ᴍ, ' +
  'n η ո ɴ, o 0 о ο ø օ ᴏ, p р ρ ᴘ, q ԛ զ, r ʀ, s ѕ ꜱ, t т τ ᴛ, u υ ս ᴜ, v ν ᴠ, w ԝ ω ᴡ, x х χ, y у ү γ ʏ, z ζ ᴢ';

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
      .replace(/[^\p{L}\p{N}|]/gu, ''),
    (letter) => latin.get(letter) ?? letter,
  )
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

const shapedAlike =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;

/** One word in letters of two alphabets that share shapes: no language writes so, and a twin of another word does. */
export const mixesScripts = (text: string): boolean =>
  (text.match(/\p{L}+/gu) ?? []).some(
    (word) => /\p{Script=Latin}/u.test(word) && shapedAlike.test(word),
  );
