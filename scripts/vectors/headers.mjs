// What travels in headers: requests, challenges with their ids, credentials.
import {
  bindChallenge,
  canonicalJson,
  challengeKey,
  digestOf,
  encodeChargeRequest,
  encodeOpaque,
  encodeSessionRequest,
  formatChallenge,
  formatCredential,
  signReceipt,
  timeFrom,
  utf8,
} from '../../src/protocol/index.ts';
import { receiptFor } from './signed.mjs';
import { charge, now, payee, read, secret, session, signers } from './world.mjs';

const entry = (name, intent, input, encode) => ({
  name,
  intent,
  input,
  canonical: canonicalJson(input),
  output: encode(input),
});

export async function requests() {
  const { amount, currency, recipient } = charge;
  return {
    about:
      'The `request` of a challenge: base64url of canonical JSON (RFC 8785). Whoever echoes or signs it takes it as it came.',
    vectors: [
      entry('a charge', 'charge', charge, encodeChargeRequest),
      entry(
        'the least a charge says',
        'charge',
        { amount, currency, recipient },
        encodeChargeRequest,
      ),
      entry(
        'a fifth of a cent, with letters beyond ASCII',
        'charge',
        { amount: '2000', currency: 'usd-micro', recipient, description: 'Flüsse – “ganz” 🎈' },
        encodeChargeRequest,
      ),
      entry('a session', 'session', session, encodeSessionRequest),
      entry(
        'a metered session',
        'session',
        {
          amount: '500',
          currency: 'usd-micro',
          recipient,
          unitType: 'minute',
          methodDetails: { minVoucherDelta: '5000' },
        },
        encodeSessionRequest,
      ),
    ],
  };
}

/** A challenge of the payee's door, changed as told, with its id. */
export async function challengeFor(changes = {}) {
  const challenge = {
    realm: 'news.example',
    method: 'micropay',
    intent: 'charge',
    request: encodeChargeRequest(charge),
    expires: timeFrom(now + 600),
    opaque: encodeOpaque({ scope: read.scope, nonce: 'AAECAwQFBgcICQoL' }),
    ...changes,
  };
  return bindChallenge(challenge, await challengeKey(secret));
}

export async function challenges() {
  const bySession = {
    intent: 'session',
    request: encodeSessionRequest(session),
    expires: timeFrom(now + 86_400),
    opaque: encodeOpaque({ scope: 'GET /articles/*' }),
  };
  const digest = await digestOf(utf8('{"text":"hello"}'));
  const cases = [
    ['of a charge', {}],
    ['of a session', bySession],
    ['of a request with a body', { digest }],
    ['of nothing but what is required', { expires: undefined, opaque: undefined }],
    ['that names the header of its answer', { header: 'Payment-Authorization' }],
  ];
  return {
    about:
      'Challenges. `id` is HMAC-SHA256 by the UTF-8 of `secret` over realm|method|intent|request|expires|digest|opaque, empty where absent, and |header where it is present; `header` is the WWW-Authenticate value.',
    secret,
    vectors: await Promise.all(
      cases.map(async ([name, changes]) => {
        const { id, ...input } = await challengeFor(changes);
        return { name, input, output: { id, header: formatChallenge({ id, ...input }) } };
      }),
    ),
  };
}

export async function credentials() {
  const challenge = await challengeFor();
  const receipt = await signReceipt(receiptFor(challenge), signers.wallet);
  const payload = { type: 'receipt', receipt };
  return {
    about:
      'Credentials: the Authorization value that answers a challenge. The order of members is free; a reader takes any.',
    payee,
    vectors: [
      {
        name: 'a receipt',
        input: { challenge, payload },
        output: formatCredential({ challenge, payload }),
      },
    ],
  };
}
