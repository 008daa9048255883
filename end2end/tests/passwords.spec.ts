// Passwords: forgotten and found again by mail, changed, and the sessions that end with it.

import type { Browser, Page } from '@playwright/test';

import { type SignIn, addUser, makeAccount } from '../fixtures/company.ts';
import type { Mail } from '../fixtures/neighbours.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { fillSignIn, signIn } from '../pages/portal.ts';

test.use({ alone: 'passwords' });

const NEW = 'Walnut-Ferry-Mosaic-91';
const person = (name: string): SignIn => ({ user: `${name}@contoso.example`, password: 'Harvest-Pencil-Tundra-35' });

let made: Promise<void> | undefined;

/** Contoso with one more person. */
async function withPerson(cosmos: Cosmos, name: string): Promise<SignIn> {
  made ??= makeAccount(cosmos);
  await made;
  await addUser(cosmos, person(name), 'obs-admin');
  return person(name);
}

/** Identify and Verify on the page. An address may ask three times an hour, so this file does it three times. */
async function ask(page: Page, cosmos: Cosmos, user: string): Promise<void> {
  await page.goto(`${cosmos.portal}/login`);
  await page.getByRole('link', { name: 'Forgot Password?' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgot Password?');
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Email address').fill(user);
  await page.getByRole('button', { name: 'Send email' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
  await expect(page.getByText('please check your spam folder')).toBeVisible();
}

/** Asks for a link, and takes it from the mail. */
async function askForLink(page: Page, cosmos: Cosmos, user: string): Promise<{ mail: Mail; link: string }> {
  await ask(page, cosmos, user);
  const mail = (await cosmos.mail.mails(user, 1)).at(-1) as Mail;
  expect(mail.to).toEqual([user]);
  const link = mail.links.find((one) => one.startsWith(`${cosmos.portal}/reset-password?token=`));
  expect(link, 'a link in the mail').toBeTruthy();
  return { mail, link: link ?? '' };
}

async function setPassword(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reset Password');
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Reset Password' }).click();
}

async function withoutScript(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  return context.newPage();
}

/** From the forgotten password to the new sign-in: the same with script and without. */
async function forgottenAndFound(page: Page, cosmos: Cosmos, { user, password }: SignIn): Promise<void> {
  const { mail, link } = await askForLink(page, cosmos, user);
  expect(mail.subject).toBe('Reset your password');
  expect(mail.html).toContain('COSMOS');
  await setPassword(page, link, 'too short');
  await expect(page.locator('#password-error')).toContainText('15');
  await expect(page).toHaveURL(link);
  await setPassword(page, link, NEW);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your password is set');
  await page.getByRole('link', { name: 'Log in' }).click();
  await fillSignIn(page, user, password);
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.');
  await fillSignIn(page, user, NEW);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');

  const told = (await cosmos.mail.mails(user, 2)).at(-1) as Mail;
  expect(told.subject).toBe('Your password was changed');
  expect(told.text).not.toContain(NEW);
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used already');
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgot Password?');
}

test('a forgotten password: by mail to a new sign-in', async ({ page, cosmos, problems }) => {
  // The password that is too short, and the one that is not right any more.
  problems.allow(/422 \(/);
  const ada = await withPerson(cosmos, 'ada');
  await page.goto(`${cosmos.portal}/forgot-password`);
  await expectAccessible(page);
  // Who is not known is told the same, and gets no mail; what is asked for is done in order.
  await ask(page, cosmos, 'nobody@contoso.example');
  await forgottenAndFound(page, cosmos, ada);
  expect(await cosmos.mail.mails('nobody@contoso.example', 0)).toEqual([]);
});

test('a forgotten password without script', async ({ browser, cosmos }) => {
  const bert = await withPerson(cosmos, 'bert');
  const page = await withoutScript(browser);
  await forgottenAndFound(page, cosmos, bert);
  await page.context().close();
});

test('my account: another language, another password, and no session elsewhere', async ({ page, cosmos, elsewhere, problems }) => {
  // The session that has ended elsewhere.
  problems.allow(/401 \(/);
  const dora = await withPerson(cosmos, 'dora');
  const phone = await elsewhere();
  await signIn(phone, cosmos.portal, dora.user, dora.password);
  await signIn(page, cosmos.portal, dora.user, dora.password);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('link', { name: 'My account' }).click();
  const sessions = page.getByRole('table', { name: 'Sessions' });
  await expect(sessions.getByRole('row')).toHaveCount(3);
  await expect(sessions.getByRole('row').filter({ hasText: 'This session' })).toHaveCount(1);
  await expectAccessible(page);

  await sessions.getByRole('button', { name: /^Revoke/ }).click();
  await expect(sessions.getByRole('row')).toHaveCount(2);
  await phone.goto(`${cosmos.portal}/my-account`);
  await expect(phone.getByRole('button', { name: 'Log in' })).toBeVisible();
  await fillSignIn(phone, dora.user, dora.password);
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('My account');

  await page.getByRole('link', { name: 'Change password' }).click();
  await page.getByLabel('Present password').fill(dora.password);
  await page.getByLabel('New password').fill(NEW);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My account');
  await expect(sessions.getByRole('row')).toHaveCount(2);
  await phone.reload();
  await expect(phone.getByRole('button', { name: 'Log in' })).toBeVisible();

  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mein Konto');
});
