/** What people write to each other: lines made printable, and not too many of them. */
import { printable } from 'micro-pay/protocol';

const maxLines = 40;

/**
 * A stranger's text of several lines, as it is kept and shown: no control, no invisible mark, no line that is empty after an empty one.
 * @returns at most `maxLength` characters; nothing, where nothing can be read
 */
export function written(text: string, maxLength: number): string {
  const lines = text.slice(0, maxLength * 2).split(/\r\n|\r|\n/, maxLines);
  const shown = lines.map((line) => printable(line, maxLength)).join('\n');
  return Array.from(shown.replace(/\n{3,}/g, '\n\n').trim())
    .slice(0, maxLength)
    .join('')
    .trim();
}
