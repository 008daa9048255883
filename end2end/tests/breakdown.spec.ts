// A part of the application that cannot be fetched: said in words, with a way out, and the rest of the page goes on.

import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { fillSignIn, open } from '../pages/portal.ts';

/** The parts; the page that is open has its own already. */
const PARTS = /\/wums-app\/.*\.wasm$/;

test('a part that cannot be fetched is offered again', async ({ page, cosmos, contoso, problems }) => {
  // What this test provokes: the fetch fails, and the library panics over it.
  problems.allow(/ERR_FAILED|panicked|load callback|unreachable|RuntimeError|Failed to fetch|TypeError/);
  await page.goto(`${cosmos.portal}/login?next=%2Fusers%2Fidps`);
  await page.getByLabel('E-mail').focus();
  await expect(page.locator('html[data-ready]')).toBeAttached();

  await page.route(PARTS, (route) => route.abort());
  await fillSignIn(page, contoso.admin.user, contoso.admin.password);
  const note = page.getByRole('alert');
  await expect(note).toContainText('A part of this page could not be loaded. Nothing that was saved is lost.');
  await expect(note).toHaveCount(1);
  await expectAccessible(page);

  await page.unroute(PARTS);
  await note.getByRole('link', { name: 'Load the page again' }).click();
  await expect(note).toHaveCount(0);
  await open(page, 'UMS Registration');
  await expect(page.getByRole('row').filter({ hasText: 'Headquarters' })).toBeVisible();
});

test('without WebAssembly at all a person still signs in and works', async ({ page, cosmos, contoso, problems }) => {
  problems.allow(/ERR_FAILED|Failed to fetch|TypeError/);
  await page.route(PARTS, (route) => route.abort());
  await page.goto(`${cosmos.portal}/login?next=%2Fservices%2Fums`);
  await fillSignIn(page, contoso.admin.user, contoso.admin.password);
  await expect(page).toHaveURL(`${cosmos.portal}/services/ums`);
  await expect(page.getByRole('row').filter({ hasText: 'Headquarters' })).toBeVisible();
});
