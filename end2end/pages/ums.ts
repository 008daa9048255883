// The UMS Web App as a person meets it.

import { join } from 'node:path';

import { type Locator, type Page, expect } from '@playwright/test';

import type { SignIn } from '../fixtures/company.ts';

export { open, signOut } from './portal.ts';

export async function signInToUms(page: Page, origin: string, { user, password }: SignIn): Promise<void> {
  await page.goto(`${origin}/webapp/login`);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Devices' })).toBeVisible();
}

/** A file of a tab of the Network page, which is open: where it was put. */
export async function download(page: Page, tab: string, link: string, folder: string): Promise<string> {
  await page.getByRole('navigation', { name: 'Network' }).getByRole('link', { name: tab }).click();
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: link }).click();
  const file = await coming;
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

/** The row of a device in the list, by its name. */
export function deviceRow(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** One value of the details of something. */
export function fact(page: Page, name: string): Locator {
  return page.locator(`dt:text-is("${name}") + dd`);
}
