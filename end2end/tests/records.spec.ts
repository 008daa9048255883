// IGEL OS Onboarding records: the chain before it is saved, changes that overwrite nothing, many users, the way to the UMS, and
// where a person is led.

import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { umsAddress } from '../fixtures/company.ts';
import { BEGINNER, freshCertificate, makeNorthwind } from '../fixtures/northwind.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { activate, fillSignIn, registerRecord, signIn } from '../pages/portal.ts';

test.use({ alone: 'records' });
test.describe.configure({ mode: 'serial' });

const csv = (text: string) => ({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function openRecord(page: Page, cosmos: Cosmos, name: string): Promise<void> {
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(heading(page)).toHaveText(name);
}

test('a wrong chain is seen before and after it is saved', async ({ page, cosmos, problems }) => {
  problems.allow(/422/);
  await makeNorthwind(cosmos);
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await activate(page);
  const file = await freshCertificate(cosmos, 'records-root');
  const { host, port } = umsAddress(cosmos);

  await page.goto(`${cosmos.portal}/services/onboarding/new`);
  await page.getByLabel('UMS Hostname').fill(host);
  await page.getByLabel('UMS Port').fill(port);
  await page.getByLabel('Choose file').setInputFiles(file);
  await expect(page.getByLabel('OBS Root Certificate')).toHaveValue(/BEGIN CERTIFICATE/);
  await page.getByRole('button', { name: 'Check the chain' }).click();
  await expect(page.getByText('The chain is complete')).toBeVisible();
  await page.getByRole('button', { name: 'Compare with the host' }).click();
  await expect(page.getByText('What the host presents does not lead to your chain')).toBeVisible();
  await expectAccessible(page);

  await registerRecord(page, { name: 'Berlin', host, port, domains: ['northwind.example'], file });
  await openRecord(page, cosmos, 'Berlin');
  await page.getByRole('button', { name: 'Check the route now' }).click();
  await expect(page.getByText('Devices show error 46')).toBeVisible();
  await expect(page.getByText('Replace X.509 Certificate.')).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await expect(page.getByRole('row').filter({ hasText: 'Berlin' })).toContainText('Devices fail');
});

test('whoever is second sees both versions and loses nothing', async ({ page, context, cosmos, problems }) => {
  problems.allow(/409/);
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await openRecord(page, cosmos, 'Berlin');
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page.getByLabel('Display Name')).toHaveValue('Berlin');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('Display Name').fill('Berlin North');
  await other.getByRole('button', { name: 'Submit' }).click();
  await expect(heading(other)).toHaveText('Berlin North');
  await other.close();

  await page.getByLabel('Display Name').fill('Berlin South');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('Somebody else has saved meanwhile')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: 'Berlin North' })).toBeVisible();
  await expect(page.getByLabel('Display Name')).toHaveValue('Berlin South');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(heading(page)).toHaveText('Berlin South');

  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Restore this state (1)' }).click();
  await expect(heading(page)).toHaveText('Berlin');
});

test('many users come by a file, with a result for each line', async ({ page, cosmos }) => {
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await openRecord(page, cosmos, 'Berlin');
  await page.getByRole('link', { name: 'Update Mapped Users' }).click();
  await expect(page.getByText('No mapped users')).toBeVisible();
  await page.getByRole('link', { name: 'Last import' }).click();
  await expect(page.getByText('Nothing was imported yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Update Mapped Users' }).click();
  const lines = Array.from({ length: 1000 }, (_, number) => `person${number}@northwind.example`);
  await page.getByLabel('CSV file').setInputFiles(csv(['E-mail', ...lines, 'nobody'].join('\r\n')));
  await page.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('Nothing was changed, because some lines are bad')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'nobody' })).toContainText('1002');
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Update Mapped Users' }).click();
  await page.getByLabel('CSV file').setInputFiles(csv([...lines, 'nobody'].join('\n')));
  await page.getByLabel('Carry out the good lines even if others are bad').check();
  await page.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('1000 added, 1 bad')).toBeVisible();
  await page.getByRole('link', { name: 'Update Mapped Users' }).click();
  await page.getByLabel('Search for an address').fill('person777@');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove: person777@northwind.example' }).click();
  await expect(page.getByText('person777@northwind.example')).toBeHidden();
});

test('an import of users leaves the form of somebody else as it is', async ({ page, cosmos, elsewhere }) => {
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await openRecord(page, cosmos, 'Berlin');
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page.getByLabel('Display Name')).toHaveValue('Berlin');

  const theirs = await elsewhere();
  await signIn(theirs, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await openRecord(theirs, cosmos, 'Berlin');
  await theirs.getByRole('link', { name: 'Update Mapped Users' }).click();
  await theirs.getByLabel('CSV file').setInputFiles(csv('zoe@northwind.example'));
  await theirs.getByRole('button', { name: 'Import' }).click();
  await expect(theirs.getByText('1 added')).toBeVisible();
  await theirs.getByRole('link', { name: 'Update Mapped Users' }).click();
  await theirs.getByLabel('Search for an address').fill('zoe@');
  await theirs.keyboard.press('Enter');
  await theirs.getByRole('button', { name: 'Remove: zoe@northwind.example' }).click();
  await expect(theirs.getByText('zoe@northwind.example')).toBeHidden();

  await page.getByLabel('UMS Port').fill('8444');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(heading(page)).toHaveText('Berlin');
  await expect(page.getByRole('definition').filter({ hasText: '8444' })).toBeVisible();
});

test('the resolver says where an e-mail leads, and why', async ({ page, cosmos }) => {
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await page.getByRole('link', { name: 'Resolve an e-mail' }).click();
  await page.getByLabel('E-mail address').fill('person1@northwind.example');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The device is led nowhere')).toBeVisible();
  await expect(page.getByText('Your account has not proved the domain.')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: 'Berlin' }).first()).toBeVisible();
  await expectAccessible(page);
});

test('without script: a chain is looked at, replaced, and the record deleted', async ({ browser, cosmos }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB', ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${cosmos.portal}/login`);
  await fillSignIn(page, BEGINNER.user, BEGINNER.password);
  await openRecord(page, cosmos, 'Berlin');
  await page.getByRole('link', { name: 'Replace X.509 Certificate' }).click();
  const next = await readFile(await freshCertificate(cosmos, 'records-next'), 'utf8');
  await page.getByLabel('OBS Root Certificate').fill(next);
  await page.getByRole('button', { name: 'Check the chain' }).click();
  await expect(page.getByText('The chain is complete')).toBeVisible();
  await expect(page.getByLabel('OBS Root Certificate')).toHaveValue(/BEGIN CERTIFICATE/);
  await page.getByLabel('OBS Root Certificate').fill(`${next}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`);
  await page.getByRole('button', { name: 'Check the chain' }).click();
  await expect(page.locator('#chain-error')).toContainText('private key');
  await expect(page.getByLabel('OBS Root Certificate')).toHaveValue('');
  await page.getByLabel('OBS Root Certificate').fill(next);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(heading(page)).toHaveText('Berlin');
  await expect(page.getByText('CN=records-next').first()).toBeVisible();

  await page.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByText('This record routes nobody.').first()).toBeVisible();
  await page.getByRole('link', { name: 'Delete record' }).click();
  await expect(page.getByText('999 mapped users are led to no UMS any more')).toBeVisible();
  await page.getByRole('button', { name: 'Delete record' }).click();
  await expect(page.getByText('No record yet')).toBeVisible();
  await context.close();
});
