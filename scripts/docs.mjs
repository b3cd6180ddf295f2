// `npm run docs` writes what is made from code: docs/problems.md from the problem table, the README's sizes from the size
// gate. `--check` only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { problems } from '../src/protocol/problem.ts';
import { measure, table as sizeTable } from './size.mjs';

const pathOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const nextSteps = {
  retry: 'Try again; a payment asked for again is never charged twice.',
  approve: 'Ask the person: open the wallet, and try with a new challenge.',
  'top-up': 'The person puts money into the wallet.',
  'raise-cap': 'The person raises a limit, or waits until it starts anew.',
  reload: 'Load the page again; what it knows is out of date.',
  'sign-in': 'The person signs in to the wallet, or confirms with the passkey.',
  contact: 'Something is set up wrongly: tell whoever runs the site or the wallet.',
  none: 'Trying again changes nothing.',
};

const rows = (wanted) =>
  Object.entries(problems)
    .filter(([, { status }]) => wanted(status))
    .map(
      ([code, { status, moneyMoved, nextStep, title, draft }]) =>
        `| <a id="${code}"></a>\`${code}\` | ${status || '–'} | ${moneyMoved} | \`${nextStep}\` | ${title} | ${draft ? `\`${draft}\`` : ''} |`,
    )
    .join('\n');

const table = (wanted) =>
  `| code | status | did money move? | next step | in words | type of the draft |\n|---|---|---|---|---|---|\n${rows(wanted)}`;

const page = `# Problems

<!-- Made by \`npm run docs\` from the rows in src/protocol/problem-rows.ts and the words in problem.ts. Change them there, not here. -->

Whatever goes wrong anywhere in micro-pay is one row of these tables. A server answers with
\`application/problem+json\` (RFC 9457) and three members of our own; the SDK throws a \`Problem\` with the
same three:

- \`code\` – stable: never renamed, never given another meaning;
- \`moneyMoved\` – \`yes\`, \`no\` or \`unknown\`. After \`unknown\`, ask again with the same signed words: the wallet
  answers what it answered before, and charges nothing twice;
- \`nextStep\` – one of the eight below.

\`type\` is \`https://paymentauth.org/problems/…\` where the Payment scheme has a name for it, else
\`urn:micro-pay:problem:<code>\`. A problem never repeats what was sent.

| next step | what helps |
|---|---|
${Object.entries(nextSteps)
  .map(([step, words]) => `| \`${step}\` | ${words} |`)
  .join('\n')}

## From a wallet or a payee's server

${table((status) => status > 0)}

## From the payer's own device

No server says these, so they have no status.

${table((status) => status === 0)}
`;

const readme = readFileSync(pathOf('README.md'), 'utf8').replace(
  /(<!-- size:start -->).*(<!-- size:end -->)/s,
  `$1\n\n${sizeTable(await measure())}\n\n$2`,
);

for (const [name, text] of [
  ['docs/problems.md', page],
  ['README.md', readme],
]) {
  const path = pathOf(name);
  const made = await format(text, { ...(await resolveConfig(path)), filepath: path });
  if (!process.argv.includes('--check')) writeFileSync(path, made);
  else if (readFileSync(path, 'utf8') !== made) {
    console.error(`${name} is out of date: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
