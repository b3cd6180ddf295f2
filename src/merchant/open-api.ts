/** A site's price list for programs: OpenAPI with `x-payment-info`, as payment discovery asks for. The 402 has the last word. */
import { moneyFrom } from '../protocol/money.ts';
import { payeeFrom } from '../protocol/wallet-address.ts';
import { bindsBody, type Item } from './offer.ts';
import { toldAs, type Price } from './settings.ts';

/** One address, or many of one pattern, and what it costs. */
export interface PricedPath extends Pick<Item, 'price' | 'title'> {
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
  items: readonly PricedPath[];
}

/**
 * Makes the document that programs look for at `/openapi.json`. Serve it as JSON, and not behind the paywall.
 * @example
 * const list = openApi({ title: 'Example News', payee, price, items: [{ path: '/articles/{id}', example: { id: '1' } }] });
 * @throws Error for a payee, a price or a path that can't be used
 * @see https://paymentauth.org/draft-payment-discovery-00.html
 */
export function openApi(options: OpenApiOptions): Record<string, unknown> {
  const { title, version = '1.0.0', items } = options;
  const recipient = toldAs('payee', () => payeeFrom(options.payee).url);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const item of items) {
    const method = (item.method ?? 'GET').toLowerCase();
    const price = item.price ?? options.price;
    if (!item.path.startsWith('/') || item.path.includes('?'))
      throw new Error('openApi: a “path” looks like /articles/{id}.');
    (paths[item.path] ??= {})[method] = operationOf(item, offerOf(item, price, recipient));
  }
  return { openapi: '3.1.0', info: { title, version }, paths };
}

/** @returns a payment offer; an amount of null says that the price depends on the request */
function offerOf({ title }: PricedPath, price: Price | undefined, recipient: string): object {
  const money = price && toldAs('price', () => moneyFrom(price.amount, price.currency));
  return {
    intent: 'charge',
    method: 'micropay',
    amount: null,
    ...money,
    recipient,
    ...(title && { description: title }),
  };
}

function operationOf(item: PricedPath, offer: object): object {
  const { title, method = 'GET', operation = {} } = item;
  const parameters = parametersOf(item);
  return {
    ...(title && { summary: title }),
    ...(parameters.length > 0 && { parameters }),
    ...(bindsBody({ method }) && { requestBody: { content: { '*/*': {} } } }),
    ...operation,
    'x-payment-info': { offers: [offer] },
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
