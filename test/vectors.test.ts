/** The public vectors, read by our own parsers and verifiers, and by Node's crypto beside them. */
import { execFileSync } from 'node:child_process';
import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { lockText, openText, type SafeNode } from '../src/lock/index.ts';
import * as protocol from '../src/protocol/index.ts';
import type { Jwk, Jws, ProblemCode } from '../src/protocol/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bytes = v.record(v.string(), v.unknown());

function vectorsIn<Row extends v.GenericSchema>(name: string, row: Row): v.InferOutput<Row>[] {
  const text = readFileSync(`${root}test/vectors/${name}.json`, 'utf8');
  return v.parse(v.object({ about: v.string(), vectors: v.array(row) }), JSON.parse(text)).vectors;
}

const { secret, keys } = v.parse(
  v.object({
    secret: v.string(),
    keys: v.record(
      v.string(),
      v.object({ seed: v.string(), kid: v.string(), jwk: protocol.jwkSchema }),
    ),
  }),
  JSON.parse(readFileSync(`${root}test/vectors/keys.json`, 'utf8')),
);
function keyOf(name: string): { seed: string; kid: string; jwk: Jwk } {
  const key = keys[name];
  if (!key) throw new Error(`There is no key ${name}.`);
  return key;
}

/** RFC 8032 by OpenSSL. */
function signedByNode(text: string, seed: string): string {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return sign(null, Buffer.from(text), key).toString('base64url');
}

test('the vectors are what `npm run vectors` writes', () => {
  const check = ['scripts/vectors.mjs', '--check'];
  expect(() => execFileSync(process.execPath, check, { cwd: root, stdio: 'pipe' })).not.toThrow();
});

test.each(Object.entries(keys))('the key %s has its name by RFC 7638', async (_, { kid, jwk }) => {
  expect(await protocol.thumbprint(jwk)).toBe(kid);
  expect(() => protocol.assertStrongKey(jwk)).not.toThrow();
});

const requests = vectorsIn(
  'requests',
  v.object({
    name: v.string(),
    intent: v.picklist(['charge', 'session']),
    input: bytes,
    canonical: v.string(),
    output: v.string(),
  }),
);
test.each(requests)('the request of $name', ({ intent, input, canonical, output }) => {
  const code = 'malformed-request';
  const read = { charge: protocol.chargeRequestFrom, session: protocol.sessionRequestFrom };
  expect(read[intent](output, code)).toEqual(input);
  expect(protocol.canonicalJson(input)).toBe(canonical);
  expect(Buffer.from(output, 'base64url').toString()).toBe(canonical);
});

const challenges = vectorsIn(
  'challenges',
  v.object({
    name: v.string(),
    input: v.record(v.string(), v.string()),
    output: v.object({ id: v.string(), header: v.string() }),
  }),
);
test.each(challenges)('the challenge $name', async ({ input, output: { id, header } }) => {
  const slots = ['realm', 'method', 'intent', 'request', 'expires', 'digest', 'opaque'];
  const values = slots.map((slot) => input[slot] ?? '');
  const text = [...values, ...(input['header'] ? [input['header']] : [])].join('|');
  expect(createHmac('sha256', secret).update(text).digest('base64url')).toBe(id);
  const [challenge, ...more] = protocol.challengesFrom(header);
  expect(challenge).toEqual({ id, ...input });
  expect(more).toEqual([]);
  const key = await protocol.challengeKey(secret);
  if (challenge) await protocol.assertOwnChallenge(challenge, key);
  expect(challenge && protocol.formatChallenge(challenge)).toBe(header);
});

const credentials = vectorsIn(
  'credentials',
  v.object({ name: v.string(), input: bytes, output: v.string() }),
);
test.each(credentials)('the credential of $name', ({ input, output }) => {
  const credential = protocol.credentialFrom(output);
  expect(credential).toEqual(input);
  expect(protocol.receiptPayloadFrom(credential?.payload ?? {})).toEqual(input['payload']);
});

/** What reads each signed object, of whatever a stranger sent. */
type Read = (text: string, code: ProblemCode) => { jws: Jws; claims: object };
const readers: Record<string, Read> = {
  intent: (text) => {
    const { jws, intent: claims } = protocol.parseIntent(text);
    return { jws, claims };
  },
  grant: (text, code) => {
    const { jws, grant: claims } = protocol.parseGrant(text, code);
    return { jws, claims };
  },
  receipt: (text, code) => {
    const { jws, receipt: claims } = protocol.parseReceipt(text, code);
    return { jws, claims };
  },
  refund: (text, code) => {
    const { jws, refund: claims } = protocol.parseRefund(text, code);
    return { jws, claims };
  },
  proof: (text) => {
    const { jws, proof: claims } = protocol.parseProof(text);
    return { jws, claims };
  },
  voucher: (text, code) => {
    const { jws, voucher: claims } = protocol.parseVoucher(text, code);
    return { jws, claims };
  },
  'tap receipt': (text, code) => {
    const { jws, receipt: claims } = protocol.parseTapReceipt(text, code);
    return { jws, claims };
  },
  settlement: (text, code) => {
    const { jws, settlement: claims } = protocol.parseSettlement(text, code);
    return { jws, claims };
  },
  statement: (text, code) => {
    const { jws, statement: claims } = protocol.parseStatement(text, code);
    return { jws, claims };
  },
};

