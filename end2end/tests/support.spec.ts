// Support: a company asks, with files; the operator answers; both see the same conversation.

import { readFile } from 'node:fs/promises';

import type { Locator, Page } from '@playwright/test';

import { type SignIn, addUser } from '../fixtures/company.ts';
import { startOnboarding } from '../fixtures/devices.ts';
import { nobody } from '../fixtures/places.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, persona, test } from '../fixtures/test.ts';
import { expectNotOnboarded, signInForDevice } from '../pages/onboarding.ts';
import { fillSignIn, open, registerRecord, signIn } from '../pages/portal.ts';

test.use({ alone: 'support' });

const MANAGER: SignIn = { user: 'support@contoso.example', password: 'Juniper-Anchor-Saddle-52' };
const OPERATOR: SignIn = { user: 'operator@vendor.example', password: 'Kettle-Violin-Harbour-17' };
const LOG = { name: 'device.log', mimeType: 'text/plain', buffer: Buffer.from('13:05 error 30\n') };

test.beforeAll(async ({ cosmos, contoso }) => {
  expect(contoso.chain).toContain('ums_chain.crt');
  await addUser(cosmos, MANAGER, 'support-manager');
  await cosmos.cli(['operator', 'add', '--email', OPERATOR.user, '--name', 'Olga Ross', '--password-stdin'], OPERATOR.password);
});

async function fillIn(page: Page, subject: string): Promise<void> {
  await page.getByLabel('Kind').selectOption({ label: 'RMA' });
  await page.getByLabel('Product').selectOption({ label: 'Hardware' });
  await page.getByLabel('Severity').selectOption({ label: 'High' });
  await page.getByLabel('Subject').fill(subject);
  await page.getByLabel('Description').fill('The fan is loud.\nSerial number 4711.');
}

const submit = (page: Page) => page.getByRole('button', { name: 'Submit' }).click();
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const conversation = (page: Page): Locator => page.getByRole('list').filter({ hasText: 'Serial number 4711.' });

/** The number of the case that is shown: `C-1042`. */
async function number(page: Page): Promise<string> {
  await expect(heading(page)).toHaveText(/^C-\d+ /);
  return (await heading(page).innerText()).split(' ')[0] ?? '';
}

/** Opens a case in the list of operators. */
async function asOperator(page: Page, cosmos: Cosmos, subject: string): Promise<void> {
  await page.goto(`${cosmos.portal}/operator/cases`);
  if (page.url().includes('/operator/login')) {
    await page.getByLabel('E-mail').fill(OPERATOR.user);
    await page.getByLabel('Password').fill(OPERATOR.password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }
  await expect(heading(page)).toHaveText('Cases');
  await expectAccessible(page);
  await page.getByRole('row').filter({ hasText: subject }).getByRole('link', { name: /^C-/ }).click();
  await expect(heading(page)).toHaveText(new RegExp(`${subject}$`));
}

test('a case with a file, an answer, a mail, and the end', async ({ page, cosmos, elsewhere }) => {
  const subject = 'Loud fan';
  await signIn(page, cosmos.portal, MANAGER.user, MANAGER.password);
  await open(page, 'Cases');
  await page.getByRole('link', { name: 'Submit a case' }).first().click();
  await expect(heading(page)).toHaveText('Submit a case');
  await expectAccessible(page);
  await fillIn(page, subject);
  await page.getByLabel('Files').setInputFiles(LOG);
  await submit(page);
  const name = await number(page);
  await expect(conversation(page)).toContainText('device.log');
  await expectAccessible(page);
  expect((await cosmos.mail.mails(MANAGER.user, 1)).at(-1)?.subject).toBe(`${name}: We have your case`);
  const told = (await cosmos.mail.mails(OPERATOR.user, 1)).at(-1);
  expect(told?.subject).toBe(`${name}: New case of Contoso`);
  expect(told?.text).not.toContain('4711');

  const operator = await elsewhere();
  await asOperator(operator, cosmos, subject);
  await expect(operator.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Cases 1/ })).toBeVisible();
  await operator.getByLabel('Answer').fill('A known fault. Which firmware?');
  await operator.getByLabel('Files').setInputFiles({ name: 'how-to.txt', mimeType: 'text/plain', buffer: Buffer.from('Press F2.') });
  await operator.getByLabel('State afterwards').selectOption({ label: 'Waiting for customer' });
  await operator.getByRole('button', { name: 'Send' }).click();
  await expect(conversation(operator)).toContainText('Which firmware?');
  await operator.getByLabel('Answer').fill('Batch 7, exchange it.');
  await operator.getByLabel('Note: only operators see it').check();
  await operator.getByRole('button', { name: 'Send' }).click();
  await expect(conversation(operator)).toContainText('Note, not visible to the company');
  await expectAccessible(operator);

  const mail = (await cosmos.mail.mails(MANAGER.user, 2)).at(-1);
  expect(mail?.subject).toBe(`${name}: The support has answered`);
  await page.goto(mail?.links.find((one) => one.includes('/support/cases/')) ?? '');
  await expect(conversation(page)).toContainText('Which firmware?');
  await expect(page.getByText('Batch 7')).toBeHidden();
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'how-to.txt' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('how-to.txt');
  expect(await readFile(await download.path(), 'utf8')).toBe('Press F2.');

  await page.getByRole('button', { name: 'Close the case' }).click();
  await expect(page.getByText('The case is closed. A comment opens it again.')).toBeVisible();
  await page.getByLabel('Comment').fill('It is loud again.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(conversation(page)).toContainText('It is loud again.');
  await expect(page.getByRole('button', { name: 'Close the case' })).toBeVisible();
});

