/** `micro-pay lock` and `relock`: a file is locked here, and only title, price and key go to the wallet. */
import { lockPage, planFor, type Item, type Plan } from '../lock/index.ts';
import { base64url } from '../protocol/encoding.ts';
import { decimalFrom, priceFrom } from '../protocol/price.ts';
import { payeeFrom } from '../protocol/wallet-address.ts';
import { signerIn } from './payee-key.ts';
import type { Ports } from './ports.ts';
import { walletAt, type PayeesWallet } from './wallet.ts';

export interface Values {
  payee?: string | undefined;
  price?: string | undefined;
  currency: string;
  key?: string | undefined;
  item?: string | undefined;
  title?: string | undefined;
  url?: string | undefined;
  free?: string | undefined;
  'leave-out': boolean;
  script: string;
  words?: string | undefined;
  'new-key': boolean;
  out?: string | undefined;
}

/** The file is locked before anything is registered, and written after. @throws Error or Problem, and nothing is written */
export async function lockFile(ports: Ports, file: string, values: Values): Promise<void> {
  const work = await begin(ports, file, values);
  const amount = needed(values.price, '--price 0.02');
  const money = priceFrom(amount, values.currency);
  if (!money) throw new Error(`“${amount}” is no price: write it like --price 0.02`);
  const item: Item = {
    id: `itm_${base64url(ports.random(16))}`,
    payee: work.payee,
    amount,
    currency: values.currency,
    title: titleFrom(values, work.plan),
    key: base64url(ports.random(32)),
  };
  const html = await locked(ports, work, item, values);
  const { id, title, key } = item;
  const { url } = values;
  await work.wallet.register({ id, title, ...money, key, ...(url === undefined ? {} : { url }) });
  await finish(ports, work, html);
  ports.say(`sold as ${id}; its price is changed at the wallet`);
}

/** The same item and price; the key too, unless another one is wanted. */
export async function relockFile(ports: Ports, file: string, values: Values): Promise<void> {
  const work = await begin(ports, file, values);
  const id = needed(values.item, '--item itm_…');
  const known = await work.wallet.update(id, {});
  const isNew = values['new-key'] || known.key === undefined;
  const key = isNew ? base64url(ports.random(32)) : (known.key ?? '');
  const title = values.title ?? known.item.title;
  const item: Item = { id, payee: work.payee, title, key, ...written(known.item) };
  const html = await locked(ports, work, item, values);
  const { url } = values;
  const change = {
    ...(isNew ? { key } : {}),
    ...(values.title === undefined ? {} : { title }),
    ...(url === undefined ? {} : { url }),
  };
  if (Object.keys(change).length > 0) await work.wallet.update(id, change);
  await finish(ports, work, html);
  ports.say(
    isNew ? 'locked with a new key' + uploadNow(work, known.key) : 'locked with the key it had',
  );
}

/** The wallet gives the new key from now on, and the page that is still there opens by the old one only. */
const uploadNow = ({ out }: Work, old: string | undefined): string =>
  old === undefined
    ? ''
    : `. Upload ${out} now: until then, who buys it or comes from another device can’t open the page that is there`;

/** As HTML writes it. */
const written = (money: { amount: string; currency: string }) => ({
  amount: decimalFrom(money),
  currency: money.currency.slice(0, 3).toUpperCase(),
});

interface Work {
  html: string;
  plan: Plan;
  payee: string;
  wallet: PayeesWallet;
  out: string;
}

async function begin(ports: Ports, file: string, values: Values): Promise<Work> {
  const payee = payeeFrom(needed(values.payee, '--payee https://wallet.example/~name'));
  const keyFile = needed(values.key, '--key payee-key.json');
  const out = values.out ?? file.replace(/(\.html?)?$/i, '.locked.html');
  if (out === file) throw new Error('the locked page would take the place of the file: give --out');
  const html = await ports.read(file).catch(() => {
    throw new Error(`${file} can’t be read`);
  });
  const plan = planFor(html, divisionFrom(values));
  for (const { line, what } of plan.dropped) ports.say(`left out: ${what} (line ${line})`);
  if (plan.refused.length > 0) {
    for (const { line, what } of plan.refused) ports.complain(`line ${line}: ${what}`);
    throw new Error('this can’t be in a locked text; take it out, or give --leave-out');
  }
  const wallet = await walletAt(ports, payee.wallet, await signerIn(ports, keyFile));
  return { html, plan, payee: payee.url, wallet, out };
}

function divisionFrom({ free, 'leave-out': leaveOut }: Values) {
  if (free !== undefined && !/^[1-9]\d{0,3}$/.test(free))
    throw new Error('--free is a number of blocks, like 3');
  return { leaveOut, ...(free === undefined ? {} : { free: Number(free) }) };
}

const titleFrom = ({ title }: Values, plan: Plan): string =>
  title ?? (plan.title || needed(undefined, '--title: the page has none'));

const locked = (ports: Ports, work: Work, item: Item, values: Values): Promise<string> =>
  lockPage(work.html, {
    ...divisionFrom(values),
    item,
    nonce: ports.random(12),
    script: values.script,
    words: values.words,
    playMoney: work.wallet.playMoney,
  });

async function finish(ports: Ports, { out, plan }: Work, html: string): Promise<void> {
  await ports.write(out, html);
  ports.say(
    `${out}: ${plan.body.length} characters are locked, ${plan.teaser.length} stand before them`,
  );
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`please give ${what}`);
  return value;
}
