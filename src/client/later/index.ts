/** Everything a first payment by window doesn't need. Loaded on use, by name, as one piece. */
export { assertWithinCaps, limitsOf } from './caps.ts';
export { disbelieve } from './alerts.ts';
export { challengeIn } from './asked.ts';
export { tellPaid } from './tell-paid.ts';
export { standing } from './standing.ts';
export { insisted } from './insist.ts';
export { afterClosing } from './closing.ts';
export { settleAgain } from './settle-again.ts';
export { finishUnpaid } from './finish.ts';
export { deliverAgain } from './deliver-again.ts';
export { replayable } from './replay.ts';
export { refreshKeys } from './keys.ts';
export { keyOfTab, verify } from './without-ed25519.ts';
export { redirect } from './redirect.ts';
export { resume } from './resume.ts';
export { payingFetch, pay } from './shortcuts.ts';
export { capsFor, changeCaps, connect, disconnect, listReceipts } from './site.ts';
