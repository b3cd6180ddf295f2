/** A course, as a learner lives it: reading is free, and a module that was passed is completed once. */
import { expect, test, type Page } from '@playwright/test';
import { modules } from '../../examples/course/modules.ts';
import { expectAccessible } from './support.ts';
import {
  books,
  buttons,
  firstTap,
  startEmptyTown,
  tap,
  type EmptyTown,
  type Site,
} from './town.ts';

let town: EmptyTown;
let course: Site;
test.beforeEach(async () => {
  town = await startEmptyTown();
  course = await town.open('course', { name: 'school', display: 'The Harbour School' });
});
test.afterEach(() => town.close());

const right = Object.fromEntries(
  modules.map(({ id, quiz }) => [id, quiz.map((question) => String(question.right))]),
);

/** Ticks an answer to each question of the module that is shown, and sends them. */
async function answer(page: Page, given: readonly string[] = []): Promise<void> {
  for (const [index, value] of given.entries())
    await page.locator(`input[name=q${index}][value="${value}"]`).check();
  await page.getByRole('button', { name: /answers|again/ }).click();
}

test('a module is passed, completed for 5¢ by one tap, and its retake is free', async ({
  page,
}) => {
  await page.goto(`${course.url}/modules/1`);
  await expect(buttons(page)).toHaveCount(0);
  await answer(page, ['0', '0']);
  await expect(page.getByText('That is not quite it.')).toBeVisible();
  await expect(buttons(page)).toHaveCount(0);
  await expectAccessible(page);
  await answer(page, right['1']);
  await firstTap(page, buttons(page));
  await page.waitForURL('**/modules/1/completion');
  await expect(page.getByText('read, understood and completed')).toBeVisible();
  await expectAccessible(page);
  expect(await books(town.wallet)).toHaveLength(1);

  await page.goto(`${course.url}/modules/1`);
  await expect(page.getByText('Completed; a retake is free.')).toBeVisible();
  await answer(page, right['1']);
  await expect(page.getByText('Both answers are right.')).toBeVisible();
  await expect(page.getByText('Completed; a retake is free.')).toBeVisible();
  await expect(buttons(page)).toHaveCount(0);

  // The next one is one tap and no window.
  await page.goto(`${course.url}/modules/2`);
  await answer(page, right['2']);
  await tap(buttons(page));
  await page.waitForURL('**/modules/2/completion');
  await page.goto(course.url);
  await expect(page.getByText('completed', { exact: true })).toHaveCount(2);
  await expectAccessible(page);
  expect(await books(town.wallet)).toHaveLength(2);
});

test('a completed module is not charged again: not by the same credential, by another address of it, or by another payment', async ({
  page,
  context,
}) => {
  await page.goto(`${course.url}/modules/1`);
  await answer(page, right['1']);
  const paid = page.waitForRequest(
    (request) => request.url().endsWith('/completion') && 'authorization' in request.headers(),
  );
  await firstTap(page, buttons(page));
  const { authorization = '' } = await (await paid).allHeaders();
  await page.waitForURL('**/modules/1/completion');

  const cookies = await context.cookies(course.url);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  for (const [query, headers] of [
    ['', { authorization }],
    ['', { cookie }],
    ['?again', { cookie }],
  ] as const) {
    const again = await fetch(`${course.url}/modules/1/completion${query}`, { headers });
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('read, understood and completed');
  }

  // Whoever lost the cookie has to pass again, and to tap again, and pays nothing.
  await context.clearCookies({ name: 'micropay' });
  await page.goto(`${course.url}/modules/1`);
  await tap(buttons(page));
  await page.waitForURL('**/modules/1/completion');
  await expect(page.getByText('read, understood and completed')).toBeVisible();
  expect(await books(town.wallet)).toHaveLength(1);
});

test('what was not passed is offered to nobody, whatever they send', async () => {
  const post = (id: string, given: readonly string[], cookie = '') =>
    fetch(`${course.url}/modules/${id}/quiz`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams(given.map((value, index) => [`q${index}`, value])),
    });
  const completion = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${course.url}/modules/${id}/completion`, { headers, method });
  const isRefused = ({ status, headers }: Response) =>
    expect([status, headers.get('www-authenticate')]).toEqual([403, null]);

  const wrong = await post('1', ['1', '1']);
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([422, null]);
  expect((await post('1', [])).status).toBe(422);

  const passed = await post('1', right['1'] ?? []);
  expect(passed.status).toBe(303);
  const [cookie = ''] = passed.headers.get('set-cookie')?.split(';') ?? [];
  const asked = await completion('1', { cookie });
  expect(asked.status).toBe(402);
  const challenge = asked.headers.get('www-authenticate') ?? '';
  const [, id] = /id="([^"]+)"/.exec(challenge) ?? [];
  expect(id).toBeTruthy();

  isRefused(await completion('1'));
  isRefused(await completion('1', {}, 'HEAD'));
  isRefused(await completion('1', { authorization: 'Payment e30' }));
  isRefused(await completion('1', { cookie: cookie.replace(/1\./, '1.2.') }));
  // One pass is for one module.
  isRefused(await completion('2', { cookie }));
  expect((await completion('1', { cookie }, 'POST')).status).toBe(404);
  expect((await completion('4', { cookie })).status).toBe(404);
});
