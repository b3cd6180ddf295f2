/** For the flows: a wallet, a newspaper and a tip page, each real, on ports of their own; and the books afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
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
  close: () => Promise<void>;
}

/** @param behind a proxy the wallet is reached through, and the port where it listens then */
export async function startTown(behind?: { issuer: string; port: number }): Promise<Town> {
  const wallet = await startWallet(
    ...(behind ? ['--issuer', behind.issuer, '--port', String(behind.port)] : []),
  );
  const at = behind?.issuer ?? wallet.url;
  const purchases = mkdtempSync(join(tmpdir(), 'micro-pay-articles-'));
  const [articles, tips] = await Promise.all([
    startSite('article-paywall', { PAYEE: `${at}/~news`, DATA: purchases }),
    startSite('tip-jar', { PAYEE: `${at}/~maya` }),
  ]);
  const add = (name: string, display: string, origin: string) =>
    wallet.run('payee', 'add', name, '--display', display, '--origin', origin, '--issuer', at);
  await Promise.all([
    add('news', 'The Quiet Courier', articles.url),
    add('maya', 'Maya', tips.url),
  ]);
  return {
    wallet,
    articles: articles.url,
    tips: tips.url,
    purchases,
    close: async () => {
      await Promise.all([articles.stop(), tips.stop(), wallet.stop()]);
      rmSync(purchases, { recursive: true });
    },
  };
}

/** An example as anyone would run it: a process that prints its address. */
async function startSite(
  name: string,
  env: Record<string, string>,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = fileURLToPath(new URL(`../../examples/${name}/server.ts`, import.meta.url));
  const child = spawn(process.execPath, [server], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env, PORT: '0' },
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+$/.exec(line) ?? [];
    const stop = async () => {
      child.kill();
      await ended;
    };
    if (url) return { url, stop };
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
  const db = new DatabaseSync(join(wallet.data, 'wallet.sqlite'), { readOnly: true });
  const rows = db
    .prepare(
      `select p.cid, p.receipt from transfers t join payments p on p.id = t.id
       where t.code = 'charge' order by t.at, t.id`,
    )
    .all();
  db.close();
  return rows.map(({ cid, receipt }) => ({ cid: String(cid), receipt: String(receipt) }));
}
