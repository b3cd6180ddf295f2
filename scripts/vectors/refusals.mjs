// What a reader or verifier must refuse, without a door around it: one text, who reads it, and the code.
import {
  authorizeCall,
  base64url,
  canonicalJson,
  encodeJson,
  utf8,
} from '../../src/protocol/index.ts';
import { jwsOf, part } from './raw-jws.mjs';
import { call, intent, grant, proof, receipt, refund, tapReceipt, voucher } from './signed.mjs';
import { charge, now, payee, session, signers } from './world.mjs';

const json = (value) => JSON.stringify(value);

/** The objects, by what reads them: type, good claims, whose key, and what is said of a bad one. */
const kinds = {
  intent: ['micropay-intent+jwt', intent, 'page', 'malformed-request'],
  grant: ['micropay-grant+jwt', grant, 'wallet', 'verification-failed'],
  receipt: ['micropay-receipt+jwt', receipt, 'wallet', 'verification-failed'],
  refund: ['micropay-refund+jwt', refund, 'wallet', 'verification-failed'],
  proof: ['micropay-proof+jwt', proof, 'page', 'verification-failed'],
  voucher: ['micropay-voucher+jwt', voucher, 'page', 'verification-failed'],
  'tap receipt': ['micropay-tap+jwt', tapReceipt, 'payee', 'verification-failed'],
};

async function ofEachKind() {
  const rows = [];
  for (const [read, [typ, claims, key, code]] of Object.entries(kinds)) {
    const signer = signers[key];
    const good = await jwsOf(typ, json(claims), { signer });
    const add = (name, input, instead = code) =>
      rows.push({ name, read, key, input, code: instead });
    const wrongTyp = typ === kinds.receipt[0] ? kinds.grant[0] : kinds.receipt[0];
    add('another type', await jwsOf(wrongTyp, json(claims), { signer }));
    add('one claim edited', edited(good, claims));
    add('signed by another key', await jwsOf(typ, json(claims), { signer: signers.stranger }));
    const [first] = Object.keys(claims);
    add(`no ${first}`, await jwsOf(typ, json({ ...claims, [first]: undefined }), { signer }));
  }
  // The signature of a readable intent is judged by the wallet as a payment's, not as a text's.
  for (const row of rows)
    if (row.read === 'intent' && /edited|another key/.test(row.name))
      row.code = 'verification-failed';
  return rows;
}

/** The good signature over other words. */
function edited(jws, claims) {
  const [head, , signature] = jws.split('.');
  const [name] = Object.keys(claims);
  const word = String(claims[name]);
  const other = word.slice(0, -1) + (word.endsWith('w') ? 'x' : 'w');
  return `${head}.${part(json({ ...claims, [name]: other }))}.${signature}`;
}

async function ofJws() {
  const [typ, claims, key, code] = kinds.receipt;
  const text = json(claims);
  const good = await jwsOf(typ, text);
  const [head, payload, signature] = good.split('.');
  const by = (header) => jwsOf(typ, text, { header });
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const cases = {
    'alg none': `${part(json({ alg: 'none', typ, kid: signers.wallet.kid }))}.${payload}.`,
    'alg HS256': await by({ alg: 'HS256' }),
    'alg in another case': await by({ alg: 'eddsa' }),
    'no alg': await by({ alg: undefined }),
    'no kid': await by({ kid: undefined }),
    'a critical extension': await by({ crit: ['b64'], b64: false }),
    'a claim that stands twice': await jwsOf(typ, `{"amt":"1",${text.slice(1)}`),
    'a reserved name': await jwsOf(typ, `{"__proto__":{},${text.slice(1)}`),
    'a lone surrogate': await jwsOf(typ, text.replace('How', String.raw`\ud800`)),
    'nested too deeply': await jwsOf(
      typ,
      `{"x":${'['.repeat(12)}${']'.repeat(12)},${text.slice(1)}`,
    ),
    'not JSON': await jwsOf(typ, `${text},`),
    'two parts': `${head}.${payload}`,
    'four parts': `${good}.`,
    padding: `${good}==`,
    'stray bits at the end':
      good.slice(0, -1) + String.fromCharCode(good.charCodeAt(good.length - 1) + 1),
    'a signature that is too short': `${head}.${payload}.${signature.slice(0, 84)}`,
    'a signature with its S plus the order': `${head}.${payload}.${plus(signature, order)}`,
    'more than 4,096 characters': await jwsOf(typ, json({ ...claims, pad: 'x'.repeat(3_000) })),
  };
  return Object.entries(cases).map(([name, input]) => ({
    name,
    read: 'receipt',
    key,
    input,
    code,
  }));
}

