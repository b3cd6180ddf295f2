/** docs/widget.md and the element's own header say what it is: states, attributes, events, parts and properties, none missing. */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { MicroPayElement } from '../../widget/index.ts';
import { stateWords } from '../../widget/messages/en/states.ts';
import { type State, states } from '../../widget/states.ts';

const read = (path: string): Promise<string> => commands.readFile(path);
const docs = (await read('docs/widget.md')).replace(/ +/g, ' ');
/** What editors and tools know of it: custom-elements.json is made from this. */
const header = (await read('widget/micro-pay.ts')).split('export class')[0] ?? '';
const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ') || '–';

test.each(Object.entries(states))('the state %s stands there as in the table', (name, row) => {
  const { busy, role, steps, ways } = row;
  const cells = [
    `\`${name}\``,
    stateWords[name as State] || '–',
    busy ? 'yes' : 'no',
    role,
    list(steps),
    list(ways),
  ];
  expect(docs).toContain(`| ${cells.join(' | ')} |`);
});

/** A meter's and an item's are no properties: what reads them is loaded with it. */
const later = ['meter', 'most', 'item'];

test.each([...Object.keys(MicroPayElement.properties), ...later, 'state'])(
  'the attribute %s is explained',
  (name) => expect(docs).toContain(`| \`${name}\` |`),
);

test.each([...later, 'state'])('the header has the attribute %s, which is no property', (name) =>
  expect(header).toMatch(new RegExp(`@attr (\\{.+\\} )?${name} - `)),
);

test('every event is explained, in both', async () => {
  const events = new Set((await read('widget/face.ts')).match(/'micro-pay-[a-z]+'/g));
  expect(events.size).toBe(5);
  for (const event of [...events].map((quoted) => quoted.slice(1, -1))) {
    expect(docs).toContain(`| \`${event}\` |`);
    expect(header).toContain(`@fires ${event} - `);
  }
});

test('every custom property that is read is explained, and there are at most fifteen', async () => {
  const sheets = await Promise.all(
    [
      'styles',
      'payment-styles',
      'later/panel-styles',
      'later/refusal-styles',
      'meter/meter-styles',
    ].map((name) => read(`widget/${name}.ts`)),
  );
  const used = new Set(sheets.join('').match(/--micro-pay-[a-z-]+/g));
  expect(used.size).toBeLessThanOrEqual(15);
  expect([...used].filter((name) => !docs.includes(`| \`${name}\` |`))).toEqual([]);
  expect([...used].filter((name) => !header.includes(`@cssproperty ${name}`))).toEqual([]);
});

test('every part is named', async () => {
  const names = [
    'micro-pay',
    'payment',
    'later/panel',
    'later/account',
    'later/receipt',
    'later/undo',
    'meter/meter-view',
    'meter/reading',
  ];
  const files = await Promise.all(names.map((name) => read(`widget/${name}.ts`)));
  const parts = new Set([...files.join('').matchAll(/\bpart="([a-z]+)"/g)].map(([, part]) => part));
  expect([...parts].filter((part) => !docs.includes(`\`${part}\``))).toEqual([]);
  expect([...parts].filter((part) => !header.includes(`@csspart ${part} - `))).toEqual([]);
});

test('what busy states become, and every state can be left', () => {
  for (const { ways } of Object.values(states)) expect(ways.length).toBeGreaterThan(0);
  const reached = new Set(Object.values(states).flatMap(({ ways }) => ways));
  expect(Object.keys(states).filter((name) => !reached.has(name as State))).toEqual([]);
});
