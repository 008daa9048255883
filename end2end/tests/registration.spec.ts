// How a company comes to the portal, in the words of the customer's document: Register, confirm, the operator's check, the one-time password,
// and the first log-in.

import type { Browser, Page } from '@playwright/test';

import type { Mail } from '../fixtures/neighbours.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { fillSignIn, open, signOut } from '../pages/portal.ts';

test.use({ alone: 'registration' });

const OPERATOR = { user: 'operator@vendor.example', password: 'Kettle-Violin-Harbour-17' };
const NEW = 'Walnut-Ferry-Mosaic-91';

let made: Promise<string> | undefined;

/** The operator, whom a person at the command line adds first. */
async function withOperator(cosmos: Cosmos): Promise<void> {
  made ??= cosmos.cli(['operator', 'add', '--email', OPERATOR.user, '--name', 'Olga Ross', '--password-stdin'], OPERATOR.password);
  await made;
}

interface Applicant {
  company: string;
  email: string;
}

/** Opens the form by the link at the upper right of the log-in page, and fills it in. An address may register three times an hour. */
async function fillIn(page: Page, cosmos: Cosmos, { company, email }: Applicant): Promise<void> {
  await page.goto(`${cosmos.portal}/login`);
  await page.getByRole('link', { name: 'Register' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('IGEL Customer & Account Registration');
  await page.getByLabel('COMPANY NAME').fill(company);
  await page.getByLabel('ADDRESS', { exact: false }).first().fill('Harbour Road 1');
  await page.getByLabel('CITY').fill('Hamburg');
  await page.getByLabel('POST CODE').fill('20457');
  await page.getByLabel('COUNTRY').selectOption('DE');
  await page.getByLabel('STATE/PROVINCE').fill('Hamburg');
  await page.getByLabel('INDUSTRY').selectOption('logistics');
  await page.getByLabel('LOGIN-EMAIL').fill(email);
  await page.getByLabel('FIRST NAME').fill('Eva');
  await page.getByLabel('LAST NAME').fill('Lund');
  await page.getByLabel('WORK PHONE').fill('+49 40 123456');
  await page.getByLabel('I HAVE READ AND ACCEPT THE PRIVACY POLICIES.').check();
}

const submit = (page: Page) => page.getByRole('button', { name: 'Submit' }).click();

async function register(page: Page, cosmos: Cosmos, applicant: Applicant): Promise<void> {
  await fillIn(page, cosmos, applicant);
  await submit(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
  await expect(page.getByText('please check your spam folder')).toBeVisible();
}

/** The last of `count` mails to an address. */
async function mail(cosmos: Cosmos, to: string, count: number): Promise<Mail> {
  return (await cosmos.mail.mails(to, count)).at(-1) as Mail;
}

async function confirm(page: Page, cosmos: Cosmos, { company, email }: Applicant): Promise<void> {
  const { subject, links } = await mail(cosmos, email, 1);
  expect(subject).toBe('Confirm your registration');
  const link = links.find((one) => one.startsWith(`${cosmos.portal}/register/confirm?token=`)) ?? '';
  // A mail scanner opens it first; that changes nothing.
  expect((await fetch(link)).status).toBe(200);
  await page.goto(link);
  await expect(page.getByText(company, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Confirm the registration' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your registration is confirmed');
}

/** The page of a registration, as the operator finds it. */
async function toCheck(page: Page, cosmos: Cosmos, company: string): Promise<void> {
  await page.goto(`${cosmos.portal}/operator`);
  if (page.url().includes('/operator/login')) {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Operator login');
    await page.getByLabel('E-mail').fill(OPERATOR.user);
    await page.getByLabel('Password').fill(OPERATOR.password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Registrations');
  await page.getByRole('row').filter({ hasText: company }).getByRole('link', { name: company }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(company);
  await expect(page.getByText('Mail servers (DNS MX)')).toBeVisible();
}

async function approve(page: Page, cosmos: Cosmos, { company, email }: Applicant): Promise<string> {
  await toCheck(page, cosmos, company);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('row').filter({ hasText: company })).toContainText('Approved');
  const { subject, text } = await mail(cosmos, email, 2);
  expect(subject).toBe('Your registration is approved');
  expect(text).toContain(`User name: ${email}`);
  return /One-time password: (\S+)/.exec(text)?.[1] ?? '';
}

/** The first log-in with the one-time password, and the next one with one's own. */
async function firstLogIn(page: Page, cosmos: Cosmos, { company, email }: Applicant, password: string): Promise<void> {
  await page.goto(`${cosmos.portal}/login`);
  await fillSignIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set your password');
  await expect(page.getByText('Password rules')).toBeVisible();
  // Nothing else is open before.
  await page.goto(`${cosmos.portal}/users/overview`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set your password');
  await page.getByLabel('New password').fill('too short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.locator('#password-error')).toContainText('15');
  await page.getByLabel('New password').fill(NEW);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await open(page, 'Account');
  await expect(page.getByText(company).first()).toBeVisible();
  await expect(page.getByText('Logistics and Transportation')).toBeVisible();
}

async function withoutScript(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  return context.newPage();
}

test('from the registration to the first log-in', async ({ page, cosmos, elsewhere, problems }) => {
  // The password that is too short.
  problems.allow(/422 \(/);
  await withOperator(cosmos);
  const eva = { company: 'Northwind', email: 'eva.lund@northwind.example' };
  await page.goto(`${cosmos.portal}/register`);
  await expectAccessible(page);
  const missing = page.getByRole('region', { name: 'Required information' }).or(page.locator('.required'));
  await expect(missing.first()).toContainText('COMPANY NAME');
  await fillIn(page, cosmos, eva);
  await expect(page.getByText('Everything is there.')).toBeVisible();
  await submit(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
  await confirm(page, cosmos, eva);

  const operator = await elsewhere();
  const password = await approve(operator, cosmos, eva);
  await expectAccessible(operator);
  await firstLogIn(page, cosmos, eva, password);
  await expectAccessible(page);

  // A Super Admin keeps the data as it is.
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('CITY').fill('Kiel');
  await submit(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
  await expect(page.getByText('Kiel')).toBeVisible();
  await signOut(page);
  await fillSignIn(page, eva.email, NEW);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');

  // The operator sees the account, its user and what was done.
  await open(operator, 'Accounts');
  await operator.getByRole('link', { name: 'Northwind' }).click();
  await operator.getByRole('link', { name: 'Activity' }).click();
  await expect(operator.getByRole('row').filter({ hasText: 'Kiel' }).first()).toContainText('eva.lund@northwind.example');
});

test('from the registration to the first log-in, without script', async ({ browser, cosmos }) => {
  await withOperator(cosmos);
  const page = await withoutScript(browser);
  const tess = { company: 'Tailspin', email: 'tess.lund@tailspin.example' };
  await register(page, cosmos, tess);
  await confirm(page, cosmos, tess);
  const operator = await withoutScript(browser);
  const password = await approve(operator, cosmos, tess);
  await firstLogIn(page, cosmos, tess, password);
  await page.context().close();
  await operator.context().close();
});

test('an operator refuses with a reason, and a free mail address is refused by the form', async ({ page, cosmos, elsewhere, problems }) => {
  // The free mail address, and the refusal without a reason.
  problems.allow(/422 \(/);
  await withOperator(cosmos);
  const wim = { company: 'Wingtip', email: 'wim.lund@wingtip.example' };
  await fillIn(page, cosmos, { ...wim, email: 'wim.lund@gmail.com' });
  await submit(page);
  await expect(page.locator('#email-error')).toContainText('A free mail service belongs to no single company.');
  await page.getByLabel('LOGIN-EMAIL').fill('info@wingtip.example');
  await submit(page);
  await expect(page.locator('#email-error')).toContainText('A log-in belongs to one person.');
  // The same form, with an address of the company.
  await page.getByLabel('LOGIN-EMAIL').fill(wim.email);
  await submit(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
  await confirm(page, cosmos, wim);

  const operator = await elsewhere();
  await toCheck(operator, cosmos, wim.company);
  await operator.getByRole('button', { name: 'Refuse' }).click();
  await expect(operator.locator('#reason-error')).toBeVisible();
  await operator.getByLabel('Reason').fill('We could not reach you by telephone.');
  await operator.getByRole('button', { name: 'Refuse' }).click();
  await expect(operator.getByRole('row').filter({ hasText: wim.company })).toContainText('Refused');
  const { subject, text } = await mail(cosmos, wim.email, 2);
  expect(subject).toBe('Your registration was not approved');
  expect(text).toContain('We could not reach you by telephone.');
});
