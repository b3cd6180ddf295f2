/** Sessions to test with: a payee that settles, a page that opens, tops up and signs vouchers. */
import {
  authorizeCall,
  parseGrant,
  signVoucher,
  utf8,
  type Grant,
  type SettlementAnswer,
  type SettlementItem,
  type Signer,
  type Voucher,
} from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import {
  allowPage,
  ask,
  chargeOf,
  intentFor,
  issuer,
  newKey,
  newPage,
  proceed,
  site,
  type Connected,
  type Page,
  type usualLimits,
  type WalletUnderTest,
} from './support.ts';

/** `~news` (or another payee) gets a key to settle with. */
export async function seller(wallet: WalletUnderTest, name = 'news'): Promise<Signer> {
  const key = await newKey(wallet.random);
  const origins = name === 'news' ? [{ origin: site, verifiedBy: 'well-known' as const }] : [];
  const open = name === 'busker';
  await addPayee(wallet.context, { name, open, origins, key: key.jwk.x });
  return key;
}

export interface Answer {
  status: number;
  text: string;
  json: unknown;
  headers: Headers;
}

export interface CallChanges {
  signer?: Signer;
  jti?: string;
  iat?: number;
  origin?: string | undefined;
  authorization?: string | undefined;
}

/** A call under a proof by a key. */
export async function callBy(
  wallet: WalletUnderTest,
  key: Signer,
  call: { method: 'GET' | 'POST'; path: string; body?: unknown },
  changes: CallChanges = {},
): Promise<Answer> {
  const { method, path } = call;
  const text = call.body === undefined ? '' : JSON.stringify(call.body);
  const proof = {
    method,
    url: issuer + path,
    body: utf8(text),
    iat: changes.iat ?? wallet.clock.now,
    jti: changes.jti ?? newId(wallet, 'con'),
  };
  const authorization = await authorizeCall(proof, changes.signer ?? key);
  const headers: Record<string, string> = {
    authorization: changes.authorization ?? authorization,
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...(changes.origin === undefined ? {} : { origin: changes.origin }),
  };
  const request = new Request(issuer + path, {
    method,
    headers,
    ...(method === 'POST' ? { body: text } : {}),
  });
  const response = await wallet.door(request, '192.0.2.1');
  const got = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const json: unknown = isJson ? JSON.parse(got) : undefined;
  return { status: response.status, text: got, json, headers: response.headers };
}

type Reader = Pick<Connected, 'page' | 'grantId'>;

const byPage = (
  wallet: WalletUnderTest,
  { page }: Pick<Connected, 'page'>,
  call: Parameters<typeof callBy>[2],
  changes: CallChanges = {},
): Promise<Answer> => callBy(wallet, page.key, call, { origin: page.origin, ...changes });

/** `POST /sessions`. */
export const open = (
  wallet: WalletUnderTest,
  reader: Reader,
  amount: bigint | string = 200_000n,
  changes: CallChanges & { gnt?: string } = {},
): Promise<Answer> => {
  const body = { gnt: changes.gnt ?? reader.grantId, amount: String(amount) };
  return byPage(wallet, reader, { method: 'POST', path: '/sessions', body }, changes);
};

export const topUp = (
  wallet: WalletUnderTest,
  reader: Pick<Connected, 'page'>,
  sid: string,
  body: { seq: number; amount: string },
  changes: CallChanges = {},
): Promise<Answer> =>
  byPage(wallet, reader, { method: 'POST', path: `/sessions/${sid}/topup`, body }, changes);

export const statement = (
  wallet: WalletUnderTest,
  reader: Pick<Connected, 'page'>,
  sid: string,
  changes: CallChanges = {},
): Promise<Answer> =>
  byPage(wallet, reader, { method: 'GET', path: `/sessions/${sid}/statement` }, changes);

export const undo = (
  wallet: WalletUnderTest,
  reader: Pick<Connected, 'page'>,
  sid: string,
  tap: string,
  changes: CallChanges = {},
): Promise<Answer> =>
  byPage(wallet, reader, { method: 'POST', path: `/sessions/${sid}/undo`, body: { tap } }, changes);

/** The grant in an answer. */
export function grantIn({ status, json, text }: Answer): Grant {
  if (status !== 200) throw new Error(text);
  return parseGrant((json as { grant: string }).grant, 'verification-failed').grant;
}

/** A session of so much, or of 20¢. */
export const opened = async (
  wallet: WalletUnderTest,
  reader: Reader,
  amount?: bigint,
): Promise<string> => grantIn(await open(wallet, reader, amount)).jti;

export const voucher = (
  { page }: Pick<Connected, 'page'>,
  sid: string,
  cum: bigint,
  changes: Partial<Voucher> & { signer?: Signer } = {},
): Promise<string> => {
  const { signer = page.key, ...claims } = changes;
  return signVoucher(
    {
      sid,
      cum: String(cum),
      cid: 'chal_of_a_session',
      tap: 'tap_12345678',
      res: 'GET /articles/1',
      amt: '20000',
      ...claims,
    },
    signer,
  );
};

export interface Settling {
  lines?: { voucher: string; claim: string }[];
  close?: string[];
  items?: SettlementItem[];
}

/** `POST /settlements` by a payee's key. */
export const settleBy = (
  wallet: WalletUnderTest,
  key: Signer,
  { lines = [], ...more }: Settling,
  changes: CallChanges = {},
): Promise<Answer> =>
  callBy(wallet, key, { method: 'POST', path: '/settlements', body: { lines, ...more } }, changes);

/** One line for one session, all of it claimed. */
export async function settled(
  wallet: WalletUnderTest,
  key: Signer,
  reader: Pick<Connected, 'page'>,
  line: { sid: string; cum: bigint; claim?: bigint } & Omit<Settling, 'lines'>,
): Promise<SettlementAnswer> {
  const { sid, cum, claim = cum, ...more } = line;
  const lines = [{ voucher: await voucher(reader, sid, cum), claim: String(claim) }];
  const { status, json, text } = await settleBy(wallet, key, { lines, ...more });
  if (status !== 200) throw new Error(text);
  return json as SettlementAnswer;
}

export const item = (
  wallet: WalletUnderTest,
  sid: string,
  tap: string,
  changes: Partial<SettlementItem> = {},
): SettlementItem => ({
  sid,
  tap,
  amount: '20000',
  reason: 'tapped',
  at: wallet.clock.now,
  ...changes,
});

/** Asks, allows, and pays once with the approval, at a page with a server unless `rlm` is told. */
export async function connectedPaying(
  wallet: WalletUnderTest,
  person: string,
  changes: {
    page?: Partial<Page>;
    limits?: typeof usualLimits;
    rlm?: string;
    amount?: string;
  } = {},
): Promise<Connected> {
  const charge = chargeOf({ amount: changes.amount ?? '2', ...recipientOf(changes.page) });
  const rlm = changes.rlm ?? 'news.example';
  const page = await newPage(wallet, { charge, rlm, ...changes.page });
  const asked = await ask(wallet, page);
  const grantId = asked.continue.gnt;
  const interact_ref = await allowPage(wallet, page, person, changes.limits);
  const intent = await intentFor(wallet, page, grantId, { charge });
  const { status, json, text } = await proceed(wallet, page, { interact_ref, intent });
  if (status !== 200) throw new Error(text);
  return { page, person, grantId, answer: json as Connected['answer'] };
}

const recipientOf = (page: Partial<Page> | undefined) =>
  page?.payee === undefined ? {} : { recipient: page.payee };
