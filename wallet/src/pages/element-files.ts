/** The paste-a-tag file and its pieces, as the build put them beside this program; without a build there are none. */
import { readFolder, type Asset } from './assets.ts';

const files = readFolder('element');

/** The file that a page names. */
export const elementUrl = '/micro-pay.js';

/** Whether this wallet can show and serve the element. */
export const hasElement = (): boolean => files.has(elementUrl.slice(1));

export const findElement = (file: string): Asset | undefined => files.get(file);

/** Its name changes with its content: a piece, or a copy of one version. */
export const isPinned = (file: string): boolean => file !== elementUrl.slice(1);