test('without script; what is refused keeps what was typed', async ({ browser, cosmos }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB', ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${cosmos.portal}/support/cases/new`);
  await fillSignIn(page, MANAGER.user, MANAGER.password);
  await fillIn(page, 'Without script');
  const refused = [
    { file: { name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') }, why: 'tool.exe is of a type that is not accepted' },
    { file: { name: 'tool.png', mimeType: 'image/png', buffer: Buffer.from('MZ') }, why: 'tool.png is something else than its ending says' },
    { file: { name: 'large.log', mimeType: 'text/plain', buffer: Buffer.alloc(25 * 1024 * 1024 + 1, 'x') }, why: 'large.log is larger than 25 MiB' },
  ];
  for (const { file, why } of refused) {
    await page.getByLabel('Files').setInputFiles(file);
    await submit(page);
    await expect(page.locator('#files-error')).toContainText(why);
    await expect(page.getByLabel('Subject')).toHaveValue('Without script');
    await expect(page.getByLabel('Description')).toHaveValue('The fan is loud.\nSerial number 4711.');
    await expect(page.getByLabel('Kind')).toHaveValue('rma');
  }
  await page.getByLabel('Files').setInputFiles(LOG);
  await submit(page);
  await number(page);
  await expect(conversation(page)).toContainText('device.log');
  await page.getByLabel('Comment').fill('One more thing.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(conversation(page)).toContainText('One more thing.');
  await page.getByRole('button', { name: 'Close the case' }).click();
  await expect(page.getByText('The case is closed. A comment opens it again.')).toBeVisible();
  await context.close();
});

test('a case from a failed onboarding carries its facts', async ({ page, cosmos, contoso, elsewhere }) => {
  const person = persona('user3');
  const wrong = await nobody();
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await registerRecord(page, { name: 'Nobody listens', host: wrong.host, port: wrong.port, users: [person.login], file: contoso.chain });
  const own = await elsewhere();
  const { offer } = await startOnboarding(cosmos, 'support-user3', person.login);
  await signInForDevice(own, offer, person);
  await expectNotOnboarded(own, 30, /gets no trusted connection to your company's UMS/);
  wrong.close();

  await page.getByRole('link', { name: 'Nobody listens' }).click();
  const seen = page.getByRole('table', { name: 'Last onboardings' }).getByRole('row').filter({ hasText: person.login });
  await seen.getByRole('link', { name: 'Open a support case' }).click();
  await expect(page.getByLabel('Subject')).toHaveValue(`Onboarding failed: ${person.login}, error 30`);
  await expect(page.getByLabel('Product')).toHaveValue('onboarding');
  await expectAccessible(page);
  await page.getByLabel('Description').fill('Serial number 4711. What is wrong?');
  await submit(page);
  await number(page);
  for (const fact of ['Nobody listens', `${wrong.host}:${wrong.port}`, 'Contoso sign-in', 'does not answer']) {
    await expect(page.getByText(fact).first()).toBeVisible();
  }
  // An administrator of another kind sees no case, nor the way to one.
  const other: SignIn = { user: 'obs@contoso.example', password: 'Willow-Bucket-Prism-83' };
  await addUser(cosmos, other, 'obs-admin');
  const admin = await elsewhere();
  await signIn(admin, cosmos.portal, other.user, other.password);
  await expect(admin.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cases' })).toBeHidden();
  await open(admin, 'IGEL OS Onboarding');
  await admin.getByRole('link', { name: 'Nobody listens' }).click();
  await expect(admin.getByRole('table', { name: 'Last onboardings' })).toContainText(person.login);
  await expect(admin.getByRole('link', { name: 'Open a support case' })).toBeHidden();
});
