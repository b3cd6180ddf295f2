// Whole requests to a payee's server, with the answer each must get: the good ones, and the others.
import {
  encodeChargeRequest,
  encodeOpaque,
  formatCredential,
  signReceipt,
  timeFrom,
} from '../../src/protocol/index.ts';
import { challengeFor } from './headers.mjs';
import { jwsOf } from './raw-jws.mjs';
import { receiptFor } from './signed.mjs';
import { charge, now, payee, secret, signers, site } from './world.mjs';

const url = `${site}/articles/1`;
const live = { env: 'live' };

async function paying({ challenge = {}, echo = {}, claims = {}, sign, payload = {} } = {}) {
  const asked = await challengeFor(challenge);
  const receipt = { ...receiptFor(asked), ...live, ...claims };
  const made = sign ? await sign(receipt) : await signReceipt(receipt, signers.wallet);
  const shown = { type: 'receipt', receipt: made, ...payload };
  return formatCredential({ challenge: { ...asked, ...echo }, payload: shown });
}

const asking = (changes) => ({
  challenge: { request: encodeChargeRequest({ ...charge, ...changes }) },
});

export async function payeeDoor() {
  const good = await paying();
  const rows = [];
  const add = (name, authorization, status, code, more = {}) =>
    rows.push({
      name,
      request: { method: 'GET', url, ...(authorization && { authorization }) },
      status,
      ...(code && { code }),
      ...more,
    });
  const refused = async (name, how, code = 'verification-failed', more = {}) =>
    add(name, await paying(how), 402, code, more);

  add('nothing is offered', undefined, 402, 'payment-required');
  add('a payment', good, 200);
  add('the same bytes again, ten minutes less one second later', good, 200, undefined, {
    after: ['a payment'],
    now: now + 599,
  });
  add('the same bytes again, ten minutes later', good, 402, 'payment-expired', {
    after: ['a payment'],
    now: now + 600,
  });
  await refused('the same receipt in other bytes', { payload: { more: 1 } }, 'invalid-challenge', {
    after: ['a payment'],
  });
  add('no base64url', 'Payment !', 402, 'malformed-credential');
  add('no credential in it', 'Payment e30', 402, 'malformed-credential');
  add('two credentials', `${good}, ${good}`, 400, 'malformed-request');
  await refused('a payload nobody knows', { payload: { type: 'coupon' } }, 'malformed-credential');

  const page2 = await challengeFor({ opaque: encodeOpaque({ scope: 'GET /articles/2' }) });
  await refused('an edited realm', { echo: { realm: 'other.example' } }, 'invalid-challenge');
  await refused(
    'an edited request',
    { echo: asking({ amount: '1' }).challenge },
    'invalid-challenge',
  );
  await refused('an edited end', { echo: { expires: timeFrom(now + 6_000) } }, 'invalid-challenge');
  await refused('edited opaque', { echo: { opaque: page2.opaque } }, 'invalid-challenge');
  await refused('an added digest', { echo: { digest: 'sha-256=:AAAA:' } }, 'invalid-challenge');
  await refused(
    'an added header',
    { echo: { header: 'Payment-Authorization' } },
    'invalid-challenge',
  );
  await refused('another id', { echo: { id: 'A'.repeat(43) } }, 'invalid-challenge');
  await refused(
    'another page’s challenge',
    { challenge: { opaque: page2.opaque } },
    'invalid-challenge',
  );
  await refused(
    'another site’s challenge',
    { challenge: { realm: 'other.example' } },
    'invalid-challenge',
  );
  await refused('another method', { challenge: { method: 'acme' } }, 'invalid-challenge');
  await refused(
    'another payee’s challenge',
    asking({ recipient: payee.replace('news', 'busker') }),
    'invalid-challenge',
  );
  await refused('a challenge of a lower price', asking({ amount: '1' }), 'payment-insufficient');
  await refused('a challenge of a higher price', asking({ amount: '3' }));
  await refused('a challenge in another currency', asking({ currency: 'eur' }));
  add('a challenge at its end', good, 402, 'payment-expired', { now: now + 600 });

  const by = (signer) => (receipt) => signReceipt(receipt, signer);
  const typed = (typ) => (receipt) => jwsOf(typ, JSON.stringify(receipt));
  await refused('a receipt by a key the wallet doesn’t publish', { sign: by(signers.stranger) });
  await refused('a receipt by a stranger in the wallet’s name', {
    sign: by({ ...signers.stranger, kid: signers.wallet.kid }),
  });
  await refused('a grant for a receipt', { sign: typed('micropay-grant+jwt') });
  await refused('another wallet', { claims: { iss: 'https://purse.example' } });
  await refused('another payee', { claims: { aud: payee.replace('news', 'busker') } });
  await refused('paid for another challenge', { claims: { cid: 'challenge_vectors_09' } });
  await refused('paid too little', { claims: { amt: '1' } }, 'payment-insufficient');
  await refused('paid too much', { claims: { amt: '3' } });
  await refused('paid in another currency', { claims: { cur: 'eur' } });
  await refused('play money', { claims: { env: 'test' } }, 'test-money-refused');
  await refused('a receipt from the future', { claims: { iat: now + 61 } });
  await refused('a receipt that ended', { claims: { exp: now - 60 } }, 'payment-expired');
  const early = { challenge: { expires: timeFrom(now + 600) }, claims: { exp: now - 59 } };
  add('a receipt that ended within the skew', await paying(early), 200);

  return {
    about:
      'Requests to a payee’s server. Each meets a fresh server, which has seen only the requests named in `after`, at `now` of the row or else of `setup`.',
    setup: {
      now,
      payee,
      origin: site,
      secret,
      price: { amount: '0.02', currency: 'USD' },
      test: false,
      scope: 'GET /articles/1',
      jwks: { keys: [{ ...signers.wallet.jwk, kid: signers.wallet.kid }] },
    },
    vectors: rows,
  };
}
