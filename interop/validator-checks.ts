/** The validator of mppx at our merchant: the command as anyone would run it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { validate } from 'mppx/discovery';
import { check } from './check.ts';
import type { Site, Town } from './town.ts';

const command = fileURLToPath(new URL('./node_modules/mppx/dist/bin.js', import.meta.url));

interface Finding {
  label: string;
  detail?: string;
  severity: 'pass' | 'fail' | 'warn' | 'suggested' | 'skip';
}
interface Report {
  discovery: { valid: boolean; checks: Finding[] };
  endpoints: Record<'challenge' | 'errorHandling' | 'payment', Finding[]>[];
}

interface Operation {
  'x-payment-info': { offers: { intent: string }[] };
}

/** Without a look at the registry, and without a wallet of its own in somebody's home. */
async function validated(town: Town, ...args: string[]): Promise<Report> {
  const env = { PATH: process.env['PATH'], HOME: town.folder, CI: 'true', NO_COLOR: '1' };
  const words = [command, 'validate', ...args, '--output-json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env });
  return JSON.parse(stdout) as Report;
}

/** What it doesn't like; what it only suggests is not among it. */
function wrongIn({ discovery, endpoints }: Report): Finding[] {
  const ofEndpoints = endpoints.flatMap((one) => [
    ...one.challenge,
    ...one.errorHandling,
    ...one.payment,
  ]);
  const wrong = new Set(['fail', 'warn', 'skip']);
  return [...discovery.checks, ...ofEndpoints].filter(({ severity }) => wrong.has(severity));
}

/** @param sessionShop a merchant that sells by session too */
export async function validatorChecks(town: Town, shop: Site, sessionShop: Site): Promise<void> {
  await check('our /openapi.json is a discovery document', async () => {
    const answer = await fetch(`${shop.origin}/openapi.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(validate(await answer.json()), []);
  });

  await check(
    '`mppx validate` finds both addresses there, and nothing wrong with them',
    async () => {
      const report = await validated(town, shop.origin);
      assert.equal(report.endpoints.length, 2);
      assert.deepEqual(wrongIn(report), []);
    },
  );

  await check('`mppx validate` finds nothing wrong with a POST that has a body', async () => {
    const args = ['--endpoint', 'POST:/echo', '--body', '{"text":"hello"}'];
    const report = await validated(town, shop.origin, ...args);
    assert.equal(report.endpoints.length, 1);
    assert.deepEqual(wrongIn(report), []);
  });

  await check(
    '`mppx validate` finds nothing wrong with a session beside a charge, nor with its offer',
    async () => {
      const prices: unknown = await (await fetch(`${sessionShop.origin}/openapi.json`)).json();
      assert.deepEqual(validate(prices), []);
      const { paths } = prices as { paths: Record<string, Record<string, Operation>> };
      const intents = (operation: Operation | undefined) =>
        operation?.['x-payment-info'].offers.map(({ intent }) => intent);
      assert.deepEqual(intents(paths['/articles/{id}']?.['get']), ['session', 'charge']);
      assert.deepEqual(intents(paths['/echo']?.['post']), ['charge']);
      const report = await validated(town, sessionShop.origin);
      assert.deepEqual(wrongIn(report), []);
      const [found = []] = report.endpoints.map(({ challenge }) => challenge);
      const detail = '2 methods: micropay/session, micropay/charge';
      assert.ok(found.some((one) => one.detail === detail && one.severity === 'pass'));
    },
  );
}
