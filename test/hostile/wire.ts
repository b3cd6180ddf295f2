/** HTTP byte by byte over a socket: no client of ours, and none of the platform's, stands between. */
import { connect, type Socket } from 'node:net';

/** One request as it goes over the wire; nothing is added to it or put right but `Content-Length`, unless a length is told. */
export interface WireRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export function requestBytes({
  method = 'POST',
  path,
  headers = {},
  body = '',
}: WireRequest): Buffer {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const told = { host: 'localhost:8787', ...headers };
  const length = 'transfer-encoding' in told || 'content-length' in told ? {} : lengthOf(bytes);
  const lines = Object.entries({ ...told, ...length, connection: 'close' });
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

const lengthOf = ({ length }: Uint8Array): Record<string, string> => ({
  'content-length': String(length),
});

/** Sends what the Fetch API would, and reads the answer as its own. */
export async function sendOver(
  port: number,
  request: Request,
  more: Record<string, string> = {},
): Promise<Response> {
  const { host, pathname, search } = new URL(request.url);
  const sent = requestBytes({
    method: request.method,
    path: pathname + search,
    headers: { host, ...Object.fromEntries(request.headers), ...more },
    body: new Uint8Array(await request.arrayBuffer()),
  });
  const { status, headers, text } = await exchange(port, sent);
  return new Response(status === 204 ? null : text, { status, headers });
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** All of it, as it came */
  raw: string;
}

/** Sends bytes and reads what comes until the other side ends. An answer may come, and the line break, before all is sent. */
export function exchange(port: number, sent: Uint8Array): Promise<WireAnswer> {
  const socket = connect(port, '127.0.0.1', () => socket.write(sent));
  return answerOn(socket);
}

export function answerOn(socket: Socket): Promise<WireAnswer> {
  const parts: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (part: Buffer) => parts.push(part));
    // A server that refuses a body it hasn't read resets the line; what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answerFrom(Buffer.concat(parts))));
  });
}

/** Lengths count bytes, and in Latin-1 each byte is one character. */
function answerFrom(bytes: Buffer): WireAnswer {
  const [head = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const body = rest.join('\r\n\r\n');
  const whole = headers.get('transfer-encoding') === 'chunked' ? unchunked(body) : body;
  const text = Buffer.from(whole, 'latin1').toString();
  return { status: Number(first.split(' ')[1] ?? 0), headers, text, raw: bytes.toString() };
}

function unchunked(body: string): string {
  let text = '';
  for (let rest = body; rest;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (!size) break;
    text += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
  return text;
}
