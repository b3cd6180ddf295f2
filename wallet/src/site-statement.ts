/** Does a site say itself that a payee is paid for it? Asked of the site, at an address that was looked at before it is called. */
import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { LookupFunction } from 'node:net';
import * as v from 'valibot';
import {
  isLoopbackHost,
  isOrigin,
  parseJson,
  payeeStatementPath,
  payeeStatementSchema,
  Problem,
  textFrom,
} from 'micro-pay/protocol';
import type { Statement } from './payees.ts';
import { isPublicAddress } from './public-address.ts';

export interface Surroundings {
  dev: boolean;
  /** Addresses of a host name */
  lookup?: (host: string) => Promise<LookupAddress[]>;
  /** For both questions together */
  timeoutMs?: number;
}

/** Bytes read of an answer; the rest is not fetched. */
const maxBytes = 65_536;
const defaultTimeoutMs = 3_000;

/**
 * Asks the site: its statement first, then a link in its start page.
 * @param payee the payee's URL
 * @throws Problem `origin-unverified` when it says no such thing, in at most three seconds
 */
export async function statementOf(
  origin: string,
  payee: string,
  surroundings: Surroundings,
): Promise<Statement> {
  try {
    const ask = await visitorOf(origin, surroundings);
    if (states(await ask(payeeStatementPath), payee)) return 'well-known';
    if (links(await ask('/'), payee)) return 'link';
  } catch {
    // Why it failed is of no use to an honest site, and a map of our network to another.
  }
  throw new Problem('origin-unverified');
}

type Ask = (path: string) => Promise<string | undefined>;

async function visitorOf(origin: string, surroundings: Surroundings): Promise<Ask> {
  const { dev, lookup = (host) => dnsLookup(host, { all: true }) } = surroundings;
  if (!isOrigin(origin)) throw new Problem('origin-unverified');
  const { hostname, protocol } = new URL(origin);
  const local = dev && isLoopbackHost(hostname);
  if (protocol !== 'https:' && !local) throw new Problem('origin-unverified');
  const signal = AbortSignal.timeout(surroundings.timeoutMs ?? defaultTimeoutMs);
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = local ? [loopback(host)] : await before(signal, lookup(host));
  if (!local) assertPublic(addresses);
  const [address] = addresses;
  if (!address) throw new Problem('origin-unverified');
  return (path) => fetchPinned(new URL(path, origin), address, signal);
}

/** RFC 6761: every name under `localhost` is this machine; no name server is asked. */
const loopback = (host: string): LookupAddress =>
  host === '::1' ? { address: host, family: 6 } : { address: '127.0.0.1', family: 4 };

/** All of them: a name with one public and one inner address would be a coin to toss. */
function assertPublic(addresses: LookupAddress[]): void {
  const inner = addresses.some(({ address }) => !isPublicAddress(address));
  if (inner) throw new Problem('origin-unverified');
}

/** A name server may take its time; we don't. */
function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Problem('origin-unverified')));
  });
  return Promise.race([promise, late]);
}

/** @returns the start of the body of a 200; undefined for any other answer, a redirect too */
function fetchPinned(
  url: URL,
  { address, family }: LookupAddress,
  signal: AbortSignal,
): Promise<string | undefined> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  const options = {
    signal,
    agent: false as const,
    headers: { accept: 'application/json, text/html', 'user-agent': 'micro-pay-wallet' },
    // The address that was checked is the one that is called: a second look-up could say another.
    lookup: ((_host, { all }, done) =>
      all
        ? done(null, [{ address, family }])
        : done(null, address, family)) satisfies LookupFunction,
  };
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      if (response.statusCode === 200) startOf(response).then(resolve, reject);
      else resolve(void response.destroy());
    }).on('error', reject);
  });
}

async function startOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = Buffer.from(part as Uint8Array);
    parts.push(bytes);
    length += bytes.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes).toString('latin1');
}

function states(body: string | undefined, payee: string): boolean {
  if (body === undefined) return false;
  try {
    const limits = { characters: maxBytes, depth: 8 };
    const json = parseJson(textFrom(Buffer.from(body, 'latin1')), 'origin-unverified', limits);
    const statement = v.safeParse(payeeStatementSchema, json);
    return statement.success && statement.output.payees.includes(payee);
  } catch {
    return false;
  }
}

const linkTag = /<link\s[^>]{0,1000}>/gi;
const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i')
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined);

function links(html: string | undefined, payee: string): boolean {
  const tags = html?.match(linkTag) ?? [];
  return tags.some(
    (tag) => attribute(tag, 'rel') === 'micropay-payee' && attribute(tag, 'href') === payee,
  );
}
