/** A site's price list for programs: OpenAPI with `x-payment-info`, as payment discovery asks for. The 402 has the last word. */
import { moneyFrom, type Money } from '../protocol/money.ts';
import { payeeFrom } from '../protocol/wallet-address.ts';
import { bindsBody, type Item } from './offer.ts';
import { assertUnit, termsOf, usualUnit } from './sessions/price-class.ts';
import type { SessionOptions } from './sessions/session-options.ts';
import { toldAs, type Price } from './settings.ts';

/** One address, or many of one pattern, and what it costs. */
export interface PricedPath extends Pick<Item, 'price' | 'title' | 'session'> {
  /** As OpenAPI writes it: `/articles/{id}` */
  path: string;
  /** `GET` by default */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** For each name in braces a value that exists, `{ id: '1' }`: programs try it */
  example?: Readonly<Record<string, string>>;
  /** What else OpenAPI can say of it: `requestBody`, `responses`, `tags` … */
  operation?: Readonly<Record<string, unknown>>;
}

export interface OpenApiOptions {
  /** The site's name */
  title: string;
  /** `1.0.0` by default */
  version?: string;
  /** Who is paid: `https://wallet.example/~news` */
  payee: string;
  /** For items without their own; where there is none either, the price depends on the request */
  price?: Price;
  /** That it is sold by session too, as the paywall's `sessions` say it; `{}` where they leave both to what is usual */
  sessions?: Pick<SessionOptions, 'unit' | 'deposit'>;
  items: readonly PricedPath[];
}

/**
 * Makes the document that programs look for at `/openapi.json`. Serve it as JSON, and not behind the paywall.
 * @example
 * const list = openApi({ title: 'Example News', payee, price, items: [{ path: '/articles/{id}', example: { id: '1' } }] });
 * @throws Error for a payee, a price, a path or a unit that can't be used
 * @see https://paymentauth.org/draft-payment-discovery-00.html
 */
export function openApi(options: OpenApiOptions): Record<string, unknown> {
  const { title, version = '1.0.0', items } = options;
  const recipient = toldAs('payee', () => payeeFrom(options.payee).url);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const item of items) {
    const method = (item.method ?? 'GET').toLowerCase();
    if (!item.path.startsWith('/') || item.path.includes('?'))
      throw new Error('openApi: a “path” looks like /articles/{id}.');
    (paths[item.path] ??= {})[method] = operationOf(item, offersOf(item, options, recipient));
  }
  return { openapi: '3.1.0', info: { title, version }, paths };
}

/** As in the 402: by session first, where it is sold so. An amount of null says that the price depends on the request. */
function offersOf(item: PricedPath, options: OpenApiOptions, recipient: string): object[] {
  const { title } = item;
  const money = moneyOf('price', item.price ?? options.price);
  const common = {
    method: 'micropay',
    amount: null,
    ...money,
    recipient,
    ...(title && { description: title }),
  };
  const terms = sessionTerms(item, options, money);
  return [
    ...(terms ? [{ intent: 'session', ...common, ...terms }] : []),
    { intent: 'charge', ...common },
  ];
}

/** @returns undefined where it isn't sold by session: only what is read is */
function sessionTerms(
  { method = 'GET', session }: PricedPath,
  { sessions }: OpenApiOptions,
  money: Money | undefined,
): object | undefined {
  if (!sessions || session === false || method !== 'GET') return undefined;
  const unit = session?.unit ?? sessions.unit ?? usualUnit;
  assertUnit(unit);
  return termsOf(unit, money, moneyOf('sessions.deposit', sessions.deposit));
}

const moneyOf = (option: string, price: Price | undefined): Money | undefined =>
  price && toldAs(option, () => moneyFrom(price.amount, price.currency));

function operationOf(item: PricedPath, offers: object[]): object {
  const { title, method = 'GET', operation = {} } = item;
  const parameters = parametersOf(item);
  return {
    ...(title && { summary: title }),
    ...(parameters.length > 0 && { parameters }),
    ...(bindsBody({ method }) && { requestBody: { content: { '*/*': {} } } }),
    ...operation,
    'x-payment-info': { offers },
    responses: {
      200: { description: 'What was paid for' },
      ...Object(operation['responses']),
      402: { description: 'Payment Required' },
    },
  };
}

const parametersOf = ({ path, example = {} }: PricedPath): object[] =>
  [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(Object.hasOwn(example, name) && { example: example[name] }),
  }));
