/** For the flows: a real wallet process on a fresh folder, and people with an authenticator that the browser emulates. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { expect, type CDPSession, type Page } from '@playwright/test';

const cli = fileURLToPath(new URL('../../wallet/dist/cli.js', import.meta.url));

export interface WalletProcess {
  /** Its origin, `http://localhost:PORT` */
  url: string;
  data: string;
  /** Runs the command on this wallet's folder. @returns what it wrote */
  run: (...args: string[]) => Promise<string>;
  /** As a power cut: no time to tidy up */
  kill: () => Promise<void>;
  /** Serves the same folder again, on the same port */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/** @param args more of `serve`; the port is a free one unless told @param env more of its environment */
export async function startWallet(
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<WalletProcess> {
  const data = mkdtempSync(join(tmpdir(), 'micro-pay-flow-'));
  let { child, url } = await serve(data, args, env);
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url,
    data,
    run: async (...command) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        cli,
        ...command,
        '--data',
        data,
      ]);
      return stdout;
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      const again = await serve(
        data,
        args.includes('--port') ? args : [...args, '--port', new URL(url).port],
        env,
      );
      child = again.child;
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(data, { recursive: true });
    },
  };
}

async function serve(
  data: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      cli,
      'serve',
      '--data',
      data,
      '--dev',
      '--port',
      '0',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^wallet ready at (\S+)$/.exec(line) ?? [];
    if (url) return { child, url };
  }
  throw new Error('The wallet did not start.');
}

/** Passkeys of one person's device, as the browser emulates it; nothing at the wallet is bypassed. */
export interface Authenticator {
  session: CDPSession;
  id: string;
}

const device = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

/** @param from a device of the same person, whose passkeys this window knows too */
export async function addAuthenticator(page: Page, from?: Authenticator): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId: id } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: device,
  });
  if (from) {
    const { credentials } = await from.session.send('WebAuthn.getCredentials', {
      authenticatorId: from.id,
    });
    for (const credential of credentials)
      await session.send('WebAuthn.addCredential', { authenticatorId: id, credential });
  }
  return { session, id };
}

const signUpButton = { name: 'Create a wallet with a passkey' };

/** On any page of the wallet that offers it; ends when the same page is there for them. @returns the device that holds the passkey */
export async function signUp(page: Page): Promise<Authenticator> {
  const authenticator = await addAuthenticator(page);
  await expect(page.getByRole('button', signUpButton)).toBeVisible();
  await page.waitForLoadState('load');
  await page.getByRole('button', signUpButton).click();
  await expect(page.getByRole('button', signUpButton)).toHaveCount(0);
  await page.waitForLoadState('load');
  return authenticator;
}

/** Ends when the page for someone signed in is there. */
export async function signIn(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'I have one – sign in' });
  await expect(button).toBeVisible();
  // Before its script is there, a button of the page hears nothing.
  await page.waitForLoadState('load');
  await button.click();
  await expect(button).toHaveCount(0);
  await page.waitForLoadState('load');
}

/** From an empty wallet to the payee `~maya`, who may be paid on any page; ends in the snippet maker. */
export async function becomePayee(page: Page, { url }: Pick<WalletProcess, 'url'>): Promise<void> {
  await page.goto(`${url}/payee/new`);
  await signUp(page);
  await page.getByRole('textbox', { name: /address at this wallet/ }).fill('maya');
  await page.getByRole('textbox', { name: /people see/ }).fill('Maya');
  await page.getByRole('radio', { name: /On any page/ }).check();
  await page.getByRole('button', { name: 'Take this name' }).click();
  await expect(page.getByRole('heading', { name: 'Make a button' })).toBeVisible();
}

/** What the policy of a page stopped, and what else went wrong in it. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    // A refusal of the wallet is an answer, and no fault of the page.
    const isRefusal = message.text().includes('status of 409');
    if (message.type() === 'error' && !isRefusal) faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  return faults;
}

/** As a person would: the pointer comes to the button, which wakes it, and presses. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name });
  await expect(async () => {
    await page.mouse.move(3, 3);
    await button.hover();
    await expect(button).toHaveAttribute('aria-disabled', 'false', { timeout: 50 });
  }).toPass();
  await button.click();
}

/** axe on the page as it is; nothing may be found. */
export async function expectAccessible(page: Page): Promise<void> {
  // No page here has frames. For those axe would gather its results in a window of its own, opened each time.
  expect(page.frames()).toHaveLength(1);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
  );
  expect(found).toEqual([]);
}

/** What these tests look at in each page. */
export const themes = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
] as const;
