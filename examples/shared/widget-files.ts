/** The element's built files: `micro-pay.js` and the pieces it loads when they are needed, and each version in one piece. */
import { readFile } from 'node:fs/promises';

const directory = new URL('.', import.meta.resolve('micro-pay/widget'));
const fileName = /^micro-pay(-[\w-]{1,64}|@\d+\.\d+\.\d+)?\.js$/;

/** @returns the file's text; undefined for any other name, or when nothing was built */
export async function widgetFile(name: string): Promise<string | undefined> {
  if (!fileName.test(name)) return undefined;
  try {
    return await readFile(new URL(name, directory), 'utf8');
  } catch {
    return undefined;
  }
}
