// "Bring your IdP": set up from metadata, tried, activated; then people sign in there, at two providers that nobody here wrote.

import type { Page } from '@playwright/test';

import type { SignIn } from '../fixtures/company.ts';
import { type SamlIdp, startSamlIdp } from '../fixtures/neighbours.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, persona, test } from '../fixtures/test.ts';
import { signInAtIdp } from '../pages/idp.ts';
import { open, signOut } from '../pages/portal.ts';

// Whoever has an address of Contoso's signs in at the provider from then on: no other story may share this server.
test.use({ alone: 'saml' });
test.describe.configure({ mode: 'serial' });

const ADMIN: SignIn = { user: 'admin@contoso.example', password: 'Walnut-Ribbon-Comet-41' };
const person = persona('user1');

const made = new WeakMap<Cosmos, Promise<SamlIdp[]>>();

/** Contoso with a Super Admin and a user, and its two providers. */
function makeContoso(cosmos: Cosmos): Promise<SamlIdp[]> {
  const making = async () => {
    await cosmos.cli(['account', 'create', '--name', 'Contoso']);
    const add = (user: string, role: string, password: string) =>
      cosmos.cli(['user', 'add', '--account', 'Contoso', '--email', user, '--role', role, '--password-stdin'], password);
    await add(ADMIN.user, 'super-admin', ADMIN.password);
    await add(person.login, 'ums-admin', 'Pepper-Lagoon-Thimble-96');
    const ours = `${cosmos.portal}/saml/metadata`;
    return Promise.all([startSamlIdp('samlp', ours), startSamlIdp('pysaml2', ours)]);
  };
  const company = made.get(cosmos) ?? making();
  made.set(cosmos, company);
  return company;
}

test.afterAll(async ({ cosmos }) => {
  for (const idp of (await made.get(cosmos)) ?? []) await idp.process.stop();
});

/** The Super Admin's way, whatever the provider does. */
async function signInByPassword(page: Page, cosmos: Cosmos): Promise<void> {
  await page.goto(`${cosmos.portal}/login`);
  await page.getByRole('link', { name: 'Log in with a password' }).click();
  await page.getByLabel('E-mail').fill(ADMIN.user);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
}

/** E-mail first; without script one step more shows where it goes. */
async function typeEmail(page: Page, cosmos: Cosmos): Promise<void> {
  await page.goto(`${cosmos.portal}/login`);
  await page.getByLabel('E-mail').fill(person.login);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function openProvider(page: Page, idp: SamlIdp): Promise<void> {
  await open(page, 'Bring your IdP');
  await page.getByRole('row').filter({ hasText: idp.entityId }).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Test sign-in' })).toBeVisible();
}

async function tryOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start test sign-in' }).click();
  await signInAtIdp(page, person);
  await expect(page.getByText('The test sign-in passed')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: person.login }).first()).toBeVisible();
}

