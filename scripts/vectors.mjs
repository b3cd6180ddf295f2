// `npm run vectors` writes test/vectors: what travels, byte for byte, and what must be refused. Nothing in it is random, so
// the same sources write the same files; `--check` only says whether they are up to date.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { challenges, credentials, requests } from './vectors/headers.mjs';
import { lockedTexts } from './vectors/locked-texts.mjs';
import { payeeDoor } from './vectors/payee-door.mjs';
import { refusals } from './vectors/refusals.mjs';
import { signed } from './vectors/signed.mjs';
import { walletDoor } from './vectors/wallet-door.mjs';
import { keys } from './vectors/world.mjs';

const folder = fileURLToPath(new URL('../test/vectors/', import.meta.url));
const files = {
  keys,
  requests: await requests(),
  challenges: await challenges(),
  credentials: await credentials(),
  ...(await signed()),
  'locked-texts': await lockedTexts(),
  refusals: await refusals(),
  'payee-door': await payeeDoor(),
  'wallet-door': await walletDoor(),
};

const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  const path = `${folder}${name}.json`;
  const options = { ...(await resolveConfig(path)), filepath: path };
  const made = await format(JSON.stringify(content), options);
  if (!check) writeFileSync(path, made);
  else if (readFileSync(path, 'utf8') !== made) outOfDate(name);
}
const known = new Set(Object.keys(files).map((name) => `${name}.json`));
for (const name of readdirSync(folder)) if (!known.has(name)) outOfDate(name);

function outOfDate(name) {
  console.error(`test/vectors: ${name} is out of date: run \`npm run vectors\`.`);
  process.exitCode = 1;
}
