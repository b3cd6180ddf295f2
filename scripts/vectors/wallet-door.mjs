// Whole payments to a wallet's `POST /pay`, with the answer each must get: the good ones, and the others.
import { encodeChargeRequest, signIntent, signReceipt } from '../../src/protocol/index.ts';
import { grant, intent, receipt } from './signed.mjs';
import { charge, now, payee, signers, site, wallet } from './world.mjs';

const asked = (changes) => encodeChargeRequest({ ...charge, ...changes });

export async function walletDoor() {
  const rows = [];
  const add = async (name, claims, status, code, more = {}) => {
    const { signer = signers.page, body, origin = site, ...rest } = more;
    rows.push({
      name,
      request: {
        ...(origin && { origin }),
        body: body ?? (await signIntent({ ...intent, ...claims }, signer)),
      },
      status,
      ...(code && { code }),
      ...rest,
    });
  };
  const refused = (name, claims, code = 'verification-failed', more = {}) =>
    add(name, claims, code === 'verification-failed' ? 402 : 403, code, more);

  await add('a charge', {}, 200);
  const after = ['a charge'];
  await add('the same again', {}, 200, undefined, { after });
  await add('the same again, the next day', {}, 200, undefined, { after, now: now + 86_400 });
  await add('the same in a new intent', { jti: 'int_vectors_02' }, 200, undefined, { after });
  await add('the same id for another sum', { req: asked({ amount: '3' }) }, 409, 'id-reused', {
    after,
  });
  await add('the same id for another realm', { rlm: 'other.example' }, 409, 'id-reused', { after });
  await add('what is owned already', { cid: 'challenge_vectors_03' }, 409, 'already-owned', {
    after,
  });
  await add('a tip of a page without a server', { cid: 'tip_vectors_01', rlm: site }, 200);
  await refused('a tip in another’s name', { cid: 'tip_vectors_01' });

  await add('no JWS', {}, 400, 'malformed-request', { body: 'a.b' });
  const body = await signReceipt(receipt, signers.page);
  await add('a receipt for an intent', {}, 400, 'malformed-request', { body });
  await add('a charge of nothing', { req: asked({ amount: '0' }) }, 400, 'malformed-request');
  await add('a request that is none', { req: 'e30' }, 400, 'malformed-request');
  await refused('a grant nobody has', { gnt: 'gnt_vectors_09' }, 'grant-unknown');
  await refused('signed by another key', {}, undefined, { signer: signers.stranger });
  await refused('signed in another’s name', { iss: signers.stranger.kid });
  await refused('for another wallet', { aud: 'https://purse.example' });
  await refused('for another payee', {
    req: asked({ recipient: payee.replace('news', 'busker') }),
  });
  await refused('in a currency it doesn’t hold', { req: asked({ currency: 'eur' }) });
  await refused('good for more than a minute', { exp: now + 61 });
  await refused('from another site', {}, 'origin-not-listed', { origin: 'https://other.example' });
  await refused('from no site', {}, 'origin-missing', { origin: null });

  const late = { iat: now - 120, exp: now - 60 };
  await add('late by more than the skew', late, 402, 'payment-expired');
  await add(
    'early by more than the skew',
    { iat: now + 61, exp: now + 121 },
    402,
    'payment-expired',
  );
  await add('late within the skew', { iat: now - 119, exp: now - 59 }, 200);
  await add(
    'refused once, and asked again in time',
    { jti: 'int_vectors_03' },
    402,
    'payment-expired',
    {
      after: ['late by more than the skew'],
    },
  );
  await refused(
    'above the limit for one payment',
    { req: asked({ amount: '11' }) },
    'price-changed',
  );
  await refused(
    'above the limit, within the price agreed to',
    { req: asked({ amount: '5' }) },
    'cap-reached',
    {
      limits: { ...grant.lim, tap: '40000' },
    },
  );
  await refused('a grant that ended', { iat: grant.exp, exp: grant.exp + 60 }, 'grant-expired', {
    now: grant.exp,
  });

  return {
    about:
      'Bodies of `POST /pay`. Each meets a fresh wallet that has the grant of `setup`, given for the price agreed to, and has seen only the bodies named in `after`, at `now` of the row or else of `setup`; `limits` of a row stand instead of the grant’s.',
    setup: {
      now,
      issuer: wallet,
      payee: { name: 'news', origins: [site] },
      person: { balance: '10000000' },
      grant: { ...grant, env: undefined, sub: undefined },
      agreedPrice: '20000',
    },
    vectors: rows,
  };
}
