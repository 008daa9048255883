// The pages of the Onboarding Service, and the way through them and the identity provider.

import { type Page, expect } from '@playwright/test';

import type { SignInOffer } from '../fixtures/devices.ts';
import type { Persona } from '../fixtures/neighbours.ts';
import { consentAtIdp, signInAtIdp } from './idp.ts';

/** Opens the address that a device shows, compares the code, and goes on to the identity provider. */
export async function goOn(page: Page, { url, code }: SignInOffer): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'Onboard this device?' })).toBeVisible();
  await expect(page.getByText(code, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Contoso' })).toBeVisible();
}

/** The person's whole part: code, Continue, sign-in, consent. */
export async function signInForDevice(page: Page, offer: SignInOffer, person: Persona): Promise<void> {
  await goOn(page, offer);
  await signInAtIdp(page, person);
  await consentAtIdp(page);
}

/** The page that ends a good sign-in. */
export async function expectDone(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Done. Go back to your device.' })).toBeVisible();
}

/** The page that ends a sign-in that leads nowhere: what happened, and the code that the device shows. */
export async function expectNotOnboarded(page: Page, code: number, why: RegExp): Promise<void> {
  await expect(page.getByRole('heading', { name: 'The device could not be onboarded' })).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByText(`Code: ${code}`, { exact: true })).toBeVisible();
}
