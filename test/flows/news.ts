/** For the flows: a site that asks a wallet as the SDK does, without the SDK, and keeps what it hears. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type BrowserContext, type Page } from '@playwright/test';
import { startWallet, type WalletProcess } from './support.ts';

export interface News {
  wallet: WalletProcess;
  /** Its origin; `/framing` shows the wallet in a frame, any other path asks with that path as nonce */
  site: string;
  close: () => Promise<void>;
}

export async function startNews(): Promise<News> {
  const wallet = await startWallet();
  const server = createServer(({ url = '' }, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    const framing = `<iframe src="${wallet.url}/"></iframe>`;
    answer.end(url === '/framing' ? framing : sitePage(wallet, url.slice(1)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told = ['--display', 'Example News', '--origin', site, `--key=${key}`];
  await wallet.run('payee', 'add', 'news', ...told, '--dev');
  return {
    wallet,
    site,
    close: async () => {
      server.close();
      await wallet.stop();
    },
  };
}

/** Public half of a key: the site sells by session. */
const key = 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw';

const sitePage = (
  wallet: WalletProcess,
  nonce: string,
) => `<!doctype html><title>News</title><button>Pay 2¢</button><script>
  const wallet = ${JSON.stringify(wallet.url)}, heard = (window.heard = []);
  const b64 = (value) => btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  addEventListener('message', ({ origin, data }) => heard.push({ origin, data }));
  document.querySelector('button').onclick = () => {
    window.opened = open(wallet + '/connect/start?n=${nonce}', 'wallet', 'popup,width=400,height=700');
    fetch(wallet + '/connect', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({
      client: { jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } },
      access_token: { access: [{ type: 'wallet-session', payee: wallet + '/~news', currency: 'usd-micro' }] },
      intent: { cid: 'chal_12345678', rlm: location.host, req: b64({ amount: '2', currency: 'usd', description: 'The river', recipient: wallet + '/~news' }) },
      interact: { start: ['popup'], finish: { method: 'message', uri: location.origin, nonce: '${nonce}' } },
    }) });
  };
</script>`;

let count = 0;

/** The wallet's window, asking whether the site may be paid. */
export async function openConsent(
  { site }: News,
  context: BrowserContext,
): Promise<{ shop: Page; popup: Page }> {
  count += 1;
  const nonce = `nonce_${String(count).padStart(20, '0')}`;
  const shop = await context.newPage();
  await shop.goto(`${site}/${nonce}`);
  const opening = shop.waitForEvent('popup');
  await shop.getByRole('button').click();
  const popup = await opening;
  await expect(popup.getByRole('heading', { name: /Allow Example News/ })).toBeVisible();
  await popup.waitForLoadState('load');
  return { shop, popup };
}