/** The same point R, and another S for the same residue: what RFC 8032 §5.1.7 refuses. */
function plus(signature, order) {
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  const made = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return base64url(Buffer.concat([bytes.subarray(0, 32), made]));
}

const asked = (changes) => encodeJson({ ...charge, ...changes });
const unit = (changes) => encodeJson({ ...session, ...changes });

function ofRequests() {
  const code = 'malformed-request';
  const charges = {
    'nothing to pay': asked({ amount: '0' }),
    'a sign': asked({ amount: '-2' }),
    'a leading zero': asked({ amount: '02' }),
    'a decimal': asked({ amount: '0.02' }),
    'a number': asked({ amount: 2 }),
    'nineteen digits': asked({ amount: '1000000000000000000' }),
    'more than the ledger holds': asked({ amount: '100000000000000' }),
    'a currency in upper case': asked({ currency: 'USD' }),
    'a currency that is none': asked({ currency: 'usx' }),
    'a payee without a name': asked({ recipient: 'https://wallet.example' }),
    'a payee in the clear': asked({ recipient: 'http://wallet.example/~news' }),
    'a payee with a path': asked({ recipient: `${payee}/x` }),
    'a scope with a line break': asked({
      methodDetails: { entitles: { scope: 'a\nb', seconds: 1 } },
    }),
    'owned for no time': asked({ methodDetails: { entitles: { scope: 'a', seconds: 0 } } }),
    'a reference with a space': asked({ externalId: 'order 1' }),
    'an amount that stands twice': part(`{"amount":"1",${canonicalJson(charge).slice(1)}`),
    padding: `${asked({})}=`,
    'a byte order mark': part(`\ufeff${canonicalJson(charge)}`),
  };
  const sessions = {
    'a unit that costs nothing': unit({ amount: '0' }),
    'no unit': unit({ unitType: undefined }),
    'a unit in upper case': unit({ unitType: 'Article' }),
    'a deposit that is no amount': unit({ suggestedDeposit: '0.40' }),
  };
  const rows = (read, cases) =>
    Object.entries(cases).map(([name, input]) => ({ name, read, input, code }));
  return [...rows('charge request', charges), ...rows('session request', sessions)];
}

async function ofCalls() {
  const signedCall = (changes, signer = signers.page) =>
    authorizeCall({ ...call, body: utf8(call.body), ...changes }, signer);
  const good = await signedCall({});
  const claims = JSON.parse(Buffer.from(good.split('.')[1], 'base64url').toString());
  const long = await jwsOf('micropay-call+jwt', json({ ...claims, exp: now + 61 }), {
    signer: signers.page,
  });
  const cases = {
    'another scheme': good.replace('Micropay', 'Bearer'),
    'another method': await signedCall({ method: 'DELETE' }),
    'another address': await signedCall({ url: `${call.url}/x` }),
    'another wallet': await signedCall({ url: call.url.replace('wallet', 'purse') }),
    'another body': await signedCall({ body: utf8(`${call.body} `) }),
    'another key': await signedCall({}, signers.stranger),
    'two minutes old': await signedCall({ iat: now - 120 }),
    'more than a minute early': await signedCall({ iat: now + 61 }),
    'good for more than a minute': `Micropay ${long}`,
  };
  return Object.entries(cases).map(([name, input]) => ({
    name,
    read: 'call',
    key: 'page',
    input,
    code: 'proof-invalid',
  }));
}

/** Keys under which one signature can stand for several messages; RFC 8032's check alone lets some of them through. */
function ofKeys() {
  const cases = {
    'the neutral element': `01${'00'.repeat(31)}`,
    'a point of order two': `ec${'ff'.repeat(30)}7f`,
    'a point of order four': '00'.repeat(32),
    'a point of order eight': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'a coordinate beyond the field': `ee${'ff'.repeat(30)}7f`,
    'no point of the curve': `02${'00'.repeat(31)}`,
  };
  return Object.entries(cases).map(([name, hex]) => ({
    name,
    read: 'key',
    input: base64url(Buffer.from(hex, 'hex')),
    code: 'malformed-request',
  }));
}

export async function refusals() {
  return {
    about:
      'Texts that must be refused. `read` says as what they are read, `key` whose signature is expected, `code` what is said. Calls are checked against `call`, at `now`.',
    now,
    call: { method: call.method, url: call.url, body: call.body },
    vectors: [
      ...(await ofEachKind()),
      ...(await ofJws()),
      ...ofRequests(),
      ...(await ofCalls()),
      ...ofKeys(),
    ],
  };
}
