/** Everything a first payment doesn't need, of the button and of the SDK. Loaded on use, by name, as one piece. */
import * as client from '../../src/client/later/index.ts';

export { client };
export { microPayIn } from '../../src/client/whole.ts';
export { meetNoAnswer, resume, tapAgain } from './fate.ts';
export { goInThisTab, meetBlockedWindow, meetObstacle, openFree, refusePrice } from './obstacle.ts';
export { openAccount } from './views.ts';
export { complain } from './complaint.ts';
export { refuse } from './refusal.ts';
