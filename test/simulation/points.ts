/** Every point at which a program may die: before and after each call of a port, and inside the wallet's transactions. */
const calls = {
  tab: ['fetch', 'signer.sign', 'storage.get', 'storage.list', 'storage.set', 'wait'],
  merchant: [
    'fetch',
    'handler',
    'store.find',
    'store.keepKeys',
    'store.keysOf',
    'store.owns',
    'store.take',
    'store.sessions.find',
    'store.sessions.forget',
    'store.sessions.owns',
    'store.sessions.pending',
    'store.sessions.save',
    'store.sessions.undone',
    'store.sessions.untold',
  ],
  wallet: ['store.read', 'store.write'],
};

/** Inside a transaction of the wallet, between two statements */
export const insideTransaction = 'wallet transaction inside';

/** A thousand seeds must have died at each of them. */
export const points: ReadonlySet<string> = new Set([
  ...Object.entries(calls).flatMap(([program, names]) =>
    names.flatMap((name) => [`${program} ${name} before`, `${program} ${name} after`]),
  ),
  insideTransaction,
]);
