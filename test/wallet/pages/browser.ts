/** A person's browser, as far as the wallet's routes can tell: a cookie, a device key, an authenticator. */
import {
  authorizeCall,
  base64url,
  utf8,
  type Jwk,
  type Signer,
} from '../../../src/protocol/index.ts';
import { issuer, newKey, type TestWallet } from '../support.ts';
import { Authenticator, type Lies } from './authenticator.ts';

export interface Answer {
  status: number;
  text: string;
  /** Of a problem; of an answer that is none, undefined */
  code: string | undefined;
  json: Record<string, unknown>;
  headers: Headers;
}

/** What a request of the wallet's own page brings; each can be changed or, by undefined, left out. */
export type Headers_ = Record<string, string | undefined>;

const own = { origin: issuer, 'sec-fetch-site': 'same-origin', accept: 'application/json' };

let addresses = 0;

export class Browser {
  cookie = '';
  /** undefined: a browser that keeps no key */
  device: Signer | undefined;
  readonly authenticator: Authenticator;
  readonly #wallet: TestWallet;
  readonly #address = `198.51.100.${(addresses += 1) % 250}`;

  private constructor(wallet: TestWallet, device: Signer) {
    this.#wallet = wallet;
    this.device = device;
    this.authenticator = new Authenticator(wallet.random);
  }

  static async open(wallet: TestWallet): Promise<Browser> {
    return new Browser(wallet, await newKey(wallet.random));
  }

  /** A thief's browser: the cookie, and nothing else. */
  async stolen(): Promise<Browser> {
    const thief = await Browser.open(this.#wallet);
    thief.cookie = this.cookie;
    return thief;
  }

  get(path: string, headers: Headers_ = {}): Promise<Answer> {
    return this.#request('GET', path, undefined, { accept: 'text/html', ...headers });
  }

  post(path: string, json: object = {}, headers: Headers_ = {}): Promise<Answer> {
    const body = JSON.stringify(json);
    return this.#request('POST', path, body, { 'content-type': 'application/json', ...headers });
  }

  /** Sends the form of a page that has this action, with the token the page holds. */
  async submit(
    page: string,
    action: string,
    fields: Record<string, string> = {},
    headers: Headers_ = {},
  ): Promise<Answer> {
    const hidden = formFields((await this.get(page)).text, action);
    return this.postForm(action, Object.entries({ ...hidden, ...fields }), headers);
  }

  /** A form as it is told, field by field. */
  postForm(
    action: string,
    fields: readonly (readonly [string, string])[],
    headers: Headers_ = {},
  ): Promise<Answer> {
    const body = String(new URLSearchParams(fields.map(([name, value]) => [name, value])));
    const type = 'application/x-www-form-urlencoded';
    return this.#request('POST', action, body, { 'content-type': type, ...headers });
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    changes: Headers_,
  ): Promise<Answer> {
    const url = issuer + path;
    const proof = {
      method,
      url,
      body: utf8(body ?? ''),
      iat: this.#wallet.clock.now,
      jti: base64url(this.#wallet.random(12)),
    };
    const authorization = this.device && (await authorizeCall(proof, this.device));
    const all: Headers_ = { ...own, authorization, cookie: this.cookie, ...changes };
    const headers = Object.entries(all).filter(([, value]) => value) as [string, string][];
    const response = await this.#wallet.app.request(
      url,
      { method, headers, ...(body === undefined ? {} : { body }) },
      { incoming: { socket: { remoteAddress: this.#address } } },
    );
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    return read(response);
  }

  async signUp(lies: Lies = {}): Promise<Answer> {
    const { id, options } = await this.#ask('sign-up');
    const response = await this.authenticator.create(options, lies);
    return this.post('/passkeys/sign-up', { id, response, zone: 'UTC', device: this.#jwk() });
  }

  async signIn(lies: Lies & { id?: string } = {}): Promise<Answer> {
    return this.#assert('sign-in', lies);
  }

  async confirm(lies: Lies & { id?: string } = {}): Promise<Answer> {
    return this.#assert('confirm', lies);
  }

  async addPasskey(lies: Lies = {}): Promise<Answer> {
    const asked = await this.post('/passkeys/add/ask');
    if (asked.status !== 200) return asked;
    const { id, options } = optionsOf(asked);
    const response = await this.authenticator.create(options, lies);
    return this.post('/passkeys/add', { id, response });
  }

  async #assert(purpose: string, lies: Lies & { id?: string }): Promise<Answer> {
    const { id, options } = await this.#ask(purpose);
    const response = await this.authenticator.get(options, lies);
    return this.post(`/passkeys/${purpose}`, { id, response, device: this.#jwk() });
  }

  async #ask(purpose: string) {
    const asked = await this.post(`/passkeys/${purpose}/ask`);
    if (asked.status !== 200) throw new Error(asked.text);
    return optionsOf(asked);
  }

  #jwk(): Jwk | undefined {
    return this.device?.jwk;
  }
}

export interface Options {
  id: string;
  options: { challenge: string; user: { id: string } };
}

export const optionsOf = ({ text }: Answer): Options => JSON.parse(text) as Options;

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
  const code = typeof json['code'] === 'string' ? json['code'] : undefined;
  return { status: response.status, text, json, code, headers: response.headers };
}

/** The hidden fields of a page's form. */
export function formFields(page: string, action: string): Record<string, string> {
  const escaped = action.replaceAll('&', '&amp;');
  const form = page.split('<form').find((part) => part.includes(`action="${escaped}"`)) ?? '';
  const inputs = form.split('</form>')[0]?.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries(
    [...(inputs ?? [])].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  );
}
