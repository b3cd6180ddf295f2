/** Sessions on the wire: what mppx writes we read as it does, and the other way round. */
import assert from 'node:assert/strict';
import { Challenge, PaymentRequest } from 'mppx';
import {
  bindChallenge,
  challengeKey,
  challengesFrom,
  encodeJson,
  encodeOpaque,
  encodeSessionRequest,
  formatChallenge,
  sessionPayloadFrom,
  sessionRequestFrom,
  timeFrom,
  type SessionPayload,
  type SessionRequest,
} from '../src/protocol/index.ts';
import { check } from './check.ts';
import { charge, session } from './method.ts';

const secretKey = 'a secret of at least thirty-two characters';
const recipient = 'https://wallet.example/~news';
const request: SessionRequest = {
  amount: '2',
  currency: 'usd',
  recipient,
  unitType: 'article',
  suggestedDeposit: '40',
  description: 'Articles',
};
const jws = 'e30.e30.c2ln';
const sessionId = 'ses_0123456789';
const payloads: SessionPayload[] = [
  { action: 'open', grant: jws, voucher: jws },
  { action: 'voucher', sessionId, voucher: jws },
  { action: 'voucher', sessionId, voucher: jws, grant: jws },
  { action: 'topUp', sessionId, grant: jws },
  { action: 'undo', sessionId, tap: 'tap_0123456789', proof: jws },
  { action: 'close', sessionId, proof: jws },
];

/** A session before the charge, in one header, as docs/sessions.md says. */
async function offered(): Promise<string> {
  const key = await challengeKey(secretKey);
  const common = { realm: 'localhost', method: 'micropay' };
  const expires = timeFrom(Math.floor(Date.now() / 1000) + 86_400);
  const opaque = encodeOpaque({ scope: 'GET /articles/*' });
  const bySession = { intent: 'session', request: encodeSessionRequest(request), expires, opaque };
  const byCharge = {
    intent: 'charge',
    request: encodeJson({ amount: '2', currency: 'usd', recipient }),
    expires,
    opaque: encodeOpaque({ scope: 'GET /articles/1', nonce: 'bm9uY2U' }),
  };
  const challenges = [bySession, byCharge].map((one) => bindChallenge({ ...common, ...one }, key));
  return (await Promise.all(challenges)).map(formatChallenge).join(', ');
}

export async function sessionChecks(): Promise<void> {
  await check('mppx reads a session and a charge in one 402, each with its id', async () => {
    const challenges = Challenge.deserializeList(await offered());
    assert.deepEqual(
      challenges.map(({ intent }) => intent),
      ['session', 'charge'],
    );
    for (const one of challenges) assert.ok(Challenge.verify(one, { secretKey }));
    assert.deepEqual(session.schema.request.parse(challenges[0]?.request), request);
    assert.ok(charge.schema.request.parse(challenges[1]?.request));
  });

  await check(
    'a session’s request that mppx writes is read here, and is the same bytes',
    async () => {
      const challenge = Challenge.fromMethod(session, { realm: 'localhost', secretKey, request });
      const [read] = challengesFrom(Challenge.serialize(challenge));
      assert.deepEqual(sessionRequestFrom(read?.request, 'malformed-request'), request);
      assert.equal(read?.request, encodeSessionRequest(request));
      assert.equal(PaymentRequest.serialize({ ...request }), encodeSessionRequest(request));
    },
  );

  await check('each action of a session has one shape for mppx and for us', async () => {
    for (const payload of payloads) {
      assert.deepEqual(session.schema.credential.payload.parse(payload), payload);
      assert.deepEqual(sessionPayloadFrom(payload), payload);
    }
  });
}
