// IGEL OS IdP: registered as the guides of Entra ID, Okta and Ping say, tried by a test sign-in, changed, switched off, deleted.
// The providers are three ways of one certified library: an issuer for each tenant and no e-mail; PKCE and basic; PKCE and post.

import type { Locator, Page } from '@playwright/test';

import { ADMIN } from '../fixtures/company.ts';
import { expectEnrolled, startOnboarding } from '../fixtures/devices.ts';
import { type Idp, type Personality, startIdp } from '../fixtures/neighbours.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, persona, test } from '../fixtures/test.ts';
import { consentAtIdp, signInAtIdp } from '../pages/idp.ts';
import { expectDone, signInForDevice } from '../pages/onboarding.ts';
import { freeDomain, openProvider, runTest } from '../pages/os-idps.ts';
import { open, signIn } from '../pages/portal.ts';

// The one domain goes from provider to provider: no other story may share this server.
test.use({ alone: 'os-idps' });
test.describe.configure({ mode: 'serial' });

const DOMAIN = 'contoso.example';
const person = persona('user1');
const started: Idp[] = [];

async function provider(cosmos: Cosmos, like: Personality): Promise<Idp> {
  const idp = await startIdp(`${cosmos.onboarding}/`, like);
  started.push(idp);
  return idp;
}

test.beforeAll(async ({ contoso }) => {
  expect(contoso.admin.user).toBe(ADMIN.user);
});

test.afterAll(async () => {
  for (const idp of started) await idp.process.stop();
});

function field(page: Page, id: string): Locator {
  return page.locator('.field').filter({ has: page.locator(`#${id}`) });
}

