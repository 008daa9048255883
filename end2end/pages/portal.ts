// The Customer Portal as a person meets it: found by the words on the page, never by its markup.

import { type Locator, type Page, expect } from '@playwright/test';

import type { Idp } from '../fixtures/neighbours.ts';

export async function signIn(page: Page, origin: string, email: string, password: string): Promise<void> {
  await page.goto(`${origin}/login`);
  await fillSignIn(page, email, password);
  await expect(page.getByRole('button', { name: 'Log in' })).toBeHidden();
}

/** Fills in and sends the sign-in page that is shown: e-mail first, unless the page asks for the password already. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await passwordAsked(page);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Sends the e-mail, where the password is not asked for yet. */
export async function passwordAsked(page: Page): Promise<void> {
  const field = page.getByLabel('Password');
  if (await field.isVisible()) return;
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(field).toBeVisible();
}

/** Goes to a page by the navigation. */
export async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
}

/** By the account menu. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
}

export async function activate(page: Page): Promise<void> {
  await open(page, 'Activate IGEL OS Onboarding');
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByRole('heading', { name: 'IGEL OS Onboarding Management' })).toBeVisible();
}

export async function registerUms(page: Page, ums: { name: string; file: string }): Promise<void> {
  await open(page, 'UMS Registration');
  await page.getByRole('link', { name: 'Register a new UMS Instance' }).first().click();
  await page.getByLabel('UMS Name').fill(ums.name);
  await choose(page, 'X.509 Certificate', ums.file);
  await submit(page, ums.name);
}

export async function registerIdp(page: Page, record: { name: string; idp: Idp; domain: string }): Promise<void> {
  await open(page, 'IGEL OS IdP');
  await page.getByRole('link', { name: 'Register IGEL OS IdP' }).first().click();
  await page.getByLabel('Display Name').fill(record.name);
  await page.getByLabel('Client ID').fill(record.idp.clientId);
  await page.getByLabel('Client Secret').fill(record.idp.clientSecret);
  await page.getByLabel('Issuer').fill(record.idp.issuer);
  await addLine(page, 'Mapped Domains', 'Domain Name', record.domain);
  await submit(page, record.name);
}

export interface Record {
  name: string;
  host: string;
  port: string;
  users?: string[];
  domains?: string[];
  file: string;
}

/** Fills in "IGEL OS Onboarding Registration" and sends it; what comes then is the caller's. */
export async function fillRecord(page: Page, record: Record): Promise<void> {
  await open(page, 'IGEL OS Onboarding');
  await page.getByRole('link', { name: 'Register IGEL OS Onboarding' }).first().click();
  await page.getByLabel('Display Name').fill(record.name);
  await page.getByLabel('UMS Hostname').fill(record.host);
  await page.getByLabel('UMS Port').fill(record.port);
  for (const user of record.users ?? []) await addLine(page, 'Mapped Users', 'E-mail address', user);
  for (const domain of record.domains ?? []) await addLine(page, 'Mapped Domains', 'Domain', domain);
  await choose(page, 'OBS Root Certificate', record.file);
  await page.getByRole('button', { name: 'Submit' }).click();
}

export async function registerRecord(page: Page, record: Record): Promise<void> {
  await fillRecord(page, record);
  await expect(page.getByRole('row').filter({ hasText: record.name })).toBeVisible();
}

/** One line of a list field, by its dialog. */
export async function addLine(page: Page, field: string, label: string, line: string): Promise<void> {
  const rows = page.locator('.field').filter({ hasText: new RegExp(`^${field}`) });
  await rows.getByRole('button', { name: 'Add' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(label).fill(line);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rows.getByRole('button', { name: `Remove ${line}` })).toBeVisible();
}

/** A certificate file; its text then stands in the field. */
async function choose(page: Page, field: string, file: string): Promise<void> {
  await page.getByLabel('Choose file').setInputFiles(file);
  await expect(page.getByLabel(field)).toHaveValue(/BEGIN CERTIFICATE/);
}

/** Sends a form, after which its list shows the new row. */
async function submit(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('row').filter({ hasText: name })).toBeVisible();
}

/** What can be done with a row: from its menu, where it has one. */
export async function act(row: Locator, name: string): Promise<void> {
  const menu = row.getByRole('button', { name: /^Actions/ });
  const link = row.getByRole('link', { name: new RegExp(`^${name}`) });
  await expect(menu.or(link).first()).toBeVisible();
  if (await menu.isVisible()) await menu.click();
  await link.click();
}
