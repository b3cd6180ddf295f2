/**
 * Everything a first payment doesn't need, of the button and of the SDK. Loaded on use, by name, as one piece.
 * Of the SDK file by file: its own list has the meter in it, which is another piece here.
 */
export { assertWithinCaps, limitsOf, useNow } from '../../src/client/later/caps.ts';
export { disbelieve } from '../../src/client/later/alerts.ts';
export { challengeIn } from '../../src/client/later/asked.ts';
export { tellPaid } from '../../src/client/later/tell-paid.ts';
export { standing } from '../../src/client/later/standing.ts';
export { insisted } from '../../src/client/later/insist.ts';
export { afterClosing } from '../../src/client/later/closing.ts';
export { settleAgain } from '../../src/client/later/settle-again.ts';
export { finishUnpaid } from '../../src/client/later/finish.ts';
export { deliverAgain } from '../../src/client/later/deliver-again.ts';
export { replayable } from '../../src/client/later/replay.ts';
export { refreshKeys } from '../../src/client/later/keys.ts';
export { keyOfTab, verify } from '../../src/client/later/without-ed25519.ts';
export { closeSession, undo } from '../../src/client/session/undo.ts';
export { isLive } from '../../src/client/session/room.ts';
export { pageOf } from '../../src/client/later/whole-page.ts';
export { statementOf } from '../../src/client/session/statement.ts';
export { tapOrCharge } from '../../src/client/session/tap.ts';
export { redirect } from '../../src/client/later/redirect.ts';
export { resume } from '../../src/client/later/resume.ts';
export { payingFetch, pay, windowFor } from '../../src/client/later/shortcuts.ts';
export {
  capsFor,
  changeCaps,
  connect,
  disconnect,
  listReceipts,
} from '../../src/client/later/site.ts';
// Whatever the way has is reached from here too, so that bundlers leave it in one piece: docs/decisions/014.
export { start } from '../start.ts';
export { microPayIn } from '../../src/client/whole.ts';
export { askAgain, meetNoAnswer, resumeVisit } from './fate.ts';
export { goInThisTab, goOn, meetBlockedWindow, openFree, refusePrice } from './obstacle.ts';
export { openAccount, openReceipt } from './views.ts';
export { complain } from './complaint.ts';
export { refuse } from './refusal.ts';
export { meter } from './metered.ts';
export { owned, visitOf } from './visits.ts';
export { callWallet } from '../../src/client/session/wallet-call.ts';
export { liveApproval } from '../../src/client/later/grant.ts';
export { keepKey, keptKeys, keptReceipts } from '../../src/client/later/kept.ts';
