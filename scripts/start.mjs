// `npm start`: a wallet with play money, a newspaper and a tip page, on this machine, with nothing to configure.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start as startArticles } from '../examples/article-paywall/server.ts';
import { start as startTips } from '../examples/tip-jar/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = `${root}wallet/dist/cli.js`;

/** The wished port, or any free one when something else has it. */
async function freePort(wished) {
  const server = createServer();
  const taken = await new Promise((resolve) => {
    server.once('error', () => resolve(true));
    server.listen(wished, '127.0.0.1', () => resolve(false));
  });
  if (taken) return freePort(0);
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const walletPort = await freePort(4400);
const wallet = `http://localhost:${walletPort}`;
// A folder for each port: accounts and purchases are there again after a restart.
const data = `${root}.micro-pay/${walletPort}`;
mkdirSync(data, { recursive: true });

const articles = await startArticles({
  port: await freePort(4401),
  payee: `${wallet}/~news`,
  data: `${data}/articles`,
});
const tips = await startTips({ port: await freePort(4402), payee: `${wallet}/~maya` });

const command = (...args) =>
  promisify(execFile)(process.execPath, [cli, ...args, '--data', `${data}/wallet`]);
const payee = (name, display, url) =>
  command('payee', 'add', name, '--display', display, '--origin', url, '--issuer', wallet);
await payee('news', 'The Quiet Courier', articles.url);
await payee('maya', 'Maya', tips.url);

const serving = spawn(
  process.execPath,
  [
    // WebCrypto's newest algorithms are looked at by the passkey library, and not used.
    '--disable-warning=ExperimentalWarning',
    cli,
    'serve',
    '--data',
    `${data}/wallet`,
    '--port',
    String(walletPort),
    '--dev',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
serving.once('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => serving.kill(signal));

for await (const line of createInterface(serving.stdout))
  if (line.startsWith('wallet ready')) break;
serving.stdout.resume();

console.log(`
  Wallet    ${wallet}
  Articles  ${articles.url}   2¢ each
  Tips      ${tips.url}

  Everything is play money; a new wallet gets $10 of it.
  Open an article, press “Pay 2¢”, and make a wallet with a passkey. The next article opens with one tap.
  No passkey on this device? Chrome: DevTools → More tools → WebAuthn → enable a virtual one.

  Ctrl+C ends it. What you did stays in .micro-pay/
`);
