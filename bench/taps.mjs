// P1, P2, P4: a merchant's work for a tap of an open session, against one raw signature check by the same key.
import { randomBytes } from 'node:crypto';
import { assertSame, here, race, ratio, typical } from './measure.mjs';
import { rawVerify } from './reference/raw-verify.mjs';
import { openShop, price } from './shop.mjs';

/** P2 says 12 µs where a raw check takes 84; on another machine, as much of what it takes there. */
const spareShare = 12 / 84;

const one = { cum: String(price) };

export async function measure() {
  const shop = await openShop();
  const raw = rawVerify(shop.reader.jwk);
  const { authorization: opening } = await shop.tapping({ opens: true });
  await shop.check(opening);
  await assertSameVerdicts(shop, raw);
  const believing = await openShop();
  await believing.check((await believing.tapping({ opens: true })).authorization);
  believing.believe();

  const bad = (how) => async () => (await shop.tapping(how())).authorization;
  const refused = { work: (authorization) => refusing(shop, authorization) };
  const micros = await race(here({
    raw: { prepare: async () => raw.bytesOf((await shop.tapping({ claims: one })).voucher), work: raw.work },
    check: { prepare: bad(() => ({})), work: shop.check },
    rest: {
      prepare: async () => (await believing.tapping()).authorization,
      work: believing.check,
    },
    repeat: { prepare: async () => opening, work: shop.check },
    challenge: { ...refused, prepare: bad(() => ({ echo: forged(shop) })) },
    expired: { ...refused, prepare: bad(() => ({ echo: shop.expired })) },
    over: { ...refused, prepare: bad(() => ({ claims: { cum: '999999999999999999' } })) },
    stale: { ...refused, prepare: bad(() => ({ claims: one })) },
  }));
  micros.spare = micros.raw.map((own) => own * spareShare);
  const line = (goal, what, name, by = 'raw') => ({
    goal,
    what,
    ratio: ratio(micros, name, by),
    micros: typical(micros, name),
  });
  return [
    line('P1', 'a voucher’s full check, taken in memory', 'check'),
    line('P2', 'everything of it but the signature', 'rest', 'spare'),
    line('P4', 'a tap that is known', 'repeat'),
    line('P4', 'refused: a challenge that isn’t ours', 'challenge'),
    line('P4', 'refused: a challenge that has expired', 'expired'),
    line('P4', 'refused: signed for more than is held', 'over'),
    line('P4', 'refused: nothing new signed for', 'stale'),
    { what: 'a raw check: node:crypto, its key made once', micros: typical(micros, 'raw') },
  ];
}

const forged = ({ challenge }) => ({ ...challenge, id: randomBytes(32).toString('base64url') });

async function refusing({ check }, authorization) {
  try {
    await check(authorization);
  } catch {
    return;
  }
  throw new Error('The bench was let in without paying.');
}

/** A good signature, and two that were changed on the way: both say the same of each. */
async function assertSameVerdicts(shop, raw) {
  const other = (text, at) => text.slice(0, at) + (text.at(at) === 'A' ? 'B' : 'A') + text.slice(at + 1 || text.length);
  for (const becomes of [undefined, (text) => other(text, -20), (text) => other(text, -80)]) {
    const { voucher, authorization } = await shop.tapping({ becomes });
    const ours = await shop.check(authorization).then(Boolean, () => false);
    assertSame('a signature', ours, raw.work(raw.bytesOf(voucher)));
  }
}
