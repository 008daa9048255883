// The pictures of the documentation, taken from the product itself: `PICTURES=1 cargo xtask test --stage e2e -- --project=pictures`.

import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { addUser } from '../fixtures/company.ts';
import { expect, test } from '../fixtures/test.ts';
import { fillSignIn, signIn } from '../pages/portal.ts';

test.use({ alone: 'pictures', viewport: { width: 1120, height: 720 } });

const FOLDER = join(import.meta.dirname, '../../docs/src/pictures');
const OPERATOR = { user: 'operator@vendor.example', password: 'Kettle-Violin-Harbour-17' };

async function take(page: Page, name: string, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  // The favicon's tab and a blinking cursor are not part of the picture.
  await page.screenshot({ path: join(FOLDER, `${name}.png`), caret: 'hide', animations: 'disabled' });
}

test('pictures of the documentation', async ({ page, cosmos, contoso, elsewhere, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/40\d/);
  await cosmos.cli(['operator', 'add', '--email', OPERATOR.user, '--name', 'Olga Ross', '--password-stdin'], OPERATOR.password);
  const applicant = await elsewhere();
  await applicant.goto(`${cosmos.portal}/register`);
  await applicant.getByLabel('COMPANY NAME').fill('Fabrikam');
  await applicant.getByLabel('ADDRESS', { exact: false }).first().fill('Harbour Road 1');
  await applicant.getByLabel('CITY').fill('Hamburg');
  await take(applicant, 'register', 'IGEL Customer & Account Registration');
  await applicant.getByLabel('POST CODE').fill('20457');
  await applicant.getByLabel('COUNTRY').selectOption('DE');
  await applicant.getByLabel('STATE/PROVINCE').fill('Hamburg');
  await applicant.getByLabel('INDUSTRY').selectOption('logistics');
  await applicant.getByLabel('LOGIN-EMAIL').fill('eva@fabrikam.example');
  await applicant.getByLabel('FIRST NAME').fill('Eva');
  await applicant.getByLabel('LAST NAME').fill('Lund');
  await applicant.getByLabel('WORK PHONE').fill('+49 40 123456');
  await applicant.getByLabel('I HAVE READ AND ACCEPT THE PRIVACY POLICIES.').check();
  await applicant.getByRole('button', { name: 'Submit' }).click();
  await expect(applicant.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
  const [mail] = await cosmos.mail.mails('eva@fabrikam.example', 1);
  await applicant.goto(mail?.links.find((link) => link.includes('/register/confirm')) ?? '');
  await applicant.getByRole('button', { name: 'Confirm' }).click();
  await expect(applicant.getByRole('heading', { level: 1 })).toHaveText('Your registration is confirmed');

  const operator = await elsewhere();
  await operator.goto(`${cosmos.portal}/operator/login`);
  await operator.getByLabel('E-mail').fill(OPERATOR.user);
  await operator.getByLabel('Password').fill(OPERATOR.password);
  await operator.getByRole('button', { name: 'Log in' }).click();
  await operator.getByRole('link', { name: 'Fabrikam' }).click();
  await take(operator, 'operators-check', 'Fabrikam');

  for (const [name, role] of [
    ['ada', 'obs-admin'],
    ['bert', 'ums-admin'],
    ['cora', 'account-admin'],
  ] as const) {
    await addUser(cosmos, { user: `${name}@contoso.example`, password: 'Harvest-Pencil-Tundra-35' }, role);
  }
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  for (const [path, name, heading] of [
    ['/users/overview', 'overview', 'Overview'],
    ['/users/administration/invite', 'invite', 'Invite new user'],
    ['/users/bring-your-idp/new', 'bring-your-idp', 'Bring your IdP'],
    ['/activity', 'activity', 'Activity'],
    ['/', 'home', 'Welcome'],
    ['/users/idps/new', 'os-idp-form', 'IGEL OS Identity Provider (IdP) Registration'],
    ['/services/onboarding/new', 'routing-form', 'IGEL OS Onboarding Registration'],
    ['/services/domains', 'domains', 'Domains'],
    ['/services/expiry', 'expiry', 'Expiry calendar'],
    ['/support/cases/new', 'case-form', 'Submit a case'],
  ] as const) {
    await page.goto(`${cosmos.portal}${path}`);
    await expect(page.locator('html[data-ready]')).toBeAttached();
    await take(page, name, heading);
  }
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await page.getByRole('row').filter({ hasText: 'Everybody' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Check the route now' }).click();
  await expect(page.getByText('UMS ID')).toBeVisible();
  await take(page, 'record', 'Everybody');
  const ada = await elsewhere();
  await ada.goto(`${cosmos.portal}/login`);
  await fillSignIn(ada, 'ada@contoso.example', 'Harvest-Pencil-Tundra-35');
  await expect(ada.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await ada.goto(`${cosmos.portal}/my-account`);
  await ada.getByRole('button', { name: 'Set up a second factor' }).click();
  await take(ada, 'second-factor', 'Second factor');
});
