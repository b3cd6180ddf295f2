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

export interface Town {
  wallet: WalletProcess;
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
  /** So much time passes for the wallet and the newspaper, at once, and not for the browser; where the town has a clock */
  pass: (minutes: number) => void;
  close: () => Promise<void>;
}

export interface TownOptions {
  /** A proxy the wallet is reached through, and the port where it listens then */
  behind?: { issuer: string; port: number };
  /** Time passes there when the test says so */
  clock?: true;
  /** What the wallet is told beside that */
  more?: string[];
}

export async function startTown({ behind, clock, more = [] }: TownOptions = {}): Promise<Town> {
  const purchases = mkdtempSync(join(tmpdir(), 'micro-pay-articles-'));
  const time = townClock(join(purchases, 'clock'));
  const timed = clock ? time.env : {};
  const wallet = await startWallet(
    [...more, ...(behind ? ['--issuer', behind.issuer, '--port', String(behind.port)] : [])],
    timed,
  );
  const at = behind?.issuer ?? wallet.url;
  const news = { PAYEE: `${at}/~news`, DATA: purchases, ...timed };
  const [first, tips] = await Promise.all([
    startSite('article-paywall', news),
    startSite('tip-jar', { PAYEE: `${at}/~maya` }),
  ]);
  let articles = first;
  const add = (name: string, display: string, { url, key }: Site) => {
    // In one word: a key may begin with a dash.
    const more = key ? [`--key=${key}`] : [];
    const told = ['--display', display, '--origin', url, '--issuer', at, ...more];
    return wallet.run('payee', 'add', name, ...told);
  };
  await Promise.all([add('news', 'The Quiet Courier', articles), add('maya', 'Maya', tips)]);
  return {
    wallet,
    articles: articles.url,
    tips: tips.url,
    purchases,
    killArticles: () => articles.stop('SIGKILL'),
    restartArticles: async () => {
      await articles.stop('SIGKILL');
      articles = await startSite('article-paywall', { ...news, PORT: new URL(first.url).port });
    },
    settleArticles: async () => {
      const env = { ...process.env, ...news };
      const script = exampleFile('article-paywall', 'settle.ts');
      return (await promisify(execFile)(process.execPath, [script], { env })).stdout;
    },
    pass: (minutes) => {
      if (!clock) throw new Error('This town goes by the machine’s clock.');
      time.pass(minutes);
    },
    close: async () => {
      await Promise.all([articles.stop(), tips.stop(), wallet.stop()]);
      rmSync(purchases, { recursive: true });
    },
  };
}

/** @returns what a process needs to go by it, and the way to let time pass */
function townClock(file: string): {
  env: { NODE_OPTIONS: string; TOWN_CLOCK: string };
  pass: (minutes: number) => void;
} {
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
  };
}

interface Site {
  url: string;
  /** Public half of the key it settles with, if it sells by session */
  key: string | undefined;
  stop: (signal?: 'SIGKILL') => Promise<void>;
}

const exampleFile = (name: string, file: string): string =>
  fileURLToPath(new URL(`../../examples/${name}/${file}`, import.meta.url));

/** An example as anyone would run it: a process that prints its address. */
async function startSite(name: string, env: Record<string, string>): Promise<Site> {
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

/** The taps that the newspaper took and still has. */
export const tapsOf = ({ purchases }: Town): Record<string, unknown>[] =>
  rowsIn(
    join(purchases, 'purchases.db'),
    `select tap, scope from taps where state = 'taken' order by at, tap`,
  );
