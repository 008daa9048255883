// Lists as they are used: columns, filters, several rows at once, exports, and the page that tells who did what.

import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import type { SignIn } from '../fixtures/company.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { act, open, signIn } from '../pages/portal.ts';

const ADMIN: SignIn = { user: 'admin@wingtip.example', password: 'Walnut-Ribbon-Comet-41' };
const PEOPLE = Array.from({ length: 12 }, (_, number) => `user${String(number).padStart(2, '0')}@wingtip.example`);

const made = new WeakMap<Cosmos, Promise<void>>();

/** A company with a dozen people, made at its first use on a server. */
function makeWingtip(cosmos: Cosmos): Promise<void> {
  const making = async () => {
    await cosmos.cli(['account', 'create', '--name', 'Wingtip']);
    await add(cosmos, ADMIN.user, 'super-admin');
    for (const [number, email] of PEOPLE.entries()) await add(cosmos, email, number % 3 ? 'obs-admin' : 'ums-admin');
  };
  const company = made.get(cosmos) ?? making();
  made.set(cosmos, company);
  return company;
}

async function add(cosmos: Cosmos, email: string, role: string): Promise<void> {
  await cosmos.cli(['user', 'add', '--account', 'Wingtip', '--email', email, '--role', role, '--password-stdin'], ADMIN.password);
}

async function overview(page: Page, cosmos: Cosmos): Promise<void> {
  await makeWingtip(cosmos);
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  await open(page, 'Overview');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
}

const emails = (page: Page): Promise<string[]> =>
  page.locator('td[data-label="Email"]').evaluateAll((cells) => cells.map((cell) => (cell.textContent ?? '').trim().split(' ')[0] ?? ''));

/** Opens what stands behind "Filters", "Views" or "Columns". */
async function unfold(page: Page, name: 'Filters' | 'Columns' | 'Views'): Promise<void> {
  await page.locator('summary').filter({ hasText: name }).click();
}

async function exported(page: Page): Promise<string[][]> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  const text = await readFile(await file.path(), 'utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  return text.slice(1).trimEnd().split('\r\n').map((line) => line.split(','));
}

test('a list is narrowed column by column, and the address says so', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  await unfold(page, 'Filters');
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'UMS Admin' });
  await page.locator('#filter-email').fill('user0');
  await page.getByRole('button', { name: 'Apply' }).first().click();
  await expect(page).toHaveURL(/f\.email=user0.*f\.role=ums-admin/);
  await expect.poll(() => emails(page)).toEqual(PEOPLE.filter((_, number) => number % 3 === 0 && number < 10));
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();

  await page.getByRole('link', { name: 'Remove Email', exact: true }).click();
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();
  await expect(page).not.toHaveURL(/f\.email/);
  await page.getByRole('link', { name: 'Remove Role', exact: true }).click();
  await expect(page.getByText('Rows 1 - 13 of 13')).toBeVisible();

  await page.getByRole('link', { name: 'Email', exact: true }).click();
  await page.getByRole('link', { name: 'Email', exact: true }).click();
  await expect(page).toHaveURL(/dir=desc/);
  await expect(page.getByRole('columnheader', { name: 'Email' })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('link', { name: '10', exact: true }).click();
  await expect(page.getByText('Rows 1 - 10 of 13')).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText('Rows 11 - 13 of 13')).toBeVisible();
  expect(await emails(page)).toEqual([PEOPLE[1], PEOPLE[0], ADMIN.user]);
  await page.reload();
  await expect(page.getByText('Rows 11 - 13 of 13')).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText('Rows 1 - 10 of 13')).toBeVisible();
});

