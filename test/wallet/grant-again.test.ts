/** An approval whose answer got lost: told again to the key it was given to, and nothing is granted by it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { revokeSite } from '../../wallet/src/allowances.ts';
import { callBy, connectedPaying, seller, topUp, type CallChanges } from './session-support.ts';
import {
  allowPage,
  ask,
  audited,
  contents,
  newKey,
  newPage,
  newPerson,
  pay,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
let reader: Connected;
beforeEach(async () => {
  wallet = await testWallet();
  await seller(wallet);
  reader = await connectedPaying(wallet, await newPerson(wallet));
});
afterEach(() => wallet.close());

const again = (grantId = reader.grantId, changes: CallChanges = {}) => {
  const { page } = reader;
  const call = { method: 'GET' as const, path: `/grants/${grantId}` };
  return callBy(wallet, page.key, call, { origin: page.origin, ...changes });
};

test('grant and session are those that were lost, byte for byte, and nothing is charged or held', async () => {
  const { calls: _, ...before } = await contents(wallet);
  const { status, json, headers } = await again();
  expect(status).toBe(200);
  const { grant, session, allowance } = reader.answer;
  expect(session).toBeDefined();
  expect(json).toEqual({ grant, session, allowance, now: wallet.clock.now });
  expect(headers.get('cache-control')).toBe('no-store');
  const { calls: __, ...after } = await contents(wallet);
  expect(after).toEqual(before);
});

test('a session that grew meanwhile is told as it is now', async () => {
  const { json } = await again();
  const sid = (await contents(wallet))['sessions']?.[0]?.['id'];
  const grown = await topUp(wallet, reader, String(sid), { seq: 1, amount: '20000' });
  expect(await again()).toMatchObject({
    json: { session: (grown.json as { grant: string }).grant },
  });
  expect(json).not.toMatchObject({ session: (grown.json as { grant: string }).grant });
});

test('it is told to nobody else', async () => {
  for (const signer of [await newKey(wallet.random), await seller(wallet)])
    expect((await again(reader.grantId, { signer })).json).toMatchObject({ code: 'proof-invalid' });
  const elsewhere = await again(reader.grantId, { origin: 'https://evil.example' });
  expect(elsewhere.json).toMatchObject({ code: 'origin-not-listed' });
  const nowhere = await again(reader.grantId, { origin: undefined });
  expect(nowhere.json).toMatchObject({ code: 'origin-missing' });
});

test.each(['gnt_of_nobody_at_all', 'no'])('%s is no approval', async (grantId) => {
  expect(await again(grantId)).toMatchObject({ status: 403, json: { code: 'grant-unknown' } });
});

// Red without: wallet/src/grants.ts: if (!grant) throw new Problem('grant-unknown');
test('T15 who started a question that somebody allowed has nothing by its id: it is granted by the reference alone', async () => {
  const attacker = await newPage(wallet);
  const asked = await ask(wallet, attacker);
  await allowPage(wallet, attacker, reader.person);
  const before = await contents(wallet);
  const guess = await again(asked.continue.gnt, { signer: attacker.key });
  expect([guess.status, guess.json]).toMatchObject([403, { code: 'grant-unknown' }]);
  expect(await contents(wallet)).toEqual(before);
});

test('a call is taken once, and thirty times a minute', async () => {
  const jti = 'call_once_only';
  expect((await again(reader.grantId, { jti })).status).toBe(200);
  expect((await again(reader.grantId, { jti })).json).toMatchObject({ code: 'proof-invalid' });
  for (let i = 0; i < 28; i += 1) await again();
  expect((await again()).json).toMatchObject({ code: 'rate-limited' });
});

test('one that was taken back is told too, for what is still to be delivered; it pays nothing', async () => {
  await revokeSite(wallet.context, reader.person, 'news');
  expect((await again()).json).toMatchObject({ grant: reader.answer.grant });
  expect((await pay(wallet, reader)).json).toMatchObject({ code: 'grant-revoked' });
  expect(await audited(wallet)).toMatchObject({ charges: 1, faults: [] });
});
