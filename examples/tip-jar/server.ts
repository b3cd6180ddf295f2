/** A page with tip buttons and no payments on its server: it serves three static files and the element. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { widgetFile } from './widget-files.ts';

export interface Options {
  /** 0: any free port */
  port?: number;
  /** Who gets the tips: a URL at a wallet */
  payee?: string;
}

interface File {
  type: string;
  text: string;
}

/** Starts the page; `close` ends it. */
export async function start({
  port = 8082,
  payee = 'http://localhost:8080/~maya',
}: Options = {}): Promise<{ url: string; close: () => Promise<void> }> {
  const files = pageFiles(payee);
  const server = createServer((request, response) => {
    fileAt(request.url ?? '/', files).then(
      (file) => send(response, file, new URL(payee).origin),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' ? address?.port : port;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${boundPort}`, close };
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

function pageFiles(payee: string): ReadonlyMap<string, File> {
  const page = read('./index.html').replaceAll('{{payee}}', payee);
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', text: page }],
    ['/style.css', { type: 'text/css', text: read('./style.css') }],
  ]);
}

async function fileAt(
  address: string,
  files: ReadonlyMap<string, File>,
): Promise<File | undefined> {
  const [path = '/'] = address.split('?');
  const script = await widgetFile(path.slice(1));
  return script === undefined ? files.get(path) : { type: 'text/javascript', text: script };
}

function send(response: ServerResponse, file: File | undefined, wallet: string): void {
  response.writeHead(file ? 200 : 404, {
    'content-type': file?.type ?? 'text/plain',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      `connect-src 'self' ${wallet}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
  });
  response.end(file?.text ?? 'There is no such page.');
}

if (import.meta.main) {
  const { url } = await start({
    port: Number(process.env['PORT'] ?? 8082),
    ...(process.env['PAYEE'] && { payee: process.env['PAYEE'] }),
  });
  console.log(`Maya draws birds: ${url}`);
}
