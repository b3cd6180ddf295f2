/** The public vectors at both doors: each whole request gets the answer that is written beside it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { paywall } from '../src/merchant/index.ts';
import { isProblemCode, jwkSchema, thumbprint, type ProblemCode } from '../src/protocol/index.ts';
import { allow } from '../wallet/src/allowances.ts';
import { issueGrant } from '../wallet/src/grants.ts';
import { addPayee } from '../wallet/src/payees.ts';
import { audited, newPerson, testWallet, type TestWallet } from './wallet/support.ts';

const folder = fileURLToPath(new URL('vectors/', import.meta.url));
const json = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));

const common = {
  name: v.string(),
  status: v.number(),
  code: v.optional(v.custom<ProblemCode>(isProblemCode)),
  after: v.optional(v.array(v.string()), []),
  now: v.optional(v.number()),
};

/** A row, and those that were sent before it. */
function withEarlier<Row extends { name: string; after: string[] }>(
  rows: Row[],
): [string, Row[]][] {
  const named = (name: string): Row => {
    const row = rows.find((one) => one.name === name);
    if (!row) throw new Error(`There is no row ${name}.`);
    return row;
  };
  return rows.map((row) => [row.name, [...row.after.map(named), row]]);
}

const codeIn = async (answer: Response): Promise<unknown> =>
  answer.ok ? undefined : v.parse(v.object({ code: v.string() }), await answer.json()).code;

const payeeDoor = v.parse(
  v.object({
    setup: v.object({
      now: v.number(),
      payee: v.string(),
      origin: v.string(),
      secret: v.string(),
      price: v.object({ amount: v.string(), currency: v.string() }),
      jwks: v.object({ keys: v.array(v.looseObject({ kid: v.string() })) }),
    }),
    vectors: v.array(
      v.object({
        ...common,
        request: v.object({
          method: v.string(),
          url: v.string(),
          authorization: v.optional(v.string()),
        }),
      }),
    ),
  }),
  json('payee-door'),
);

describe('at a payee’s server', () => {
  test.each(withEarlier(payeeDoor.vectors))('%s', async (_, rows) => {
    const { setup } = payeeDoor;
    const { payee, origin, secret, price } = setup;
    let { now } = setup;
    const pay = paywall({
      payee,
      origin,
      secret,
      price,
      now: () => now * 1000,
      fetch: () => Promise.resolve(Response.json(setup.jwks)),
    });
    for (const row of rows) {
      now = row.now ?? setup.now;
      const { url, method, authorization } = row.request;
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await pay.handle(new Request(url, { method, headers }), () => new Response());
      expect(answer.headers.has('payment-receipt')).toBe(answer.ok);
      expect([answer.status, await codeIn(answer)]).toEqual([row.status, row.code]);
      if (row.status === 402) expect(answer.headers.get('www-authenticate')).toMatch(/^Payment /);
    }
  });
});

const limits = v.object({ tap: v.string(), day: v.string(), total: v.string() });
const walletDoor = v.parse(
  v.object({
    setup: v.object({
      now: v.number(),
      issuer: v.string(),
      payee: v.object({ name: v.string(), origins: v.array(v.string()) }),
      grant: v.looseObject({
        jti: v.string(),
        org: v.string(),
        cnf: v.object({ jwk: jwkSchema }),
        lim: limits,
      }),
      agreedPrice: v.string(),
    }),
    vectors: v.array(
      v.object({
        ...common,
        request: v.object({ origin: v.optional(v.string()), body: v.string() }),
        limits: v.optional(limits),
      }),
    ),
  }),
  json('wallet-door'),
);

/** A wallet with the grant of the setup. */
async function walletWith(lim: v.InferOutput<typeof limits>, clock: () => number) {
  const { setup } = walletDoor;
  const { grant, payee, issuer, agreedPrice } = setup;
  const wallet = await testWallet({ issuer, dev: false, now: () => clock() * 1000 });
  const { context } = wallet;
  const origins = payee.origins.map((origin) => ({ origin, verifiedBy: undefined }));
  await addPayee(context, { name: payee.name, open: false, origins });
  const person = await newPerson(wallet);
  const { jwk } = grant.cnf;
  const chosen = {
    perPayment: BigInt(lim.tap),
    perDay: BigInt(lim.day),
    total: BigInt(lim.total),
  };
  const named = { id: grant.jti, person, payee: payee.name, origin: grant.org };
  const jkt = await thumbprint(jwk);
  await context.store.write(async (tx) => {
    await allow(tx, { person, payee: payee.name }, chosen, BigInt(agreedPrice));
    await issueGrant(tx, context, { ...named, jwk, jkt, limits: chosen });
  });
  return wallet;
}

const charges = async (wallet: TestWallet): Promise<number> => (await audited(wallet)).charges;

describe('at a wallet', () => {
  test.each(withEarlier(walletDoor.vectors))('%s', async (_, rows) => {
    const { setup } = walletDoor;
    let { now } = setup;
    const wallet = await walletWith(rows.at(-1)?.limits ?? setup.grant.lim, () => now);
    for (const row of rows) {
      now = row.now ?? setup.now;
      const before = await charges(wallet);
      const { origin, body } = row.request;
      const headers = new Headers({ 'content-type': 'text/plain' });
      if (origin !== undefined) headers.set('origin', origin);
      const asked = new Request(`${setup.issuer}/pay`, { method: 'POST', headers, body });
      const answer = await wallet.door(asked, '192.0.2.1');
      expect([answer.status, await codeIn(answer)]).toEqual([row.status, row.code]);
      // Whatever came before, it is charged at most once, and never for a refusal.
      const isNew = row.status === 200 && row === rows[0];
      expect(await charges(wallet)).toBe(before + (isNew ? 1 : 0));
    }
    expect((await audited(wallet)).faults).toEqual([]);
    await wallet.close();
  });
});
