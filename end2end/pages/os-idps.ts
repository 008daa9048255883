// IGEL OS IdP in the Customer Portal.

import { type Page, expect } from '@playwright/test';

import { expectAccessible } from '../fixtures/accessible.ts';
import type { Persona } from '../fixtures/neighbours.ts';
import { consentAtIdp, signInAtIdp } from './idp.ts';
import { open } from './portal.ts';

/** The page of a provider, by the list. */
export async function openProvider(page: Page, name: string): Promise<void> {
  await open(page, 'IGEL OS IdP');
  await page.getByRole('row').filter({ hasText: name }).getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** Takes the domain from a provider, so that the next one can have it. */
export async function freeDomain(page: Page, name: string, domain: string): Promise<void> {
  await openProvider(page, name);
  await page.getByRole('link', { name: 'Update Mapped Domains' }).click();
  await page.getByRole('button', { name: `Remove ${domain}` }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/**
 * From "Start test sign-in" to the end of the window that it opens. The page behind it shows the result by itself. Nobody: whoever
 * has signed in there before is known, and goes through.
 */
export async function runTest(page: Page, person: Persona | null): Promise<void> {
  await page.getByRole('button', { name: 'Start test sign-in' }).click();
  const link = page.getByRole('link', { name: 'Open the sign-in in a new window' });
  await expect(link).toBeVisible();
  await expectAccessible(page);
  const opening = page.context().waitForEvent('page');
  await link.click();
  const window = await opening;
  await expect(window.getByRole('heading', { name: 'Test sign-in' })).toBeVisible();
  await expectAccessible(window);
  await window.getByRole('button', { name: 'Continue' }).click();
  if (person) {
    await signInAtIdp(window, person);
    await consentAtIdp(window);
  }
  await expect(window.getByRole('heading', { name: 'The test sign-in is finished' })).toBeVisible();
  await expectAccessible(window);
  await window.close();
}
