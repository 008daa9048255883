// A part of the application that cannot be fetched: said in words, with a way out, and the rest of the page goes on.

import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { open, signIn } from '../pages/portal.ts';

test('a page that cannot be fetched offers to load again', async ({ page, cosmos, contoso, problems }) => {
  // What this test provokes: the fetch fails, and the library panics over it.
  problems.allow(/ERR_FAILED|panicked|load callback|unreachable|RuntimeError|Failed to fetch|TypeError/);
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await page.goto(`${cosmos.portal}/`);
  await expect(page.locator('html[data-ready]')).toBeAttached();

  await page.route(/\/wums-app\/.*\.wasm$/, (route) => route.abort());
  await open(page, 'IGEL OS IdP');
  const note = page.getByRole('alert');
  await expect(note).toContainText('A part of this page could not be loaded. Nothing that was saved is lost.');
  await expectAccessible(page);
  // Said once, however often it is tried.
  await open(page, 'UMS Registration');
  await expect(note).toHaveCount(1);

  await page.unroute(/\/wums-app\/.*\.wasm$/);
  await note.getByRole('link', { name: 'Load the page again' }).click();
  await expect(note).toHaveCount(0);
  await open(page, 'IGEL OS IdP');
  await expect(page.getByRole('row').filter({ hasText: 'Contoso sign-in' })).toBeVisible();
});

test('without WebAssembly at all a person still signs in', async ({ page, cosmos, contoso, problems }) => {
  problems.allow(/ERR_FAILED|Failed to fetch|TypeError/);
  await page.route(/\/wums-app\/.*\.wasm$/, (route) => route.abort());
  await page.goto(`${cosmos.portal}/login?next=%2Fservices%2Fums`);
  await page.getByLabel('E-mail').fill(contoso.admin.user);
  await page.getByLabel('Password').fill(contoso.admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(`${cosmos.portal}/services/ums`);
  await expect(page.getByRole('row').filter({ hasText: 'Headquarters' })).toBeVisible();
});
