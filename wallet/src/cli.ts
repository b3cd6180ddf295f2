#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/** The command `micro-pay-wallet`: serve, add and list payees and their keys, check the books. */
import { parseArgs } from 'node:util';
import { assertOrigin, payeeUrl, Problem } from 'micro-pay/protocol';
import { audit } from './audit.ts';
import { addressFrom } from './email-codes.ts';
import { mailBy, type SendMail } from './mail.ts';
import { addPayeeKey, removePayeeKey } from './payee-keys.ts';
import { addPayee, allPayees, findPayee } from './payees.ts';
import { startWallet } from './server.ts';
import { statementOf } from './site-statement.ts';
import { systemResolver } from './site-visit.ts';
import { openReadOnly, openSqlite } from './store/sqlite.ts';
import { databaseIn } from './wallet.ts';
import { mkdirSync } from 'node:fs';

const help = `micro-pay-wallet: a wallet for payments of a few cents

  micro-pay-wallet serve --data DIR [--port N] [--host ADDRESS] [--issuer URL] [--proxy ADDRESS]
                         [--mail COMMAND --mail-from ADDRESS] [--dev]
      Serves the wallet from this folder. It speaks plain http behind a proxy that speaks https:
      name the wallet's public address (--issuer) and the proxy's (--proxy).
      --mail: a program that sends what it reads, such as 'sendmail -t'. With it people without a passkey can
      sign in by a code, for small sums; without it they can't.
      --dev serves http on this machine, for development. --port 0 takes a free port.

  micro-pay-wallet payee add NAME --data DIR [--origin URL]... [--open] [--display TEXT] [--key X]
      Adds someone who can be paid, and the sites that may ask in their name; again, to change them.
      Each site is asked whether it says the same. --open: a button may stand on any page, for small sums.
      The payee's address needs the wallet's: serve once before, or give --issuer URL.
      --key: the Ed25519 public key (x, base64url) that the payee's server settles sessions with.

  micro-pay-wallet payee key NAME --data DIR [--add X] [--remove X]
      Two keys are good at a time: a third one takes the place of the older.

  micro-pay-wallet payee list --data DIR
  micro-pay-wallet ledger check --data DIR
      Rebuilds every balance from the transfers. Ends with 1 when anything is wrong.
`;

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '8787' },
      host: { type: 'string', default: '127.0.0.1' },
      issuer: { type: 'string' },
      proxy: { type: 'string' },
      mail: { type: 'string' },
      'mail-from': { type: 'string' },
      dev: { type: 'boolean', default: false },
      origin: { type: 'string', multiple: true, default: [] },
      open: { type: 'boolean', default: false },
      display: { type: 'string' },
      key: { type: 'string' },
      add: { type: 'string' },
      remove: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
type Values = ReturnType<typeof parse>['values'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** For the operator: one sentence, and exit code 1. */
function fail(reason: string): never {
  process.stderr.write(`micro-pay-wallet: ${reason}\n`);
  process.exit(1);
}

const folder = ({ data }: Pick<Values, 'data'>): string =>
  data ?? fail('please name the folder: --data DIR');

async function serve(values: Values): Promise<void> {
  const { dev, issuer, proxy, host } = values;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail('--port is a number up to 65535');
  const data = folder(values);
  const mail = mailOf(values);
  const wallet = await startWallet({ data, issuer, proxy, dev, port, host, mail });
  say(`wallet ready at ${wallet.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void wallet.close().then(() => process.exit(0)));
}

function mailOf({ mail, 'mail-from': from }: Values): SendMail | undefined {
  if (mail === undefined) return undefined;
  return mailBy(mail, from ? addressFrom(from) : fail('--mail needs --mail-from ADDRESS'));
}

/** Beside a wallet that serves, too: one transaction that adds rows and moves no money. */
async function payeeAdd(values: Values, name: string): Promise<void> {
  const data = folder(values);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const store = openSqlite({ path: databaseIn(data), serves: false });
  try {
    const known = await store.read((tx) =>
      tx.get<{ value: string }>(`select value from meta where name = 'issuer'`),
    );
    const issuer = values.issuer ?? known?.value;
    if (issuer !== undefined) assertOrigin(issuer, 'malformed-request');
    const dev = values.dev || (issuer?.startsWith('http:') ?? false);
    const origins = [];
    for (const origin of values.origin) {
      const verifiedBy = issuer
        ? await statementOf(origin, payeeUrl(issuer, name), {
            dev,
            resolver: systemResolver,
          }).catch(() => undefined)
        : undefined;
      origins.push({ origin, verifiedBy });
    }
    const { open, display, key } = values;
    await addPayee({ store, now: Date.now, dev }, { name, open, display, origins, key });
    say(issuer ? `payee ${payeeUrl(issuer, name)}` : `payee ~${name}`);
    for (const { origin, verifiedBy } of origins)
      say(`  ${origin}  ${verifiedBy ? `verified by its ${verifiedBy}` : 'not verified'}`);
  } finally {
    await store.close();
  }
}

async function payeeKey({ add, remove, ...values }: Values, name: string): Promise<void> {
  const store = openSqlite({ path: databaseIn(folder(values)), serves: false });
  const context = { store, now: Date.now };
  try {
    if (!(await store.read((tx) => findPayee(tx, name)))) fail(`there is no payee ~${name}`);
    if (add !== undefined)
      await store.write((tx) => addPayeeKey(tx, context, { payee: name, x: add }));
    if (remove !== undefined) await removePayeeKey(context, { payee: name, x: remove });
  } finally {
    await store.close();
  }
  await payeeList(values, name);
}

/** @param only the one to be listed */
async function payeeList(values: Pick<Values, 'data'>, only?: string): Promise<void> {
  const store = openReadOnly(databaseIn(folder(values)));
  for (const { name, display, open, origins, keys } of await allPayees({ store })) {
    if (only !== undefined && name !== only) continue;
    say(`~${name}  ${display}${open ? '  (any page)' : ''}`);
    for (const { origin, verified } of origins)
      say(`  ${origin}  ${verified ? 'verified' : 'not verified'}`);
    for (const key of keys) say(`  key ${key}`);
  }
  await store.close();
}

async function ledgerCheck(values: Values): Promise<void> {
  const store = openReadOnly(databaseIn(folder(values)));
  const books = await store.read(audit);
  await store.close();
  say(
    `${books.accounts} accounts, ${books.transfers} transfers, ${books.charges} of them charges; ${books.sessions} sessions`,
  );
  for (const [currency, sum] of Object.entries(books.sums)) say(`sum of all ${currency}: ${sum}`);
  for (const fault of books.faults) say(`WRONG: ${fault}`);
  say(books.faults.length === 0 ? 'the books are good' : 'the books are not good');
  if (books.faults.length > 0) process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values, positionals } = parse();
  const [command, , name] = positionals;
  const words = positionals.slice(0, 2).join(' ');
  if (values.help || command === undefined) say(help);
  else if (words === 'serve') await serve(values);
  else if (words === 'payee add' && name) await payeeAdd(values, name);
  else if (words === 'payee key' && name) await payeeKey(values, name);
  else if (words === 'payee list') await payeeList(values);
  else if (words === 'ledger check') await ledgerCheck(values);
  else fail('there is no such command; --help shows them');
}

run().catch((error: unknown) => {
  if (error instanceof Problem || error instanceof Error) fail(error.message);
  throw error;
});
