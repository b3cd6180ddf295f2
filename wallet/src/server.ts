/** The wallet on a socket: Node's HTTP server with bounds, started and stopped with care. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { refuseUnreadable, unreadable } from './app/unreadable.ts';
import type { Context } from './context.ts';
import { openWallet, takeFolder, type WalletOptions } from './wallet.ts';

export interface ServeOptions extends Omit<WalletOptions, 'issuer'> {
  /** `http://localhost:PORT` where it is left out, which only `dev` allows */
  issuer?: string | undefined;
  /** 0: any free one */
  port?: number;
  /** Address to listen on; this machine only by default */
  host?: string;
  /** Shorter ones, for tests */
  bounds?: Partial<typeof bounds>;
}

export interface RunningWallet {
  url: string;
  port: number;
  context: Context;
  close: () => Promise<void>;
}

/** Bytes of headers; milliseconds for headers, for a whole request, and from one look at who is late to the next. */
const bounds = {
  // What has no Host is refused with the other addresses that can't be read.
  requireHostHeader: false,
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
};
/** Answers under way get this long when the wallet stops. */
const graceMs = 5_000;

type Handler = (request: Request, env: Partial<HttpBindings>) => Response | Promise<Response>;

/** @throws Error with words for the operator */
export async function startWallet(options: ServeOptions): Promise<RunningWallet> {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  const { dev, proxy, issuer } = options;
  if (!dev && (!proxy || !issuer?.startsWith('https:')))
    throw new Error(
      'without --dev, name the proxy that speaks https for it: --proxy ADDRESS --issuer https://…',
    );
  const release = takeFolder(options.data);
  // The port is known only once it is open, and the wallet's own name may hang on it.
  let handle: Handler = () => new Response(null, { status: 503 });
  const listener = getRequestListener(
    (request, env) => handle(request, 'incoming' in env ? (env as HttpBindings) : {}),
    { errorHandler: unreadable },
  );
  const server = createServer({ ...bounds, ...options.bounds }, (incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  refuseUnreadable(server);
  const open = await listen(server, port, host).catch((error: unknown) => {
    release();
    throw error;
  });
  const url = options.issuer ?? `http://localhost:${open}`;
  try {
    const wallet = await openWallet({ ...rest, issuer: url }, release);
    handle = (request, env) => wallet.app.fetch(request, env);
    const close = async (): Promise<void> => {
      await stop(server);
      await wallet.close();
    };
    return { url, port: open, context: wallet.context, close };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
