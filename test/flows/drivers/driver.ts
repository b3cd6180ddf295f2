/** What the flows need of a browser that Playwright doesn't drive, whatever its remote protocol is. */
import { createServer, type AddressInfo } from 'node:net';

export interface Driver {
  open: (url: string) => Promise<void>;
  /** Runs an async script; it answers by calling its last argument */
  run: (script: string) => Promise<unknown>;
  /** A trusted click on what a script returns */
  click: (script: string) => Promise<void>;
  addPasskeys: () => Promise<void>;
  address: () => Promise<string>;
  close: () => Promise<void>;
}

/** Finds a button by its words, in shadow roots too. */
export const buttonSaying = (words: string): string => `
  const all = (root) => [...root.querySelectorAll('*')].flatMap((element) =>
    [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  return all(document).find((element) => element.matches('button') &&
    element.checkVisibility() && element.textContent.replace(/\\s+/g, ' ').trim().startsWith(${JSON.stringify(words)}));`;

/** Asks again until the page says yes, also while it goes from one document to the next; the runner's time limit is the bound. */
export async function until(driver: Driver, body: string): Promise<void> {
  const script = `
    const done = arguments[arguments.length - 1];
    const holds = () => { ${body} };
    let yes = false;
    try { yes = Boolean(holds()); } catch {}
    if (yes) done(true); else setTimeout(() => done(false), 50);`;
  while (!(await driver.run(script).catch(() => false)));
}

/** Waits for the button and the scripts it needs to hear anything, then clicks it as a person would. */
export async function press(driver: Driver, words: string): Promise<void> {
  await until(driver, `return document.readyState === 'complete'`);
  await until(driver, buttonSaying(words));
  await driver.click(buttonSaying(words));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
