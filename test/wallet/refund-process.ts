/** Another process of a wallet: gives back one payment so many times at once, in parts, and says how many were done. */
import { join } from 'node:path';
import { policy, strictVerify } from '../../src/protocol/index.ts';
import { Limits } from '../../wallet/src/app/limits.ts';
import { Arrivals } from '../../wallet/src/arrivals.ts';
import type { Context } from '../../wallet/src/context.ts';
import { openKeyring } from '../../wallet/src/keyring.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { openSqlite } from '../../wallet/src/store/sqlite.ts';

const [, , data = '', payment = '', name = '', count = '0', now = '0'] = process.argv;
const store = openSqlite({ path: join(data, 'wallet.sqlite'), serves: false });
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const clock = () => Number(now) * 1000;
const nobody = () => Promise.reject(new Error('Nobody is asked here.'));
const context: Context = {
  issuer: 'http://localhost:8787',
  env: 'test',
  dev: true,
  proxy: undefined,
  now: clock,
  random,
  fetch,
  mail: undefined,
  resolver: { lookup: nobody, txt: nobody },
  schedule: () => () => {},
  store,
  keys: await openKeyring(data, random),
  policy,
  verify: strictVerify,
  limits: new Limits(policy.rates, clock),
  arrivals: new Arrivals(),
  versions: new Map(),
  log: () => {},
};
const asked = Array.from({ length: Number(count) }, (_, i) =>
  refund(context, { id: `rfd_${name}_${i}`, payment, payee: 'news', amount: 1_000n, reason: '' }),
);
const told = await Promise.allSettled(asked);
await store.close();
console.log(told.filter(({ status }) => status === 'fulfilled').length);
