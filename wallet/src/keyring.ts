/** The wallet's secrets, in `keys.json` beside the database: made once, readable by its owner only. */
import { createHmac, createPrivateKey, createPublicKey, createSecretKey, sign } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { base64url, bytesFrom, jwkSchema, thumbprint, type Signer } from 'micro-pay/protocol';
import type { Keyring } from './context.ts';
import { sealed, unsealed } from './seal.ts';

/** 32 bytes, base64url */
const secret = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));
const fileSchema = v.object({
  version: v.literal(1),
  /** Seeds of Ed25519 */
  grants: secret,
  receipts: secret,
  /** Keys of HMAC-SHA256 */
  macs: v.object({ 'payer-id': secret, form: secret, login: secret }),
  /** Key of AES-256-GCM; files of earlier versions get theirs when they are first opened */
  seal: v.optional(secret),
});
type File = v.InferOutput<typeof fileSchema>;

/** RFC 8410: what stands before the 32 bytes of a seed in PKCS #8. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

async function signerFrom(seed: string): Promise<Signer> {
  const der = Buffer.concat([pkcs8Prefix, bytesFrom(seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const jwk = v.parse(jwkSchema, createPublicKey(key).export({ format: 'jwk' }));
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: async (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** @param random source of the secrets, used only when there are none yet */
export async function openKeyring(
  folder: string,
  random: (size: number) => Uint8Array<ArrayBuffer>,
): Promise<Keyring> {
  const path = join(folder, 'keys.json');
  const file = withSeal(path, read(path) ?? create(path, random), random);
  const [grants, receipts] = [await signerFrom(file.grants), await signerFrom(file.receipts)];
  const macKey = (text: string) => createSecretKey(text, 'base64url');
  // Derived: files that were made before there was mail have no secret for it.
  const email = createHmac('sha256', macKey(file.macs.login)).update('email').digest('base64url');
  const macs = {
    'payer-id': macKey(file.macs['payer-id']),
    form: macKey(file.macs.form),
    login: macKey(file.macs.login),
    email: macKey(email),
  };
  const sealing = createSecretKey(file.seal, 'base64url');
  return {
    grants,
    receipts,
    published: [grants, receipts].map(({ kid, jwk }) => ({
      ...jwk,
      kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
    mac: (purpose, text) => createHmac('sha256', macs[purpose]).update(text).digest('base64url'),
    seal: (text, about) => sealed(sealing, text, about, random(12)),
    unseal: (text, about) => unsealed(sealing, text, about),
  };
}

/** @returns undefined when there is no file; a file that can't be read stops the wallet: new keys would disown every receipt */
function read(path: string): File | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return v.parse(fileSchema, JSON.parse(text));
}

function create(path: string, random: (size: number) => Uint8Array<ArrayBuffer>): File {
  const fresh = () => base64url(random(32));
  const file: File = {
    version: 1,
    grants: fresh(),
    receipts: fresh(),
    macs: { 'payer-id': fresh(), form: fresh(), login: fresh() },
    seal: fresh(),
  };
  const draft = drafted(path, file);
  try {
    // A link appears whole or not at all, and never over keys that are there.
    linkSync(draft, path);
  } finally {
    rmSync(draft);
  }
  return file;
}

/** The folder is this process's alone while it serves, so nobody else adds one beside it. */
function withSeal(
  path: string,
  file: File,
  random: (size: number) => Uint8Array<ArrayBuffer>,
): File & { seal: string } {
  const seal = file.seal ?? base64url(random(32));
  if (file.seal === undefined) renameSync(drafted(path, { ...file, seal }), path);
  return { ...file, seal };
}

/** Written whole beside the file, and for its owner only. @returns where */
function drafted(path: string, file: File): string {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(file, undefined, 2), {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  return draft;
}
