/** A link as a QR code, for where it is printed. */
import { encode } from 'uqr';

/** Characters; more would make a code that a phone can hardly read. */
const longest = 1_000;

/**
 * @returns an SVG with the quiet zone of four modules that scanners need, and medium error correction: paper gets dirty
 * @throws Error for a link that is too long
 */
export function qrCode(link: string): string {
  if (link.length > longest) throw new Error('The link is too long for a code.');
  const { size, data } = encode(link, { ecc: 'M', border: 4 });
  const bars = data.flatMap((row, y) =>
    // One bar for each run of dark modules: squares side by side would show hairlines in print.
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${bars.join('')}"/></svg>`;
}
