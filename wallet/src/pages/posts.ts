/** What the wallet's own pages send: a form or JSON from this origin, with the token of its login where there is one. */
import { Problem } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import { readBody, readJson } from '../app/body.ts';
import type { Context } from '../context.ts';
import { assertFormToken, assertSameOrigin } from '../forms.ts';
import type { Login } from '../logins.ts';
import { assertLogin, type Call } from './visitor.ts';

/** A request with its body, as a proof covers it. */
export interface Sent {
  method: string;
  url: string;
  bytes: Uint8Array<ArrayBuffer>;
  authorization: string | undefined;
}

export interface SentForm extends Sent {
  field: (name: string) => string;
  /** Of a name that may stand there several times */
  fields: (name: string) => string[];
}

/** The address as this wallet names itself, whatever the Host header said. */
const addressOf = ({ issuer }: Context, c: Call<Env>): string => {
  const { pathname, search } = new URL(c.req.url);
  return issuer + pathname + search;
};

export const sentBy = (
  context: Context,
  c: Call<Env>,
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Sent => ({
  method: c.req.method,
  url: addressOf(context, c),
  bytes,
  authorization: c.req.header('authorization'),
});

/** Fields of the largest form: a list of fifty items. */
const maxFields = 60;

/**
 * @param purpose of the form's token
 * @param most bytes that are read, where it isn't what others may have
 * @throws Problem `cross-site-refused`, `malformed-request`
 */
export async function readForm(
  context: Context,
  c: Call<Env>,
  login: Login | undefined,
  purpose: string,
  most?: number,
): Promise<SentForm> {
  assertSameOrigin(context, c.req.raw.headers);
  const { bytes, text } = await readBody(c.req.raw, 'application/x-www-form-urlencoded', most);
  const fields = new URLSearchParams(text);
  if (fields.size > maxFields) throw new Problem('malformed-request');
  assertFormToken(context, login, purpose, fields.get('token') ?? undefined);
  return {
    ...sentBy(context, c, bytes),
    field: (name) => fields.get(name) ?? '',
    fields: (name) => fields.getAll(name),
  };
}

/** A form that only someone signed in can send. @throws Problem `sign-in-required`, and as `readForm` */
export async function readOwnForm(
  context: Context,
  c: Call<Env>,
  purpose: string,
  most?: number,
): Promise<SentForm & { login: Login }> {
  const login = await assertLogin(context, c);
  return { ...(await readForm(context, c, login, purpose, most)), login };
}

/** @throws Problem `cross-site-refused`, `malformed-request` */
export async function readOwnJson(
  context: Context,
  c: Call<Env>,
): Promise<Sent & { json: unknown }> {
  assertSameOrigin(context, c.req.raw.headers);
  const { json, bytes } = await readJson(c.req.raw);
  return { ...sentBy(context, c, bytes), json };
}

/** Where to go after a form: the page's script is told, a plain form is sent there. */
export const goTo = (c: Call<Env>, path: string): Response =>
  c.req.header('accept')?.includes('application/json')
    ? c.json({ go: path })
    : c.redirect(path, 303);