async function addDomain(page: Page, domain: string): Promise<void> {
  const rows = page.locator('.field').filter({ has: page.locator('#domains') });
  await rows.getByRole('button', { name: 'Add' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Domain name').fill(domain);
  await dialog.getByRole('button', { name: 'Save' }).click();
}

async function savePeople(page: Page): Promise<void> {
  const form = page.locator('form').filter({ has: page.locator('#provision') });
  await form.getByRole('button', { name: 'Save', exact: true }).click();
}

test('set up from metadata, tried, activated: then people sign in there', async ({ page, cosmos, elsewhere, problems }) => {
  problems.allow(/422/);
  const [samlp] = (await makeContoso(cosmos)) as [SamlIdp, SamlIdp];
  await signInByPassword(page, cosmos);
  await open(page, 'Bring your IdP');
  await expect(page.getByText('No identity provider yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Register IdP' }).first().click();
  await page.getByLabel('Metadata URL').fill(samlp.metadata);
  await page.getByRole('button', { name: 'Fill in from metadata' }).click();
  await expect(page.getByLabel('Issuer URI')).toHaveValue(samlp.entityId);
  await expect(page.getByLabel('Passive authentication endpoint')).toHaveValue(`${samlp.address}/sso`);
  await expect(page.getByRole('textbox', { name: 'Certificate' })).toHaveValue(/BEGIN CERTIFICATE/);
  await addDomain(page, 'fabrikam.example');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.locator('#domains-error')).toBeVisible();
  await page.getByRole('button', { name: 'Remove fabrikam.example' }).click();
  await addDomain(page, 'contoso.example');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('A test sign-in has to pass before.')).toBeVisible();

  await tryOut(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Activate', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();

  const theirs = await elsewhere();
  await typeEmail(theirs, cosmos);
  await signInAtIdp(theirs, person);
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await theirs.goto(`${cosmos.portal}/my-account`);
  await expect(theirs.locator('#main').getByText(person.login)).toBeVisible();
  await signOut(theirs);
  // The password does not count any more, and a sign-in that is stopped says what to do.
  await typeEmail(theirs, cosmos);
  await theirs.getByRole('button', { name: 'Cancel' }).click();
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('You are not logged in');
  await expect(theirs.getByText('did not log you in')).toBeVisible();
  await expectAccessible(theirs);
});

test('the next provider, and a certificate more', async ({ page, cosmos, elsewhere, problems }) => {
  problems.allow(/422|409|favicon\.ico/);
  const [samlp, pysaml2] = (await makeContoso(cosmos)) as [SamlIdp, SamlIdp];
  await signInByPassword(page, cosmos);
  await page.goto(`${cosmos.portal}/users/bring-your-idp/new`);
  await page.getByLabel('Metadata URL').fill(pysaml2.metadata);
  await addDomain(page, 'contoso.example');
  // What is left empty is taken from the metadata.
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('A test sign-in has to pass before.')).toBeVisible();
  await tryOut(page);
  await page.getByRole('button', { name: 'Activate', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Another active identity provider has one of these domains.');
  await openProvider(page, samlp);
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('button', { name: 'Activate', exact: true })).toBeVisible();
  await openProvider(page, pysaml2);
  await page.getByRole('button', { name: 'Activate', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();

  const theirs = await elsewhere();
  await typeEmail(theirs, cosmos);
  await signInAtIdp(theirs, person);
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Welcome');

  // Roll-over: the next certificate comes in, and goes again.
  const other = await (await page.request.get(samlp.metadata)).text();
  const bare = /<(?:ds:)?X509Certificate>([^<]+)</.exec(other)?.[1] ?? '';
  const certificates = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Certificates' }) });
  await certificates.getByRole('textbox', { name: 'Certificate' }).fill(bare);
  await certificates.getByRole('button', { name: 'Add certificate' }).click();
  await expect(certificates.getByRole('button', { name: /^Remove/ })).toHaveCount(2);
  await certificates.getByRole('button', { name: /^Remove/ }).nth(1).click();
  await expect(certificates.getByRole('button', { name: /^Remove/ })).toHaveCount(0);

  // Whoever is second sees what the first has saved, and overwrites nothing unseen.
  const second = await elsewhere();
  await signInByPassword(second, cosmos);
  await openProvider(second, pysaml2);
  await page.locator('#provision').check();
  await savePeople(page);
  await expect(page.getByText('The change is saved.')).toBeVisible();
  await savePeople(second);
  const both = second.getByRole('table', { name: 'Somebody else has saved meanwhile' });
  await expect(both.getByRole('row').filter({ hasText: 'becomes a user' })).toContainText('YesNo');
  await savePeople(second);
  await expect(second.getByText('The change is saved.')).toBeVisible();
});

test('without script: registered by metadata, and signed in', async ({ browser, cosmos }) => {
  const [samlp] = (await makeContoso(cosmos)) as [SamlIdp, SamlIdp];
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${cosmos.portal}/login?way=password`);
  await page.getByLabel('E-mail').fill(ADMIN.user);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.goto(`${cosmos.portal}/users/bring-your-idp/new`);
  await page.getByLabel('Metadata URL').fill(samlp.metadata);
  await page.locator('#domains').fill('contoso.example');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.locator('#issuer-error')).toContainText('already');
  await expect(page.getByLabel('Metadata URL')).toHaveValue(samlp.metadata);
  await signOut(page);

  await page.getByLabel('E-mail').fill(person.login);
  await page.getByRole('button', { name: 'Log in' }).click();
  // A page of ours leads there by itself; the link is for where that does not happen.
  await signInAtIdp(page, person);
  await page.locator('input[type=submit], button').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await context.close();
});

test('when log-in at providers is switched off, passwords count', async ({ page, cosmos }) => {
  await makeContoso(cosmos);
  await cosmos.cli(['account', 'federated-sign-in', '--name', 'Contoso', 'off']);
  await typeEmail(page, cosmos);
  await expect(page.getByLabel('Password')).toBeVisible();
  await page.getByLabel('Password').fill('Pepper-Lagoon-Thimble-96');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await cosmos.cli(['account', 'federated-sign-in', '--name', 'Contoso', 'on']);
});
