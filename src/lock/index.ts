/**
 * `micro-pay/lock`: locks the paid part of a static page, and opens it with the key that the wallet gives to who paid.
 * Every name is listed here by hand: this is the public surface.
 */
export { blocksIn, lockPage, planFor } from './page.ts';
export type { Division, Item, LockOptions, Plan } from './page.ts';
export { lockedAttribute, lockedFrom, lockText, maxTextBytes, openText } from './locked.ts';
export type { Locked } from './locked.ts';
export type { Found } from './safe-copy.ts';
export { assertSafeTree } from './tree.ts';
export type { SafeElement, SafeNode } from './tree.ts';
