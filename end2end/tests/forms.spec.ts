// Forms: without script they do everything, and a refusal loses nothing that was typed; with a keyboard alone too.

import { readFile } from 'node:fs/promises';

import type { Browser, BrowserContext, Page } from '@playwright/test';

import { umsAddress } from '../fixtures/company.ts';
import { BEGINNER, freshCertificate, makeNorthwind } from '../fixtures/northwind.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, test } from '../fixtures/test.ts';
import { fillSignIn, passwordAsked, signIn } from '../pages/portal.ts';

/** Hostile text: a stored one would run for the next reader if the page did not escape it. */
const HOSTILE = '</textarea><script>window.broken = true</script> & <b>"Ümlaut"</b>';

async function withoutScript(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB', ignoreHTTPSErrors: true });
  return { context, page: await context.newPage() };
}

async function northwind(browser: Browser, cosmos: Cosmos): Promise<{ context: BrowserContext; page: Page }> {
  await makeNorthwind(cosmos);
  const { context, page } = await withoutScript(browser);
  await page.goto(`${cosmos.portal}/login`);
  await fillSignIn(page, BEGINNER.user, BEGINNER.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  // Once per company; another test of this file may have done it.
  await page.goto(`${cosmos.portal}/activate`);
  const button = page.getByRole('button', { name: 'Activate' });
  if (await button.isVisible()) {
    await button.click();
    await expect(page).toHaveURL(`${cosmos.portal}/services/onboarding`);
  }
  return { context, page };
}

/** The message under a field. */
const message = (page: Page, field: string) => page.locator(`#${field}-error`);

test('sign-in without script: refused with the e-mail kept, then accepted', async ({ browser, cosmos }) => {
  await makeNorthwind(cosmos);
  const { context, page } = await withoutScript(browser);
  await page.goto(`${cosmos.portal}/services/ums`);
  await fillSignIn(page, BEGINNER.user, 'not the password');
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.');
  await expect(page.getByLabel('E-mail')).toHaveValue(BEGINNER.user);
  await expect(page.getByLabel('Password')).toHaveValue('');

  await fillSignIn(page, '', '');
  await expect(message(page, 'user')).toContainText('Please fill this in.');
  await expect(message(page, 'password')).toContainText('Please fill this in.');
  await page.getByRole('alert').getByRole('link').first().click();
  await expect(page).toHaveURL(/#user$/);

  await fillSignIn(page, BEGINNER.user, BEGINNER.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('UMS Management');
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  await context.close();
});

test('sign-in to the UMS without script', async ({ browser, cosmos, contoso }) => {
  const { context, page } = await withoutScript(browser);
  await page.goto(`${cosmos.ums}/webapp/network`);
  await page.getByLabel('User name').fill(contoso.superuser.user);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.');
  await expect(page.getByLabel('User name')).toHaveValue(contoso.superuser.user);
  await page.getByLabel('Password').fill(contoso.superuser.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(`${cosmos.ums}/webapp/network`);
  await context.close();
});

test('an identity provider without script: every fault at once, all but the secret kept', async ({ browser, cosmos }) => {
  const { context, page } = await northwind(browser, cosmos);
  await page.goto(`${cosmos.portal}/users/idps/new`);
  await page.getByLabel('Display Name').fill('Northwind <b>sign-in</b>');
  await page.getByLabel('Client Secret').fill('a secret of twenty characters');
  await page.getByLabel('Authorization Endpoint URL').fill('login.northwind.example/authorize');
  await page.getByLabel('Token Endpoint URL').fill('https://login.northwind.example/token');
  await page.getByLabel('Mapped Domains').fill('northwind');
  await page.getByRole('button', { name: 'Submit' }).click();

  await expect(page).toHaveURL(`${cosmos.portal}/users/idps/new`);
  await expect(page.getByRole('alert')).toContainText('The identity provider is not registered yet');
  await expect(message(page, 'client_id')).toContainText('Please fill this in.');
  await expect(message(page, 'authorization_endpoint')).toContainText('Not a web address. It starts with https://.');
  await expect(message(page, 'domains')).toContainText('Not a domain.');
  await expect(page.getByLabel('Display Name')).toHaveValue('Northwind <b>sign-in</b>');
  await expect(page.getByLabel('Token Endpoint URL')).toHaveValue('https://login.northwind.example/token');
  await expect(page.getByLabel('Mapped Domains')).toHaveValue('northwind');
  await expect(page.getByLabel('Client Secret')).toHaveValue('');

  await page.getByLabel('Client ID').fill('northwind-client');
  await page.getByLabel('Client Secret').fill('a secret of twenty characters');
  await page.getByLabel('Authorization Endpoint URL').fill('https://login.northwind.example/authorize');
  await page.getByLabel('Mapped Domains').fill('');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page).toHaveURL(`${cosmos.portal}/users/idps`);
  const row = page.getByRole('row').filter({ hasText: 'Northwind <b>sign-in</b>' });
  await expect(row).toContainText('northwind-client');
  await expect(row).not.toContainText('twenty characters');

  // A form that was refused comes back once, not for ever.
  await page.goto(`${cosmos.portal}/users/idps/new`);
  await expect(page.getByLabel('Display Name')).toHaveValue('');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await context.close();
});

test('a routing record without script: the file goes along, and is refused with its reason', async ({ browser, cosmos }) => {
  const { context, page } = await northwind(browser, cosmos);
  const chain = await readFile(await freshCertificate(cosmos, 'northwind-root'), 'utf8');
  const file = (text: string) => ({ name: 'chain.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(text) });
  const { host } = umsAddress(cosmos);

  await page.goto(`${cosmos.portal}/services/onboarding/new`);
  await page.getByLabel('Display Name').fill('Northwind record');
  await page.getByLabel('UMS Hostname').fill(`https://${host}`);
  await page.getByLabel('UMS Port').fill('70000');
  await page.getByLabel('Mapped Users').fill('user1@northwind.example\nnobody');
  await page.locator('input[type=file]').setInputFiles(file('no certificate'));
  await page.getByRole('button', { name: 'Submit' }).click();

  await expect(page).toHaveURL(`${cosmos.portal}/services/onboarding/new`);
  await expect(message(page, 'host')).toContainText('Only the name, without https://.');
  await expect(message(page, 'port')).toContainText('A port is a whole number from 1 to 65535.');
  await expect(message(page, 'users')).toContainText('Not an e-mail address.');
  await expect(page.getByLabel('Display Name')).toHaveValue('Northwind record');
  await expect(page.getByLabel('Mapped Users')).toHaveValue('user1@northwind.example\nnobody');
  await expect(page.getByLabel('OBS Root Certificate')).toHaveValue('no certificate');

  await page.getByLabel('UMS Hostname').fill(host);
  await page.getByLabel('UMS Port').fill('8443');
  await page.getByLabel('Mapped Users').fill('user1@northwind.example');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(message(page, 'chain')).toContainText('There is no certificate in this file.');

  await page.locator('input[type=file]').setInputFiles(file(`some words before\r\n${chain.replaceAll('\n', '\r\n')}`));
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page).toHaveURL(`${cosmos.portal}/services/onboarding`);
  await page.getByRole('link', { name: 'Northwind record' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Northwind record');
  await expect(page.getByText('user1@northwind.example')).toBeVisible();
  await context.close();
});

test('a UMS without script: ticks and comments come back too', async ({ browser, cosmos }) => {
  const { context, page } = await northwind(browser, cosmos);
  const certificate = await freshCertificate(cosmos, 'northwind-ums');
  await page.goto(`${cosmos.portal}/services/ums/new`);
  await page.getByLabel('UMS Name').fill('Northwind UMS');
  await page.getByLabel('Comments').fill(HOSTILE);
  await page.getByLabel('Enable App Portal').check();
  await page.getByRole('button', { name: 'Submit' }).click();

  await expect(message(page, 'certificate')).toContainText('Please fill this in.');
  await expect(page.getByLabel('UMS Name')).toHaveValue('Northwind UMS');
  await expect(page.getByLabel('Comments')).toHaveValue(HOSTILE);
  await expect(page.getByLabel('Enable App Portal')).toBeChecked();
  await expect(page.getByLabel('Enable Insight Service')).not.toBeChecked();

  await page.locator('input[type=file]').setInputFiles(certificate);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page).toHaveURL(`${cosmos.portal}/services/ums`);
  await expect(page.getByRole('row').filter({ hasText: 'Northwind UMS' })).toContainText('Yes');
  await context.close();
});

test('hostile text in a refused form stays text when script takes over', async ({ page, cosmos, problems }) => {
  problems.allow(/422/);
  await makeNorthwind(cosmos);
  await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
  // As the browser posts it before the script has arrived.
  const status = await page.evaluate(async (comments) => {
    const form = new FormData();
    form.set('draft[name]', 'Northwind UMS');
    form.set('draft[comments]', comments);
    const answer = await fetch('/forms/ums-instance', { method: 'POST', body: form, headers: { accept: 'text/html' }, redirect: 'manual' });
    return answer.type;
  }, HOSTILE);
  expect(status).toBe('opaqueredirect');
  await page.goto(`${cosmos.portal}/services/ums/new`);
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await expect(page.getByLabel('Comments')).toHaveValue(HOSTILE);
  await expect(message(page, 'certificate')).toContainText('Please fill this in.');
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
});

test('what was typed before the script arrived is not lost', async ({ page, cosmos }) => {
  await makeNorthwind(cosmos);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/\/wums-app\/.*\.wasm$/, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${cosmos.portal}/login`, { waitUntil: 'commit' });
  await page.getByLabel('E-mail').fill(BEGINNER.user);
  arrive();
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await expect(page.getByLabel('E-mail')).toHaveValue(BEGINNER.user);
  await passwordAsked(page);
  await page.getByLabel('Password').fill(BEGINNER.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
});

test('with the keyboard alone: sign in and register an identity provider', async ({ page, cosmos, problems }) => {
  problems.allow(/422/);
  await makeNorthwind(cosmos);
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
  /** Tab until the control has the focus; it must be reachable, and soon. */
  const reach = async (id: string) => {
    for (let steps = 0; steps < 40; steps += 1) {
      if ((await focused()) === id) return;
      await keyboard.press('Tab');
    }
    throw new Error(`${id} is not reached by Tab`);
  };
  await page.goto(`${cosmos.portal}/login?next=%2Fusers%2Fidps%2Fnew`);
  await reach('user');
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await keyboard.type(BEGINNER.user);
  await keyboard.press('Enter');
  // The field that is asked for takes the focus.
  await expect.poll(focused).toBe('password');
  await keyboard.type(BEGINNER.password);
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Registration');
  await expect(page.locator('html[data-ready]')).toBeAttached();

  const fields: [string, string][] = [
    ['name', 'By keyboard'],
    ['client_id', 'keyboard-client'],
    ['client_secret', 'a secret of twenty characters'],
    ['authorization_endpoint', 'https://login.northwind.example/authorize'],
  ];
  for (const [id, text] of fields) {
    await reach(id);
    await keyboard.type(text);
  }
  await keyboard.press('Enter');
  // The summary takes the focus; its link leads to the field.
  const summary = page.getByRole('alert');
  await expect(summary).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('token_endpoint');
  await keyboard.type('https://login.northwind.example/token');
  await keyboard.press('Enter');
  await expect(page.getByRole('row').filter({ hasText: 'By keyboard' })).toBeVisible();
  await expect(page).toHaveURL(`${cosmos.portal}/users/idps`);
});