test('columns are chosen, and chosen still the next time and elsewhere', async ({ page, cosmos, elsewhere }) => {
  await overview(page, cosmos);
  await unfold(page, 'Columns');
  await page.locator('#columns').getByLabel('Account', { exact: true }).uncheck();
  await page.locator('#columns').getByLabel('Created', { exact: true }).check();
  await page.getByRole('button', { name: 'Apply' }).last().click();
  await expect(page.getByRole('columnheader', { name: 'Created' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Account' })).toHaveCount(0);
  await open(page, 'Activity');
  await open(page, 'Overview');
  await expect(page.getByRole('columnheader', { name: 'Created' })).toBeVisible();
  const other = await elsewhere();
  await overview(other, cosmos);
  await expect(other.getByRole('columnheader', { name: 'Created' })).toBeVisible();
  await unfold(page, 'Columns');
  await page.getByRole('button', { name: 'Usual columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'Account' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Created' })).toHaveCount(0);
});

/** Names what is seen, chooses it again, and deletes it: with script and without. */
async function keepsViews(page: Page, origin: string, name: string): Promise<void> {
  await page.goto(`${origin}/users/overview?f.role=ums-admin&sort=email&dir=desc`);
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();
  const rows = await emails(page);
  await unfold(page, 'Views');
  await page.getByLabel('Name what you see now').fill(name);
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();

  await open(page, 'Overview');
  await expect(page.getByText('Rows 1 - 13 of 13')).toBeVisible();
  await unfold(page, 'Views');
  await page.getByRole('link', { name }).click();
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();
  expect(await emails(page)).toEqual(rows);
  // With script the panel is still open: the page is the same.
  if ((await page.locator('#views').getAttribute('open')) === null) await unfold(page, 'Views');
  await expect(page.getByRole('link', { name })).toHaveAttribute('aria-current', 'true');
  await page.getByRole('button', { name: `Delete view ${name}` }).click();
  await expect(page.getByText('Rows 1 - 4 of 4')).toBeVisible();
  await unfold(page, 'Views');
  await expect(page.getByLabel('Name what you see now')).toBeVisible();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
}

test('a view is saved, chosen again, and deleted', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  await unfold(page, 'Views');
  await expectAccessible(page);
  await keepsViews(page, cosmos.portal, 'Our UMS people');
});

test('what can be done with a row is in a menu, and the page is not wider than it is', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  await expect(page.locator('tbody tr')).toHaveCount(13);
  const wider = await page.evaluate(() => {
    const scrolls = Array.from(document.querySelectorAll('main *')).filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && getComputedStyle(one).overflowX !== 'clip' && getComputedStyle(one).overflowX !== 'hidden');
    return scrolls.map((one) => `${one.className}: ${one.scrollWidth} > ${one.clientWidth}`);
  });
  expect(wider).toEqual([]);
  const row = page.getByRole('row').filter({ hasText: PEOPLE[4] ?? '' });
  await row.getByRole('button', { name: `Actions ${PEOPLE[4]}` }).click();
  await expect(row.getByRole('link')).toHaveText([/Add role/, /Remove role/, /Deactivate/, /Reset second factor/]);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(row.getByRole('link', { name: 'Add role' })).toBeHidden();
});

test('what is exported is what the filter has found', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  await page.goto(`${cosmos.portal}/users/overview?f.role=obs-admin&sort=email&per=10`);
  const rows = await exported(page);
  expect(rows[0]).toEqual(['Account', 'Email', 'Name', 'Role', 'Active', 'Invitation Status', 'Days left', 'Created']);
  expect(rows.slice(1).map((row) => row[1])).toEqual(PEOPLE.filter((_, number) => number % 3));
  await open(page, 'Activity');
  await expect(page.getByRole('row').filter({ hasText: 'List exported' }).first()).toContainText('role: obs-admin');
});

test('several rows at once: none, the page, all that match', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  const deactivate = page.getByRole('button', { name: 'Deactivate users' });
  await page.getByLabel('Select all rows of this page').check();
  await expect(deactivate).toHaveText('Deactivate users (12)');
  await page.getByLabel('Select all rows of this page').uncheck();
  await expect(deactivate).toHaveText('Deactivate users');

  for (const email of ['user00', 'user01']) await page.getByLabel(`Select ${email}@wingtip.example`).check();
  await expect(deactivate).toHaveText('Deactivate users (2)');
  await deactivate.click();
  await expect(page.getByText('Rows that are selected: 2')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Deactivate users (2)' }).click();
  const results = page.getByRole('table', { name: 'What came of it' }).getByRole('row');
  await expect(results).toHaveCount(3);
  await expect(results.filter({ hasText: 'user01@wingtip.example' })).toContainText('done');

  await page.goto(`${cosmos.portal}/users/overview?f.role=ums-admin&f.active=yes`);
  await page.getByLabel('Which rows').selectOption('all');
  await expect(deactivate).toHaveText('Deactivate users (3)');
  await deactivate.click();
  await page.getByRole('button', { name: 'Deactivate users (3)' }).click();
  await expect(page.getByText('3 done, 0 not done')).toBeVisible();
  await page.goto(`${cosmos.portal}/users/overview?f.active=no`);
  await expect(page.getByText('Rows 1 - 5 of 5')).toBeVisible();
  for (const email of await emails(page)) {
    await page.getByRole('row').filter({ hasText: email }).getByRole('button', { name: 'Restore' }).click();
    await expect(page.getByRole('row').filter({ hasText: email })).toHaveCount(0);
  }
});

