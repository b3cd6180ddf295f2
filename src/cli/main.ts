#!/usr/bin/env node
/** The command `micro-pay`, as a process: files, network, clock and chance come in here. */
import { readFile, writeFile } from 'node:fs/promises';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  read: (path) => readFile(path, 'utf8'),
  write: (path, text) => writeFile(path, text),
  fetch,
  random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`micro-pay: ${line}\n`),
});
