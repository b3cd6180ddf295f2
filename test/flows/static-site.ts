/** For the flows: files on a static host, at the name `maya.localhost`; nothing there computes anything. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StaticSite {
  /** Its origin */
  url: string;
  /** Texts by path, `/` first of all; put there as over FTP */
  files: Map<string, string>;
  close: () => void;
}

/** @param policy its Content-Security-Policy, if it sends one */
export async function startStaticSite(policy?: string): Promise<StaticSite> {
  const files = new Map<string, string>();
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://site');
    const text = files.get(pathname);
    const type = pathname.endsWith('.css') ? 'text/css' : 'text/html';
    response
      .writeHead(text === undefined ? 404 : 200, {
        'content-type': `${type}; charset=utf-8`,
        ...(policy ? { 'content-security-policy': policy } : {}),
      })
      .end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://maya.localhost:${(server.address() as AddressInfo).port}`,
    files,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