const signedRow = v.object({ name: v.string(), key: v.string(), input: bytes, output: v.string() });
describe.each(Object.entries(readers))('a good %s', (kind, read) => {
  test.each(vectorsIn(`${kind.replace(' ', '-')}s`, signedRow))(
    '$name comes back as it was signed, and there is one right signature',
    async ({ key, input, output }) => {
      const code = 'verification-failed';
      const { jws, claims } = read(output, code);
      expect(claims).toEqual(input);
      const { jwk, kid, seed } = keyOf(key);
      expect(jws.kid).toBe(kid);
      for (const verify of [protocol.strictVerify, protocol.nativeVerify])
        await protocol.verifyJws(jws, jwk, verify, code);
      const [head = '', payload = '', signature] = output.split('.');
      expect(signedByNode(`${head}.${payload}`, seed)).toBe(signature);
      expect(output.length).toBeLessThan(2_048);
    },
  );
});

const callInput = v.object({
  method: v.string(),
  url: v.string(),
  body: v.string(),
  iat: v.number(),
  jti: v.string(),
});
const calls = vectorsIn('calls', v.object({ ...signedRow.entries, input: callInput }));
test.each(calls)('the call $name', async ({ key, input, output }) => {
  const { method, url, iat, jti } = input;
  const asked = { key: keyOf(key).jwk, method, url, body: protocol.utf8(input.body), now: iat };
  const call = await protocol.verifyCall(output, asked, protocol.strictVerify);
  expect(call).toMatchObject({ jti, htm: method, htu: url, exp: iat + 60 });
});

const refusalsFile = v.parse(
  v.object({ now: v.number(), call: v.pick(callInput, ['method', 'url', 'body']) }),
  JSON.parse(readFileSync(`${root}test/vectors/refusals.json`, 'utf8')),
);
const refusals = vectorsIn(
  'refusals',
  v.object({
    name: v.string(),
    read: v.string(),
    key: v.optional(v.string(), ''),
    input: v.string(),
    code: v.custom<ProblemCode>(protocol.isProblemCode),
  }),
);

/** Reads and verifies as a door would. @throws Problem */
async function judged({ read, key, input, code }: (typeof refusals)[number]): Promise<unknown> {
  if (read === 'charge request') return protocol.chargeRequestFrom(input, code);
  if (read === 'session request') return protocol.sessionRequestFrom(input, code);
  if (read === 'key') return protocol.assertStrongKey({ kty: 'OKP', crv: 'Ed25519', x: input });
  const { jwk } = keyOf(key);
  if (read === 'call') {
    const { call, now } = refusalsFile;
    const asked = { ...call, key: jwk, body: protocol.utf8(call.body), now };
    return protocol.verifyCall(input, asked, protocol.strictVerify);
  }
  const { jws } = readers[read]?.(input, code) ?? {};
  if (!jws) throw new Error(`Nobody reads a ${read}.`);
  return protocol.verifyJws(jws, jwk, protocol.strictVerify, code);
}

test.each(refusals)('refused as a $read: $name', async (row) => {
  await expect(judged(row)).rejects.toMatchObject({ name: 'Problem', code: row.code });
});

test('what must be refused is refused by the platform’s Ed25519 too', async () => {
  for (const { read, key, input, code } of refusals) {
    if (!readers[read]) continue;
    const judging = async () => {
      const { jws } = readers[read]?.(input, code) ?? {};
      if (jws) await protocol.verifyJws(jws, keyOf(key).jwk, protocol.nativeVerify, code);
    };
    await expect(judging(), input).rejects.toMatchObject({ code });
  }
});

describe('a locked text', () => {
  const words = v.object({
    name: v.string(),
    input: v.object({
      item: v.string(),
      payee: v.string(),
      key: v.string(),
      nonce: v.string(),
      tree: v.custom<SafeNode[]>(Array.isArray),
    }),
    output: v.object({
      v: v.literal(1),
      item: v.string(),
      payee: v.string(),
      nonce: v.string(),
      size: v.number(),
      text: v.string(),
    }),
  });
  test.each(vectorsIn('locked-texts', words).map((row) => [row.name, row] as const))(
    '%s: locked to the byte, and opened by its key alone',
    async (_name, { input, output }) => {
      const { tree, key, nonce, ...named } = input;
      const how = { ...named, key, nonce: protocol.bytesFrom(nonce) };
      expect(await lockText(tree, how)).toEqual(output);
      expect(await openText(output, key)).toEqual(tree);
      const other = protocol.base64url(new Uint8Array(32).fill(9));
      await expect(openText(output, other)).rejects.toThrow();
    },
  );
});
