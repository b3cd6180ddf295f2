/** For the flows: a wallet, a newspaper and a tip page, each real, on ports of their own; and the books afterwards. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, type Locator, type Page } from '@playwright/test';
import { press, signUp, startWallet, type Authenticator, type WalletProcess } from './support.ts';

export interface EmptyTown {
  wallet: WalletProcess;
  /** One of the examples, and its payee at the wallet */
  open: (example: string, payee: Payee, env?: Record<string, string>) => Promise<Site>;
  /** So much time passes for the wallet and the sites, at once, and not for the browser; where the town has a clock */
  pass: (minutes: number) => void;
  close: () => Promise<void>;
}

export interface Town extends EmptyTown {
  /** Address of the newspaper */
  articles: string;
  /** Address of the tip page */
  tips: string;
  /** Where the newspaper keeps what was bought */
  purchases: string;
  /** The newspaper's process ends as by a power cut */
  killArticles: () => Promise<void>;
  /** It does, and another one serves the same folder at the same address */
  restartArticles: () => Promise<void>;
  /** The newspaper settles everything. @returns what it says of it */
  settleArticles: () => Promise<string>;
}

interface Payee {
  name: string;
  display: string;
}

export interface Site {
  url: string;
  /** Its folder */
  data: string;
  /** Its process ends as by a power cut */
  kill: () => Promise<void>;
  /** It does, and another one serves the same folder at the same address */
  restart: () => Promise<void>;
  /** It settles everything, also what could still be taken back. @returns what it says of it */
  settle: () => Promise<string>;
}

export interface TownOptions {
  /** A proxy the wallet is reached through, and the port where it listens then */
  behind?: { issuer: string; port: number };
  /** Time passes there when the test says so */
  clock?: true;
  /** What the wallet is told beside that */
  more?: string[];
}

/** A wallet alone; what else there is, a flow opens. */
export async function startEmptyTown({
  behind,
  clock,
  more = [],
}: TownOptions = {}): Promise<EmptyTown> {
  const time = townClock(mkdtempSync(join(tmpdir(), 'micro-pay-town-')));
  const timed = clock ? time.env : {};
  const wallet = await startWallet(
    [...more, ...(behind ? ['--issuer', behind.issuer, '--port', String(behind.port)] : [])],
    timed,
  );
  const at = behind?.issuer ?? wallet.url;
  const closings: (() => Promise<void>)[] = [];

  const open: EmptyTown['open'] = async (example, { name, display }, its = {}) => {
    const data = mkdtempSync(join(tmpdir(), `micro-pay-${example}-`));
    const env = { PAYEE: `${at}/~${name}`, DATA: data, ...timed, ...its };
    let site = await startSite(example, env);
    const { url, key } = site;
    closings.push(async () => {
      await site.stop();
      rmSync(data, { recursive: true });
    });
    // In one word: a key may begin with a dash.
    const itsKey = key ? [`--key=${key}`] : [];
    const told = ['--display', display, '--origin', url, '--issuer', at, ...itsKey];
    await wallet.run('payee', 'add', name, ...told);
    return {
      url,
      data,
      kill: () => site.stop('SIGKILL'),
      restart: async () => {
        await site.stop('SIGKILL');
        site = await startSite(example, { ...env, PORT: new URL(url).port });
      },
      settle: async () => {
        const told = { env: { ...process.env, ...env } };
        const script = exampleFile(example, 'settle.ts');
        return (await promisify(execFile)(process.execPath, [script], told)).stdout;
      },
    };
  };

  return {
    wallet,
    open,
    pass: (minutes) => {
      if (!clock) throw new Error('This town goes by the machine’s clock.');
      time.pass(minutes);
    },
    close: async () => {
      await Promise.all(closings.map((end) => end()));
      await wallet.stop();
      time.close();
    },
  };
}

export async function startTown(options: TownOptions = {}): Promise<Town> {
  const town = await startEmptyTown(options);
  const [news, tips] = await Promise.all([
    town.open('article-paywall', { name: 'news', display: 'The Quiet Courier' }),
    town.open('tip-jar', { name: 'maya', display: 'Maya' }),
  ]);
  return {
    ...town,
    articles: news.url,
    tips: tips.url,
    purchases: news.data,
    killArticles: news.kill,
    restartArticles: news.restart,
    settleArticles: news.settle,
  };
}

