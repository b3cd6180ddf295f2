/** What only a meter needs, as one piece. Loaded by name where an element is one. */
export { meter } from '../../src/client/session/meter.ts';
export { MeterVisit } from './meter-visit.ts';
// Whatever the way has is reached from here too, so that bundlers leave it in one piece: docs/decisions/014.
export { start } from '../start.ts';