test('activity says who did what, with old and new values', async ({ page, cosmos }) => {
  await overview(page, cosmos);
  const email = PEOPLE[5] ?? '';
  await act(page.getByRole('row').filter({ hasText: email }), 'Add role');
  await page.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'Account Admin' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await open(page, 'Activity');
  const row = page.getByRole('row').filter({ hasText: 'Role added' }).first();
  for (const words of [ADMIN.user, email, 'OBS Admin', 'Account Admin, OBS Admin']) await expect(row).toContainText(words);
  await expectAccessible(page);

  await unfold(page, 'Filters');
  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Role added' });
  await page.getByRole('textbox', { name: 'Person', exact: true }).fill('admin@wing');
  await page.getByRole('button', { name: 'Apply' }).first().click();
  await expect(page.getByRole('row')).toHaveCount(2);
  const rows = await exported(page);
  expect(rows).toHaveLength(2);
  expect(rows[1]?.join(',')).toContain('Roles: OBS Admin → Account Admin, OBS Admin');
  await page.goto(`${cosmos.portal}/activity?f.until=2001-01-01`);
  await expect(page.getByText('Nothing matches your search')).toBeVisible();
});

test('without script everything is there too', async ({ browser, cosmos }) => {
  await makeWingtip(cosmos);
  const context = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  await open(page, 'Overview');
  await unfold(page, 'Filters');
  await page.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'OBS Admin' });
  await page.getByRole('button', { name: 'Apply' }).first().click();
  await expect(page.getByText('Rows 1 - 8 of 8')).toBeVisible();
  await unfold(page, 'Columns');
  await page.locator('#columns').getByLabel('Name', { exact: true }).check();
  await page.getByRole('button', { name: 'Apply' }).last().click();
  await expect(page.getByRole('columnheader', { name: 'Name' })).toBeVisible();
  await expect(page.getByText('Rows 1 - 8 of 8')).toBeVisible();
  await page.getByLabel('Select user01@wingtip.example').check();
  await page.getByRole('button', { name: 'Deactivate users' }).click();
  await page.getByRole('button', { name: 'Deactivate users (1)' }).click();
  await expect(page.getByText('1 done, 0 not done')).toBeVisible();
  await page.goto(`${cosmos.portal}/users/overview?f.active=no`);
  await page.getByRole('row').filter({ hasText: 'user01' }).getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'user01' })).toContainText('Yes');
  await unfold(page, 'Columns');
  await page.getByRole('button', { name: 'Usual columns' }).click();
  await keepsViews(page, cosmos.portal, 'Without script');
  await act(page.getByRole('row').filter({ hasText: PEOPLE[3] ?? '' }), 'Add role');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add additional role');
  await context.close();
});

test('on a phone rows are cards, and nothing is wider than the page', async ({ page, cosmos }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await makeWingtip(cosmos);
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  for (const path of ['/users/overview?per=10', '/activity?per=10', '/users/overview/selected?act=deactivate&what=all&f.role=ums-admin']) {
    await page.goto(cosmos.portal + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, path).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
  await page.goto(`${cosmos.portal}/users/overview?per=10`);
  const own = page.getByRole('row').filter({ hasText: ADMIN.user });
  await expect(own.locator('td[data-label="Role"]')).toBeVisible();
  // A card has no line for what is not there.
  await expect(own.locator('td[data-label="Days left"]')).toBeHidden();
  await expect(own.locator('td[data-label="Invitation Status"]')).toBeHidden();
});
