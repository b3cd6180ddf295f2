/** What a text looks like to the eye: two texts of one skeleton could be taken for each other. Only ever compared, never shown. */

/** Each Latin letter, and what looks like it once case and accents are gone: Cyrillic, Greek, digits. */
const table =
  'a а α, b в β, c с, d ԁ đ, e е ε, g ɡ, h н һ ħ, j ј, k к κ, l 1 i | ı ł і ӏ ι, m м μ, n η, ' +
  'o 0 о ο ø, p р ρ, q ԛ, s ѕ, t т τ, u υ, v ν, w ԝ ω, x х χ, y у ү γ, z ζ';

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

/** One word in letters of two alphabets that share shapes: no language writes so, and a twin of another word does. */
export const mixesScripts = (text: string): boolean =>
  (text.match(/\p{L}+/gu) ?? []).some(
    (word) => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word),
  );
