// `npm start`: a wallet with play money, a newspaper, a story by the minute, a course and a tip page, on this machine, with
// nothing to configure.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = `${root}wallet/dist/cli.js`;

/** For whoever started it: what is wrong and what helps, without our stack. */
function fail(reason) {
  console.error(`\n  micro-pay did not start: ${reason}\n`);
  process.exit(1);
}

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

console.log('\n  Building; this takes up to a minute …');
try {
  execFileSync(process.execPath, [`${root}scripts/build.mjs`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
} catch {
  fail('the build failed; what it said is above. Was `npm ci` run here?');
}
// They import what was just built.
const { start: startArticles } = await import('../examples/article-paywall/server.ts');
const { start: startStory } = await import('../examples/metered-reading/server.ts');
const { start: startCourse } = await import('../examples/course/server.ts');
const { start: startTips } = await import('../examples/tip-jar/server.ts');

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
const story = await startStory({
  port: await freePort(4403),
  payee: `${wallet}/~lantern`,
  data: `${data}/story`,
});
const course = await startCourse({
  port: await freePort(4404),
  payee: `${wallet}/~school`,
  data: `${data}/course`,
});

const command = (...args) =>
  promisify(execFile)(process.execPath, [cli, ...args, '--data', `${data}/wallet`]);
const payee = (name, display, { url, payeeKey }) => {
  // In one word: a key may begin with a dash.
  const key = payeeKey ? [`--key=${payeeKey}`] : [];
  const told = ['--display', display, '--origin', url, '--issuer', wallet, ...key];
  return command('payee', 'add', name, ...told).catch(({ stderr, message }) =>
    fail(String(stderr || message).trim()),
  );
};
await payee('news', 'The Quiet Courier', articles);
await payee('lantern', 'Lantern', story);
await payee('school', 'The Harbour School', course);
await payee('maya', 'Maya', tips);

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
    // The code for someone without a passkey is shown right here.
    '--mail',
    `"${process.execPath}" -e "process.stdin.pipe(process.stderr)"`,
    '--mail-from',
    'wallet@localhost.example',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let ready = false;
serving.once('exit', (code) =>
  ready ? process.exit(code ?? 0) : fail('the wallet ended; its reason is above.'),
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => serving.kill(signal));

for await (const line of createInterface(serving.stdout)) {
  ready = line.startsWith('wallet ready');
  if (ready) break;
}
serving.stdout.resume();

const moved =
  walletPort === 4400
    ? '\n'
    : `
  Port 4400 is taken, by another \`npm start\` perhaps. This wallet is a new one, on port ${walletPort}.
`;
if (ready)
  console.log(`
  Newspaper   ${articles.url}   articles for 2¢
  Story       ${story.url}   a cent a minute, for as long as you read; and a boost for 5¢
  Course      ${course.url}   three modules, 5¢ each, once, when you have passed
  Tip jar     ${tips.url}   2¢ and more
  Wallet      ${wallet}
${moved}  Everything is play money: a new wallet starts with $10 that are not real.

  1. Open the newspaper and press “Pay 2¢” under an article, then “Continue”.
  2. In the wallet’s window: create a wallet with a passkey, look at who asks and what for, and allow it.
  3. The article opens. The next one opens with one tap and no window, even while the wallet is away: with your yes it
     set 20¢ aside for the newspaper. What the paper took of them stands in the wallet within 40 minutes, once you can’t
     take it back any more; what it didn’t take is yours again.
  4. Open the story and press “Pay 1¢ a minute”: it goes on by itself until you pause it or look away. A module of the
     course is paid for once its two questions are answered, and never again.
  Then look at the wallet: each payment with its receipt, and each site with its limit and a way to stop it.

  To be paid yourself: ${wallet}/payee, and a button for any page of yours.

  No passkey on this device? In Chrome, open the wallet’s address and there DevTools → More tools → WebAuthn;
  enable the virtual authenticator, create the wallet, and begin with step 1 while that tab stays open.

  Ctrl+C ends it. What you did stays in .micro-pay/ and is there again next time.
`);
