/** The form that locks a page. What would stay and what would be locked is shown first, as words. */
import { blocksIn, lockPage, planFor, type Item, type Plan } from 'micro-pay/lock';
import { base64url, decimalFrom, ownItemAnswerSchema, printable, shaped } from 'micro-pay/protocol';
import { askWallet } from './ask-wallet.ts';
import { LockView, type Chosen } from './lock-view.ts';
import { retrying } from './passkeys.ts';
import { Refusal, say, trying } from './say.ts';

/** Bytes of the largest file that is read. */
const maxFile = 8_000_000;
/** Letters of a block that is more than a heading or a byline. */
const paragraph = 80;

interface Work {
  name: string;
  html: string;
  /** undefined: it can't be locked so */
  plan?: Plan | undefined;
}

export function lockForm(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-lock]');
  if (!form) return;
  const view = new LockView(form);
  let work: Work | undefined;
  const look = () => {
    if (work) work = { ...work, plan: planOf(work, view) };
  };
  view.onFile((file) => {
    void trying(form, async () => {
      work = { name: file.name, html: await textOf(file) };
      const blocks = marked(work.html) ? [] : blocksIn(work.html);
      view.showBlocks(blocks, usuallyFree(blocks));
      look();
      view.offerTitle(work.plan?.title ?? '');
    });
  });
  view.onChoice(look);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void trying(form, async () => {
      if (!work?.plan || work.plan.refused.length > 0) return;
      const html = await lockedAndSold(form, work.html, view.chosen);
      view.showDone(html, work.name.replace(/(\.html?)?$/i, '.locked.html'));
      say('');
    });
  });
}

async function textOf(file: File): Promise<string> {
  if (file.size > maxFile) throw new Refusal('', '', 'That file is larger than 8 MB.');
  return file.text();
}

/** Two paragraphs stay, and what stands above them, unless someone chooses otherwise. */
function usuallyFree(blocks: readonly string[]): number {
  const long = blocks.flatMap((words, i) => (words.length >= paragraph ? [i + 1] : []));
  return long[1] ?? 2;
}

/** The file says itself what is paid. */
function marked(html: string): boolean {
  try {
    return planFor(html).by === 'mark';
  } catch {
    return false;
  }
}

function planOf({ html }: Work, view: LockView): Plan | undefined {
  try {
    const plan = planFor(html, view.division);
    view.showPlan(plan);
    return plan;
  } catch (error) {
    view.showFault(error instanceof Error ? error.message : 'that file can’t be locked');
    return undefined;
  }
}

/** Locked first, registered next: no page stands without its item, and a lost answer is asked again. */
async function lockedAndSold(form: HTMLFormElement, html: string, chosen: Chosen): Promise<string> {
  const { payee = '', test } = form.dataset;
  const how = {
    ...chosen.division,
    nonce: crypto.getRandomValues(new Uint8Array(12)),
    script: chosen.script,
    playMoney: test === 'yes',
  };
  if (chosen.item) {
    const known = await changed(form, { id: chosen.item, url: chosen.url });
    const { title, amount, currency } = known.item;
    const written = {
      amount: decimalFrom({ amount, currency }),
      currency: currency.slice(0, 3).toUpperCase(),
    };
    const item: Item = { id: chosen.item, payee, title, key: known.key ?? '', ...written };
    return lockPage(html, { ...how, item });
  }
  const item: Item = {
    id: `itm_${random(16)}`,
    payee,
    title: printable(chosen.title),
    amount: chosen.amount,
    currency: 'USD',
    key: random(32),
  };
  const locked = await lockPage(html, { ...how, item });
  const { id, title, amount, key } = item;
  await sent(form.action, { token: chosen.token, id, title, amount, key, url: chosen.url });
  return locked;
}

const random = (size: number): string => base64url(crypto.getRandomValues(new Uint8Array(size)));

async function changed(form: HTMLFormElement, fields: Record<string, string>) {
  const { change = '', changeToken: token = '' } = form.dataset;
  return shaped(
    ownItemAnswerSchema,
    await sent(change, { token, ...fields }),
    'wallet-unsupported',
  );
}

const sent = (url: string, fields: Record<string, string>): Promise<unknown> => {
  const text = String(new URLSearchParams(fields));
  return retrying(() => askWallet(url, { type: 'application/x-www-form-urlencoded', text }));
};
