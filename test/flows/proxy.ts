/** A proxy in front of a wallet that can lose an answer after the wallet has made it: the worst moment a line can break. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from './drivers/driver.ts';

export interface Proxy {
  url: string;
  /** Port where the wallet has to listen */
  upstream: number;
  /** Once: waits for the whole answer to `method path`, runs `after`, and breaks the line without passing it on */
  swallow: (path: string, after: () => Promise<void>) => void;
  /** Answers swallowed so far, as the wallet gave them */
  swallowed: string[];
  /** Everything that was asked for, in order */
  paths: string[];
  close: () => Promise<void>;
}

export async function startProxy(): Promise<Proxy> {
  const upstream = await freePort();
  let trap: { path: string; after: () => Promise<void> } | undefined;
  const swallowed: string[] = [];
  const paths: string[] = [];

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    paths.push(incoming.url ?? '');
    const sprung = incoming.method === 'POST' && incoming.url === trap?.path ? trap : undefined;
    if (sprung) trap = undefined;
    const { method, url: path, headers } = incoming;
    const onward = request(
      { port: upstream, host: '127.0.0.1', method, path, headers },
      (answer) => {
        if (!sprung) {
          outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
          answer.pipe(outgoing);
          return;
        }
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          swallowed.push(Buffer.concat(chunks).toString());
          void sprung.after().finally(() => outgoing.destroy());
        });
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };

  const server = createServer(forward).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    upstream,
    swallow: (path, after) => void (trap = { path, after }),
    swallowed,
    paths,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
