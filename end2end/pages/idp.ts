// Contoso's identity provider: its sign-in page and its consent page.

import { type Page, expect } from '@playwright/test';

import type { Persona } from '../fixtures/neighbours.ts';

/** From the provider's sign-in page to the moment it sends the person back. */
export async function signInAtIdp(page: Page, person: Persona, password = person.password): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in to Contoso' })).toBeVisible();
  await page.getByLabel('Work e-mail').fill(person.login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function consentAtIdp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}