async function addDomain(page: Page): Promise<void> {
  await field(page, 'domains').getByRole('button', { name: 'Add' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Domain Name').fill(DOMAIN);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: `Remove ${DOMAIN}` })).toBeVisible();
}

async function register(page: Page, record: { name: string; preset: string; idp: Idp; issuer: string }): Promise<void> {
  await open(page, 'IGEL OS IdP');
  await page.getByRole('link', { name: 'Register IGEL OS IdP' }).first().click();
  await page.getByRole('radio', { name: record.preset }).check();
  await page.getByLabel('Display Name').fill(record.name);
  await page.getByLabel('Client ID').fill(record.idp.clientId);
  await page.getByLabel('Client Secret').fill(record.idp.clientSecret);
  await page.getByLabel('Secret expires on').fill('2099-12-31');
  await page.getByLabel('Issuer').fill(record.issuer);
  await page.getByRole('button', { name: 'Fill in from the issuer' }).click();
  await expect(page.getByLabel('Issuer')).toHaveValue(record.idp.issuer);
  await expect(page.getByLabel('Token Endpoint URL')).toHaveValue(new RegExp(`^${new URL(record.idp.issuer).origin}/.+`));
  await addDomain(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('row').filter({ hasText: record.name })).toBeVisible();
}

const WAYS = [
  { name: 'Our Entra ID', like: 'entra', preset: 'Microsoft Entra ID', wellKnown: false, hint: 'The claim email is missing' },
  { name: 'Our Okta', like: 'okta', preset: 'Okta', wellKnown: true, hint: undefined },
  { name: 'Our Ping', like: 'ping', preset: 'Ping Identity', wellKnown: false, hint: undefined },
] as const;

let before = 'Contoso sign-in';

for (const way of WAYS) {
  test(`${way.preset}: registered, tried, and a device onboarded`, async ({ page, cosmos, elsewhere }) => {
    test.setTimeout(90_000);
    const idp = await provider(cosmos, way.like);
    await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
    await freeDomain(page, before, DOMAIN);
    const issuer = way.wellKnown ? `${idp.issuer}/.well-known/openid-configuration` : idp.issuer;
    await register(page, { name: way.name, preset: way.preset, idp, issuer });
    before = way.name;

    await openProvider(page, way.name);
    await expect(page.getByText('Not tested yet').first()).toBeVisible();
    await expectAccessible(page);
    await runTest(page, person);
    await expect(page.getByText('The test sign-in passed')).toBeVisible();
    const claims = page.getByRole('table', { name: 'Claims' });
    await expect(claims.getByRole('row').filter({ hasText: 'preferred_username' })).toContainText(person.login);
    if (way.hint) {
      await expect(page.getByText(way.hint)).toBeVisible();
      await expect(page.getByText('Add optional claim').first()).toBeVisible();
    } else {
      await expect(claims.getByRole('row').filter({ hasText: 'email_verified' })).toContainText('true');
    }
    await expectAccessible(page);
    await open(page, 'IGEL OS IdP');
    await expect(page.getByRole('row').filter({ hasText: way.name })).toContainText('Passed');

    const own = await elsewhere();
    const { device, offer } = await startOnboarding(cosmos, `like-${way.like}`, person.login);
    await signInForDevice(own, offer, person);
    await expectDone(own);
    await expectEnrolled(device);
  });
}

test('a wrong secret is named by the test sign-in, and the right one mends it', async ({ page, cosmos }) => {
  const right = started.at(-1)?.clientSecret ?? '';
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  const update = async (secret: string, old: string) => {
    await openProvider(page, before);
    await page.getByRole('link', { name: 'Update client secret' }).click();
    await page.getByLabel('New Client Secret').fill(secret);
    await page.getByRole('radio', { name: old }).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(before);
  };
  await update('mistyped', 'is replaced at once');
  await runTest(page, person);
  await expect(page.getByText('The test sign-in did not pass')).toBeVisible();
  await expect(page.getByText('Your provider refuses the client secret')).toBeVisible();
  await expectAccessible(page);

  await update(right, 'works on for a day');
  await expect(page.getByText(/The old one works on until/)).toBeVisible();
  await runTest(page, null);
  await expect(page.getByText('The test sign-in passed')).toBeVisible();
});

test('what a provider shows on its own page is explained', async ({ page, cosmos }) => {
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  await openProvider(page, 'Our Entra ID');
  await page.getByRole('button', { name: 'Start test sign-in' }).click();
  await page.getByLabel('Message of the provider').fill('AADSTS50105: Your administrator has configured the application to block users');
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByText('You are not assigned to the application.')).toBeVisible();
  await expect(page.getByText('Users and groups')).toBeVisible();
});

test('of two who edit at the same time the second sees both versions', async ({ page, cosmos, elsewhere, problems }) => {
  problems.allow(/409/);
  const second = await elsewhere();
  for (const one of [page, second]) {
    await signIn(one, cosmos.portal, ADMIN.user, ADMIN.password);
    await openProvider(one, 'Our Okta');
    await one.getByRole('link', { name: 'Rename' }).click();
    await expect(one.getByLabel('Display Name')).toHaveValue('Our Okta');
  }
  await page.getByLabel('Display Name').fill('Okta of Ada');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Okta of Ada');

  await second.getByLabel('Display Name').fill('Okta of Grace');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  const both = second.getByRole('table', { name: 'Somebody else has saved meanwhile' });
  await expect(both).toContainText('Okta of Ada');
  await expect(both).toContainText('Okta of Grace');
  await expectAccessible(second);
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Okta of Grace');
});

test('disabled and enabled again; deleting says what stops', async ({ page, cosmos }) => {
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  await openProvider(page, before);
  await page.getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
  const device = await cosmos.device('nobody', ['--json', 'onboard', '--obs', cosmos.onboarding, '--email', person.login]);
  expect(await device.ended).toBe(1);
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.getByRole('button', { name: 'Disable' })).toBeVisible();

  await page.getByRole('link', { name: 'Delete IGEL OS IdP' }).click();
  await expect(page.getByRole('heading', { name: 'What stops' })).toBeVisible();
  await expect(page.locator('#main').getByText(DOMAIN)).toBeVisible();
  await expect(page.locator('#main').getByText('Everybody')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Delete IGEL OS IdP' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('IGEL OS IdP Management');
  await expect(page.getByRole('row').filter({ hasText: before })).toHaveCount(0);
});

test('without script: renamed, its secret updated, and tried', async ({ browser, cosmos }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${cosmos.portal}/login?way=password`);
  await page.getByLabel('E-mail').fill(ADMIN.user);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.goto(`${cosmos.portal}/users/idps`);
  await page.getByRole('link', { name: 'Our Entra ID', exact: true }).click();
  await page.getByRole('link', { name: 'Rename' }).click();
  await page.getByLabel('Display Name').fill('Okta of Grace');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#name-error')).toContainText('already');
  await expect(page.getByLabel('Display Name')).toHaveValue('Okta of Grace');
  await page.getByLabel('Display Name').fill('Entra of Ada');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Entra of Ada');

  await page.getByRole('link', { name: 'Update client secret' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#client_secret-error')).toBeVisible();
  await page.getByRole('link', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Start test sign-in' }).click();
  const address = await page.getByRole('link', { name: 'Open the sign-in in a new window' }).getAttribute('href');
  const window = await context.newPage();
  await window.goto(address ?? '');
  await window.getByRole('button', { name: 'Continue' }).click();
  await signInAtIdp(window, person);
  await consentAtIdp(window);
  await expect(window.getByRole('heading', { name: 'The test sign-in is finished' })).toBeVisible();
  await page.getByRole('link', { name: 'Look for the result' }).click();
  await expect(page.getByText('The test sign-in passed')).toBeVisible();
  // The domain went on to another provider.
  await expect(page.getByText('of a domain that is not mapped to this provider')).toBeVisible();
  await context.close();
});
