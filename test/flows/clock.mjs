// For `node --import`: a process of a town whose time the test lets pass. `TOWN_CLOCK` is a file that says how many milliseconds
// its clock is ahead; whatever waits a minute or more waits by that clock. The programs themselves know nothing of it.
import { readFileSync } from 'node:fs';

const file = process.env.TOWN_CLOCK;
const { now } = Date;
const { setTimeout: soon } = globalThis;
const minuteMs = 60_000;
/** The clock is looked at this often. */
const lookMs = 50;

Date.now = () => now() + Number(readFileSync(file, 'utf8'));

globalThis.setTimeout = (run, ms, ...args) => {
  if (!(ms >= minuteMs)) return soon(run, ms, ...args);
  const due = Date.now() + ms;
  const look = setInterval(() => {
    if (Date.now() < due) return;
    clearInterval(look);
    run(...args);
  }, lookMs);
  return look;
};
