// P5: what a thousand taps of a session cost: calls of the wallet, rows the merchant writes, transfers in the ledger. Counted, not timed;
// a real wallet on a real file, and a merchant on another.
import { DatabaseSync } from 'node:sqlite';
import { newPayeeKey, paywall, sqliteStore } from '../src/merchant/index.ts';
import { challengesFrom } from '../src/protocol/challenge.ts';
import { formatCredential } from '../src/protocol/credential.ts';
import { signVoucher } from '../src/protocol/voucher.ts';
import { audit } from '../wallet/src/audit.ts';
import { addPayee } from '../wallet/src/payees.ts';
import { connected, newPerson, news, site, testWallet } from '../test/wallet/support.ts';
import { grantIn, open } from '../test/wallet/session-support.ts';

const taps = 1_000;
/** 0.02 cents each, so that a session of 20 cents has room for all. */
const price = 200n;

export async function measure() {
  const wallet = await testWallet();
  const { shop, calls, rows } = await openShop(wallet);
  const tapping = await reader(wallet, shop);
  let most = 0;
  for (let i = 1; i <= taps; i++) {
    const before = rows();
    const admission = await shop.admit(await tapping(i));
    if (!admission.admitted) throw new Error(`bench: a tap got ${admission.response.status}.`);
    await admission.seal(200, new Headers());
    // With the first tap comes the row of the wallet's keys.
    if (i > 1) most = Math.max(most, rows() - before);
  }
  // The keys of the wallet are fetched once.
  const onTheWay = calls.filter((path) => path !== '/.well-known/jwks.json').length;
  await shop.sessions.settle({ everything: true });
  const transfers = await wallet.context.store.read((tx) =>
    tx.all(`select amount from transfers where code = 'settle'`),
  );
  const { faults } = await wallet.context.store.read(audit);
  await wallet.close();
  const moved = transfers.reduce((sum, { amount }) => sum + amount, 0n);
  if (moved !== price * BigInt(taps) || faults.length > 0)
    throw new Error(`bench: ${moved} moved for ${taps} taps. ${faults.join(' ')}`);
  return [
    { goal: 'P5', what: `ledger transfers for ${taps} taps`, count: transfers.length, most: 1 },
    { goal: 'P5', what: 'calls of the wallet on the way', count: onTheWay, most: 0 },
    { goal: 'P5', what: 'rows the merchant writes for a tap', count: most, most: 2 },
  ];
}

async function openShop(wallet) {
  const key = await newPayeeKey();
  const origins = [{ origin: site, verifiedBy: 'well-known' }];
  await addPayee(wallet.context, { name: 'news', open: false, origins, key: key.x });
  const calls = [];
  const db = new DatabaseSync(':memory:');
  const shop = paywall({
    payee: news,
    price: { amount: '0.0002', currency: 'USD' },
    secret: 'a secret for measuring, 32 characters',
    test: true,
    sessions: { key, scope: 'GET /articles/*' },
    store: sqliteStore(db),
    now: () => wallet.clock.now * 1000,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      calls.push(new URL(request.url).pathname);
      return wallet.door(request, '192.0.2.1');
    },
  });
  const written = db.prepare('select total_changes() as count');
  return { shop, calls, rows: () => written.get().count };
}

/** Someone with a session open. @returns makes the request of the so manieth tap */
async function reader(wallet, shop) {
  const person = await connected(wallet, await newPerson(wallet));
  const answer = await open(wallet, person, price * BigInt(taps));
  const { jti: sid } = grantIn(answer);
  const unpaid = await shop.admit(new Request(`${site}/articles/1`));
  const [challenge] = challengesFrom(unpaid.response.headers.get('www-authenticate'));
  return async (number) => {
    const path = `/articles/${number}`;
    const claims = {
      sid,
      cum: String(price * BigInt(number)),
      cid: challenge.id,
      tap: `tap_${String(number).padStart(8, '0')}`,
      res: `GET ${path}`,
      amt: String(price),
    };
    const voucher = await signVoucher(claims, person.page.key);
    const payload =
      number === 1
        ? { action: 'open', grant: answer.json.grant, voucher }
        : { action: 'voucher', sessionId: sid, voucher };
    const authorization = formatCredential({ challenge, payload });
    return new Request(site + path, { headers: { authorization } });
  };
}
