/** What only a locked page needs, as one piece. Loaded by name where an element sells an item. */
export { owned } from '../../src/client/later/purchases.ts';
export { ItemVisit } from './item-visit.ts';
// Whatever the way has is reached from here too, so that bundlers leave it in one piece: docs/decisions/014.
export { start } from '../start.ts';
