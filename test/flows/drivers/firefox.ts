/** Firefox, driven by Marionette (its own remote protocol): trusted clicks and a virtual passkey, without geckodriver. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Driver } from './driver.ts';

const binary = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr';
export const hasFirefox = existsSync(binary);

/** Connects as soon as Firefox listens; it says nowhere when that is. */
async function socketTo(port: number, firefox: ChildProcess): Promise<Socket> {
  for (;;) {
    if (firefox.exitCode !== null) throw new Error('Firefox ended before it could be driven');
    const socket = connect(port, '127.0.0.1');
    const up = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true));
      socket.once('error', () => setTimeout(() => done(false), 50));
    });
    if (up) return socket;
  }
}

type Pending = {
  resolve: (value: Record<string, unknown>) => void;
  reject: (error: Error) => void;
};

/** `length:json` frames; a request is [0, id, name, parameters], an answer [1, id, error, result]. */
function channel(
  socket: Socket,
): (name: string, parameters?: object) => Promise<Record<string, unknown>> {
  const pending = new Map<number, Pending>();
  let received = Buffer.alloc(0);
  let lastId = 0;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const colon = received.indexOf(':');
      const end = colon + 1 + Number(received.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || received.length < end) return;
      const message: unknown = JSON.parse(received.subarray(colon + 1, end).toString());
      received = received.subarray(end);
      if (!Array.isArray(message)) continue;
      const [, id, error, result] = message as [
        number,
        number,
        { message: string } | null,
        Record<string, unknown>,
      ];
      if (error) pending.get(id)?.reject(new Error(error.message));
      else pending.get(id)?.resolve(result);
      pending.delete(id);
    }
  });
  return (name, parameters = {}) =>
    new Promise((resolve, reject) => {
      pending.set(++lastId, { resolve, reject });
      const text = JSON.stringify([0, lastId, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

export async function startFirefox(): Promise<Driver> {
  const profile = mkdtempSync(join(tmpdir(), 'micro-pay-firefox-'));
  const port = await freePort();
  writeFileSync(
    join(profile, 'user.js'),
    [
      ['marionette.port', port],
      ['security.webauth.webauthn_enable_softtoken', true],
      ['security.webauth.webauthn_enable_usbtoken', false],
      // Nothing here asks the network outside this machine.
      ['network.dns.localDomains', 'news.localhost,tips.localhost'],
      ['app.update.auto', false],
      ['browser.safebrowsing.malware.enabled', false],
      ['toolkit.telemetry.enabled', false],
    ]
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
      .join('\n'),
  );
  const firefox = spawn(
    binary,
    ['--headless', '--no-remote', '--profile', profile, '--marionette'],
    {
      stdio: 'ignore',
      detached: true,
      env: {
        ...process.env,
        HOME: profile,
        ...(process.getuid?.() === 0 ? { MOZ_DISABLE_CONTENT_SANDBOX: '1' } : {}),
      },
    },
  );
  const socket = await socketTo(port, firefox);
  const send = channel(socket);
  await send('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
  await send('WebDriver:SetTimeouts', { script: 30_000, pageLoad: 30_000 });
  return {
    open: async (url) => void (await send('WebDriver:Navigate', { url })),
    run: async (script) =>
      (await send('WebDriver:ExecuteAsyncScript', { script, args: [] }))['value'],
    click: async (script) => {
      const { value } = await send('WebDriver:ExecuteScript', { script, args: [] });
      await send('WebDriver:ElementClick', { id: Object.values(value as object)[0] });
    },
    addPasskeys: async () =>
      void (await send('WebAuthn:AddVirtualAuthenticator', {
        protocol: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserConsenting: true,
        isUserVerified: true,
      })),
    address: async () => String((await send('WebDriver:GetCurrentURL'))['value']),
    close: async () => {
      const ended = new Promise((done) => firefox.once('exit', done));
      socket.destroy();
      if (firefox.pid) process.kill(-firefox.pid);
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
