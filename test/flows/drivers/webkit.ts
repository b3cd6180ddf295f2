/** WebKitGTK's MiniBrowser by WebDriver, under a virtual screen. It has no passkeys. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freePort, type Driver } from './driver.ts';

const miniBrowser = ['webkit2gtk-4.1', 'webkit2gtk-4.0']
  .map((name) => `/usr/lib/x86_64-linux-gnu/${name}/MiniBrowser`)
  .find((path) => existsSync(path));

export const hasWebKit =
  miniBrowser !== undefined &&
  existsSync('/usr/bin/WebKitWebDriver') &&
  existsSync('/usr/bin/xvfb-run');

export async function startWebKit(): Promise<Driver> {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      GDK_BACKEND: 'x11',
    },
  });
  const base = `http://127.0.0.1:${port}`;
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(base + path, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  while (
    !(await fetch(`${base}/status`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (driver.exitCode !== null)
      throw new Error('WebKitWebDriver ended before it could be driven');
    await new Promise((done) => setTimeout(done, 50));
  }
  const { sessionId } = (await send('POST', '/session', {
    capabilities: {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] } },
    },
  })) as { sessionId: string };
  const session = `/session/${sessionId}`;
  await send('POST', `${session}/timeouts`, { script: 30_000, pageLoad: 30_000 });
  return {
    open: async (url) => void (await send('POST', `${session}/url`, { url })),
    run: (script) => send('POST', `${session}/execute/async`, { script, args: [] }),
    click: async (script) => {
      const found = await send('POST', `${session}/execute/sync`, { script, args: [] });
      const element = String(Object.values(found as object)[0]);
      await send('POST', `${session}/element/${element}/click`, {});
    },
    addPasskeys: () => Promise.reject(new Error('WebKitGTK has no passkeys')),
    address: async () => String(await send('GET', `${session}/url`)),
    close: async () => {
      await send('DELETE', session).catch(() => undefined);
      const ended = new Promise((done) => driver.once('exit', done));
      if (driver.pid) process.kill(-driver.pid);
      await ended;
    },
  };
}
