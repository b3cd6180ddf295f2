/** A stranger's words made safe to show on one line. */

// Bidi controls, zero-width marks, line breaks and other controls let a text pose as another one.
const unprintable = /[\p{C}\u2028\u2029]/gu;

/** Controls and invisible marks removed, length bounded by whole characters. */
export const printable = (text: string, maxLength = 120): string =>
  Array.from(text.normalize('NFC').replace(unprintable, '').trim()).slice(0, maxLength).join('');