/** @returns what a process needs to go by it, and the way to let time pass */
function townClock(folder: string): {
  env: { NODE_OPTIONS: string; TOWN_CLOCK: string };
  pass: (minutes: number) => void;
  close: () => void;
} {
  const file = join(folder, 'clock');
  let ahead = 0;
  const pass = (minutes: number) => {
    // At once: nobody reads half of it.
    writeFileSync(`${file}.new`, String((ahead += minutes * 60_000)));
    renameSync(`${file}.new`, file);
  };
  pass(0);
  return {
    env: { NODE_OPTIONS: `--import=${new URL('clock.mjs', import.meta.url)}`, TOWN_CLOCK: file },
    pass,
    close: () => rmSync(folder, { recursive: true }),
  };
}

interface Process {
  url: string;
  /** Public half of the key it settles with, if it sells by session */
  key: string | undefined;
  stop: (signal?: 'SIGKILL') => Promise<void>;
}

const exampleFile = (name: string, file: string): string =>
  fileURLToPath(new URL(`../../examples/${name}/${file}`, import.meta.url));

/** An example as anyone would run it: a process that prints its address. */
async function startSite(name: string, env: Record<string, string>): Promise<Process> {
  const child = spawn(process.execPath, [exampleFile(name, 'server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', ...env },
  });
  const ended = once(child, 'exit');
  const stop = async (signal?: 'SIGKILL') => {
    child.kill(signal);
    await ended;
  };
  let key: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    key ??= /key.*: (\S{43})$/.exec(line)?.[1];
    const [url] = /http:\S+$/.exec(line) ?? [];
    if (url) return { url, key, stop };
  }
  throw new Error(`${name} did not start.`);
}

export const buttons = (page: Page): Locator => page.locator('micro-pay');
/** Of one article on the newspaper's front page; what is bought has none. */
export const buttonOf = (page: Page, article: number): Locator =>
  page
    .getByRole('article')
    .nth(article - 1)
    .locator('micro-pay');
export const tap = (button: Locator): Promise<void> =>
  button.getByRole('button', { name: /pay/i }).first().click();

/** Taps a button that needs an approval, and goes on in the wallet's window. @returns that window */
export async function openWallet(page: Page, button: Locator): Promise<Page> {
  await tap(button);
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  return opened;
}

/** On the wallet's consent page, signed in. */
export async function allow(consent: Page): Promise<void> {
  await expect(consent.getByRole('button', { name: /^Allow/ })).toBeVisible();
  const delivery = consent.getByRole('checkbox');
  if (await delivery.count()) await delivery.check();
  await press(consent, /^Allow/);
}

/** The whole first time: a new wallet, made in the window, and a yes. */
export async function firstTap(page: Page, button: Locator): Promise<Authenticator> {
  const consent = await openWallet(page, button);
  const device = await signUp(consent);
  await allow(consent);
  return device;
}

export interface Charge {
  cid: string;
  receipt: string;
}

/** The debits of a wallet, read beside it; and its own audit must be content. */
export async function books(wallet: WalletProcess): Promise<Charge[]> {
  expect(await wallet.run('ledger', 'check')).toContain('the books are good');
  const rows = rowsIn(
    join(wallet.data, 'wallet.sqlite'),
    `select p.cid, p.receipt from transfers t join payments p on p.id = t.id
     where t.code = 'charge' order by t.at, t.id`,
  );
  return rows.map(({ cid, receipt }) => ({ cid: String(cid), receipt: String(receipt) }));
}

/** What a query finds in a file that another process writes. */
export function rowsIn(path: string, query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

/** The taps that the newspaper, or another site with that folder, took and still has. */
export const tapsOf = ({ purchases }: Pick<Town, 'purchases'>): Record<string, unknown>[] =>
  rowsIn(
    join(purchases, 'purchases.db'),
    `select tap, scope from taps where state = 'taken' order by at, tap`,
  );
