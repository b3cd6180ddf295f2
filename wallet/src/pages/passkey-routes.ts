/** The routes behind the passkey buttons: the browser is asked, and its answer checked. */
import { Hono } from 'hono';
import { Problem, shaped } from 'micro-pay/protocol';
import { clientAddress } from '../app/address.ts';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { addSchema, signInSchema, signUpSchema } from '../passkey-answers.ts';
import { passkeysOf, removePasskey } from '../kept-passkeys.ts';
import type { Login } from '../logins.ts';
import { askAssertion, askRegistration } from '../passkeys.ts';
import { addPasskey, confirm, signIn, signUp } from '../sign-in.ts';
import { goTo, readOwnForm, readOwnJson, type Sent } from './posts.ts';
import { assertMaySpend, assertPerson } from './presence.ts';
import { assertLogin, keepLogin, type Call } from './visitor.ts';

export function passkeyRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.route('/', strangerRoutes(context));
  routes.route('/', ownRoutes(context));
  return routes;
}

/** For those who aren't signed in yet. */
function strangerRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const addressOf = (c: Call<Env>) => clientAddress(context, c.req.raw, c.env);

  routes.post('/passkeys/sign-up/ask', async (c) => {
    await readOwnJson(context, c);
    context.limits.take('passkeyPerAddress', addressOf(c));
    return c.json(await askRegistration(context));
  });
  routes.post('/passkeys/sign-up', async (c) => {
    const { json } = await readOwnJson(context, c);
    context.limits.take('signUpPerAddress', addressOf(c));
    const sent = shaped(signUpSchema, json, 'malformed-request');
    keepLogin(context, c, await signUp(context, sent));
    return c.json({});
  });
  routes.post('/passkeys/sign-in/ask', async (c) => {
    await readOwnJson(context, c);
    context.limits.take('passkeyPerAddress', addressOf(c));
    return c.json(await askAssertion(context));
  });
  routes.post('/passkeys/sign-in', async (c) => {
    const { json } = await readOwnJson(context, c);
    const sent = shaped(signInSchema, json, 'malformed-request');
    const secret = await countingRefusals(context, addressOf(c), () => signIn(context, sent));
    keepLogin(context, c, secret);
    return c.json({});
  });
  return routes;
}

/** For someone signed in. */
function ownRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/passkeys/confirm/ask', async (c) => {
    await readOwnJson(context, c);
    const { person } = await assertLogin(context, c);
    context.limits.take('passkeyPerAddress', person);
    return c.json(await askAssertion(context, person));
  });
  routes.post('/passkeys/confirm', async (c) => {
    const { json } = await readOwnJson(context, c);
    const login = await assertLogin(context, c);
    const sent = shaped(signInSchema, json, 'malformed-request');
    const secret = await countingRefusals(context, login.person, () =>
      confirm(context, login, sent),
    );
    keepLogin(context, c, secret);
    return c.json({});
  });
  routes.post('/passkeys/add/ask', async (c) => {
    const sent = await readOwnJson(context, c);
    const login = await assertLogin(context, c);
    await assertMayAdd(context, login, sent);
    context.limits.take('passkeyPerAddress', login.person);
    return c.json(await askRegistration(context, login.person));
  });
  routes.post('/passkeys/add', async (c) => {
    const sent = await readOwnJson(context, c);
    const login = await assertLogin(context, c);
    await assertMayAdd(context, login, sent);
    await addPasskey(context, login, shaped(addSchema, sent.json, 'malformed-request'));
    return c.json({});
  });
  routes.post('/passkeys/remove', async (c) => {
    const sent = await readOwnForm(context, c, 'remove');
    await assertPerson(context, sent.login, sent);
    await removePasskey(context, sent.login.person, sent.field('id'));
    return goTo(c, '/');
  });
  return routes;
}

/** The first passkey is added by whoever typed the code just now; any other by one that is there. */
async function assertMayAdd(context: Context, login: Login, sent: Sent): Promise<void> {
  const isFirst = (await passkeysOf(context, login.person)).length === 0;
  await (isFirst ? assertMaySpend : assertPerson)(context, login, sent);
}

/**
 * A good sign-in costs nothing; after five refused ones within an hour there is a pause. Each is counted while it is under
 * way, or any number of them could be tried at once.
 */
async function countingRefusals<T>(
  { limits }: Context,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  limits.take('signInFailures', key);
  let refused = false;
  try {
    return await work();
  } catch (error) {
    refused = error instanceof Problem && error.code === 'passkey-refused';
    throw error;
  } finally {
    if (!refused) limits.giveBack('signInFailures', key);
  }
}
