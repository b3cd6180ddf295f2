/** Everything a first payment doesn't need, of the button and of the SDK. Loaded on use, by name, as one piece. */
export {
  assertWithinCaps,
  limitsOf,
  disbelieve,
  challengeIn,
  standing,
  tapOrCharge,
  undo,
  closeSession,
  statementOf,
  meter,
  tellPaid,
  insisted,
  afterClosing,
  settleAgain,
  finishUnpaid,
  deliverAgain,
  replayable,
  refreshKeys,
  keyOfTab,
  verify,
  redirect,
  resume,
  payingFetch,
  pay,
  capsFor,
  changeCaps,
  connect,
  disconnect,
  listReceipts,
} from '../../src/client/later/index.ts';
// Whatever the way has is reached from here too, so that bundlers leave it in one piece: docs/decisions/014.
export { start } from '../start.ts';
export { microPayIn } from '../../src/client/whole.ts';
export { askAgain, meetNoAnswer, resumeVisit } from './fate.ts';
export { goInThisTab, goOn, meetBlockedWindow, openFree, refusePrice } from './obstacle.ts';
export { openAccount, openReceipt } from './views.ts';
export { complain } from './complaint.ts';
export { refuse } from './refusal.ts';
