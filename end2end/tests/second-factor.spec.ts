// The second factor: set up, asked for at the log-in, lost and reset, and demanded by the account.

import type { Page } from '@playwright/test';

import { type SignIn, ADMIN, addUser, makeAccount } from '../fixtures/company.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { AuthenticatorApp } from '../fixtures/totp.ts';
import { act, fillSignIn, signIn } from '../pages/portal.ts';

test.use({ alone: 'second-factor' });

const person = (name: string): SignIn => ({ user: `${name}@contoso.example`, password: 'Harvest-Pencil-Tundra-35' });

let made: Promise<void> | undefined;

async function withPerson(cosmos: Cosmos, name: string, role = 'obs-admin'): Promise<SignIn> {
  made ??= makeAccount(cosmos);
  await made;
  await addUser(cosmos, person(name), role);
  return person(name);
}

/** Takes the key that the page shows into an app. */
async function scan(page: Page): Promise<AuthenticatorApp> {
  await expect(page.getByRole('img', { name: 'QR code of the key' })).toBeVisible();
  return new AuthenticatorApp((await page.locator('.copyable__value').textContent()) ?? '');
}

async function setUp(page: Page, cosmos: Cosmos): Promise<{ app: AuthenticatorApp; codes: string[] }> {
  await page.goto(`${cosmos.portal}/my-account`);
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Second factor');
  const app = await scan(page);
  await page.getByRole('textbox', { name: 'Code' }).fill(app.code());
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recovery codes');
  const codes = await page.locator('.recovery-codes code').allTextContents();
  expect(codes).toHaveLength(10);
  return { app, codes };
}

async function enterCode(page: Page, code: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('One more step');
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const welcome = (page: Page): Promise<void> => expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');

async function story(page: Page, elsewhere: Page, cosmos: Cosmos, { user, password }: SignIn): Promise<void> {
  await signIn(page, cosmos.portal, user, password);
  const { app, codes } = await setUp(page, cosmos);
  await elsewhere.goto(`${cosmos.portal}/login?next=/my-account`);
  await fillSignIn(elsewhere, user, password);
  await enterCode(elsewhere, '12345');
  await expect(elsewhere.locator('#code-error')).toContainText('six digits');
  await enterCode(elsewhere, '000000');
  await expect(elsewhere.locator('#code-error')).toContainText('not right');
  await enterCode(elsewhere, app.code());
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('My account');
  await expect(elsewhere.getByText('Recovery codes left: 10')).toBeVisible();

  // The telephone is lost.
  await elsewhere.context().clearCookies();
  await elsewhere.goto(`${cosmos.portal}/login`);
  await fillSignIn(elsewhere, user, password);
  await enterCode(elsewhere, codes[0] ?? '');
  await welcome(elsewhere);
  const mails = await cosmos.mail.mails(user, 2);
  expect(mails.map((mail) => mail.subject)).toEqual(['A second factor was set up', 'A recovery code was used']);

  await elsewhere.goto(`${cosmos.portal}/my-account`);
  await elsewhere.getByRole('link', { name: 'Switch off' }).click();
  await elsewhere.getByRole('textbox', { name: 'Code' }).fill(codes[1] ?? '');
  await elsewhere.getByRole('button', { name: 'Switch off' }).click();
  await expect(elsewhere.getByText('Off: the password alone opens your account.')).toBeVisible();
}

test('a second factor is set up, asked for, and switched off', async ({ page, cosmos, elsewhere, problems }) => {
  // The codes that are not right.
  problems.allow(/422 \(/);
  const ada = await withPerson(cosmos, 'ada');
  await story(page, await elsewhere(), cosmos, ada);
});

test('a second factor without script', async ({ browser, cosmos }) => {
  const bert = await withPerson(cosmos, 'bert');
  const contexts = await Promise.all([0, 1].map(() => browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' })));
  const [page, elsewhere] = await Promise.all(contexts.map((context) => context.newPage()));
  await story(page as Page, elsewhere as Page, cosmos, bert);
  await Promise.all(contexts.map((context) => context.close()));
});

test('an account demands it of a role, and resets a lost one', async ({ page, cosmos, elsewhere }) => {
  const cora = await withPerson(cosmos, 'cora', 'ums-admin');
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
  await page.goto(`${cosmos.portal}/users/roles`);
  await page.getByRole('checkbox', { name: 'UMS Admin' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('from each one’s next log-in on').or(page.getByText("from each one's next log-in on"))).toBeVisible();
  await expectAccessible(page);

  const phone = await elsewhere();
  await phone.goto(`${cosmos.portal}/login`);
  await fillSignIn(phone, cora.user, cora.password);
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Set up your second factor');
  await expectAccessible(phone);
  const app = await scan(phone);
  await phone.getByRole('textbox', { name: 'Code' }).fill(app.code());
  await phone.getByRole('button', { name: 'Log in' }).click();
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Recovery codes');
  await expectAccessible(phone);
  await phone.goto(`${cosmos.portal}/my-account`);
  await expect(phone.getByText('Your account asks for it.')).toBeVisible();
  await expect(phone.getByRole('link', { name: 'Switch off' })).toHaveCount(0);

  await page.goto(`${cosmos.portal}/users/overview`);
  await act(page.getByRole('row').filter({ hasText: cora.user }), 'Reset second factor');
  await page.getByRole('button', { name: 'Reset second factor' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Overview|Users/);
  await phone.goto(`${cosmos.portal}/login`);
  await fillSignIn(phone, cora.user, cora.password);
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Set up your second factor');

  await page.goto(`${cosmos.portal}/users/roles`);
  await page.getByRole('checkbox', { name: 'UMS Admin' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await phone.goto(`${cosmos.portal}/login`);
  await fillSignIn(phone, cora.user, cora.password);
  await welcome(phone);
});
