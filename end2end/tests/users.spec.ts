// User & Role Administration, and the Overview: who comes, as what, and who goes.

import type { Locator, Page } from '@playwright/test';

import type { SignIn } from '../fixtures/company.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { act, fillSignIn, open, signIn, signOut } from '../pages/portal.ts';

const ADMIN: SignIn = { user: 'admin@tailspin.example', password: 'Walnut-Ribbon-Comet-41' };
const PASSWORD = 'Pepper-Lagoon-Thimble-96';
const LAST_ROLE = 'This user only has one role, removing it will deactivate the user';

const made = new WeakMap<Cosmos, Promise<void>>();

/** A company whose Super Admin administers people, made at its first use on a server. */
function makeTailspin(cosmos: Cosmos): Promise<void> {
  const making = async () => {
    await cosmos.cli(['account', 'create', '--name', 'Tailspin']);
    await addUser(cosmos, ADMIN, 'super-admin');
  };
  const company = made.get(cosmos) ?? making();
  made.set(cosmos, company);
  return company;
}

async function addUser(cosmos: Cosmos, { user, password }: SignIn, role: string): Promise<void> {
  await cosmos.cli(['user', 'add', '--account', 'Tailspin', '--email', user, '--role', role, '--password-stdin'], password);
}

async function administrate(page: Page, cosmos: Cosmos): Promise<void> {
  await makeTailspin(cosmos);
  await signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
}

/** One of the three acts of "User & Role Administration". */
async function choose(page: Page, act: string): Promise<void> {
  await open(page, 'User & Role Administration');
  await page.getByRole('link', { name: act, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(act);
}

async function invite(page: Page, email: string, role: string): Promise<void> {
  await choose(page, 'Invite new user');
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Berg');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Role').selectOption({ label: role });
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(row(page, email)).toContainText(role);
}

const row = (page: Page, email: string): Locator => page.getByRole('row').filter({ hasText: email });

/** The cell of a column. */
const cell = (page: Page, email: string, column: string): Locator => row(page, email).locator(`td[data-label="${column}"]`);

/** The link of the newest invitation. */
async function link(cosmos: Cosmos, email: string, mails = 1): Promise<string> {
  const found = (await cosmos.mail.mails(email, mails)).at(-1)?.links.find((one) => one.includes('/invitation?token='));
  if (!found) throw new Error(`no link for ${email}`);
  return found;
}

const entry = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true });

test('invite an OBS Admin, who accepts and then sees only her menus', async ({ page, cosmos, elsewhere }) => {
  const email = 'olga@tailspin.example';
  await administrate(page, cosmos);
  await invite(page, email, 'OBS Admin');
  await expect(cell(page, email, 'Active')).toContainText('Pending');
  await expect(cell(page, email, 'Invitation Status')).toContainText('Pending');
  await expect(cell(page, email, 'Days left')).toContainText('30');
  await expectAccessible(page);

  // What a mail scanner does: it opens the link, and nothing happens.
  const invitation = await link(cosmos, email);
  expect((await page.request.get(invitation)).status()).toBe(200);

  const olga = await elsewhere();
  await olga.goto(invitation);
  await expect(olga.getByRole('heading', { name: 'Invitation' })).toBeVisible();
  await expect(olga.getByText('Tailspin', { exact: true })).toBeVisible();
  await expectAccessible(olga);
  await olga.getByLabel('Password').fill(PASSWORD);
  await olga.getByRole('button', { name: 'Accept' }).click();
  await expect(olga.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await expect(entry(olga, 'IGEL OS IdP')).toBeVisible();
  for (const name of ['User & Role Administration', 'Overview', 'UMS Registration']) {
    await expect(entry(olga, name)).toHaveCount(0);
  }

  await open(page, 'Overview');
  await expect(cell(page, email, 'Active')).toContainText('Yes');
  await expect(cell(page, email, 'Invitation Status')).toContainText('Accepted');
  const told = await cosmos.mail.mails(ADMIN.user, 1);
  expect(told.map((mail) => mail.subject)).toContain(`${email} has accepted the invitation`);

  // The link works once, and the password from now on.
  await signOut(olga);
  await expect(olga.getByRole('button', { name: 'Log in' })).toBeVisible();
  await olga.goto(invitation);
  await expect(olga.getByRole('heading', { name: 'This invitation is accepted already' })).toBeVisible();
  await signIn(olga, cosmos.portal, email, PASSWORD);
});

test('somebody declines: no user is made', async ({ page, cosmos, elsewhere }) => {
  const email = 'declines@tailspin.example';
  await administrate(page, cosmos);
  await invite(page, email, 'UMS Admin');
  const other = await elsewhere();
  await other.goto(await link(cosmos, email));
  await other.getByRole('button', { name: 'Decline' }).click();
  await expect(other.getByRole('heading', { name: 'You have declined' })).toBeVisible();
  await open(page, 'Overview');
  await expect(cell(page, email, 'Active')).toContainText('No');
  await expect(cell(page, email, 'Invitation Status')).toContainText('Declined');
  await expect(row(page, email).getByRole('button')).toHaveCount(0);
});

test('an invitation is sent again, and cancelled', async ({ page, cosmos, elsewhere }) => {
  const email = 'waits@tailspin.example';
  await administrate(page, cosmos);
  await invite(page, email, 'UMS Admin');
  const first = await link(cosmos, email);
  await row(page, email).getByRole('button', { name: 'Resend' }).click();
  const second = await link(cosmos, email, 2);
  expect(second).not.toBe(first);

  const other = await elsewhere();
  await other.goto(first);
  await expect(other.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await other.goto(second);
  await expect(other.getByRole('button', { name: 'Accept' })).toBeVisible();

  await row(page, email).getByRole('button', { name: 'Cancel' }).click();
  await expect(cell(page, email, 'Invitation Status')).toContainText('Cancelled');
  await other.reload();
  await expect(other.getByRole('heading', { name: 'The invitation was cancelled' })).toBeVisible();
});

test('whoever is logged in with another address is told the way out', async ({ page, cosmos }) => {
  const email = 'guest@tailspin.example';
  await administrate(page, cosmos);
  await invite(page, email, 'UMS Admin');
  const invitation = await link(cosmos, email);
  await page.goto(invitation);
  await expect(page.getByRole('heading', { name: 'Somebody else is logged in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  await page.goto(invitation);
  await expect(page.getByRole('button', { name: 'Accept' })).toBeVisible();
});

test('a role is added; without the last role the user is deactivated, and restored', async ({ page, cosmos, elsewhere, problems }) => {
  // The call of the user whose session has ended.
  problems.allow(/401 \(/);
  const user: SignIn = { user: 'support@tailspin.example', password: PASSWORD };
  await administrate(page, cosmos);
  await addUser(cosmos, user, 'support-manager');
  const theirs = await elsewhere();
  await signIn(theirs, cosmos.portal, user.user, user.password);
  await expect(entry(theirs, 'UMS Registration')).toHaveCount(0);

  const person = page.getByLabel('User', { exact: false }).first();
  const pick = async () => {
    const option = page.locator('#user option').filter({ hasText: user.user });
    await person.selectOption((await option.getAttribute('value')) ?? '');
  };
  await choose(page, 'Add additional role');
  await expect(page.getByText('Please choose').first()).toBeAttached();
  await pick();
  await page.locator('#role').selectOption({ label: 'UMS Admin' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(cell(page, user.user, 'Role')).toContainText('UMS Admin, Customer Support Account Manager');
  // With the next request.
  await theirs.reload();
  await expect(entry(theirs, 'UMS Registration')).toBeVisible();

  await choose(page, 'Remove role');
  await pick();
  await expect(page.getByText(LAST_ROLE)).toHaveCount(0);
  await page.locator('#role').selectOption({ label: 'UMS Admin' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(cell(page, user.user, 'Role')).toHaveText('Customer Support Account Manager');

  // The same act on the row, and what it means is said before.
  await act(row(page, user.user), 'Remove role');
  await expect(page.getByText(LAST_ROLE)).toBeVisible();
  await page.locator('#role').selectOption({ label: 'Customer Support Account Manager' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(cell(page, user.user, 'Active')).toContainText('No');
  await theirs.reload();
  await expect(theirs.getByRole('button', { name: 'Log in' })).toBeVisible();

  await row(page, user.user).getByRole('button', { name: 'Restore' }).click();
  await expect(cell(page, user.user, 'Active')).toContainText('Yes');
});

test('nobody changes themselves', async ({ page, cosmos }) => {
  await administrate(page, cosmos);
  await open(page, 'Overview');
  await expect(row(page, ADMIN.user)).toContainText('(you)');
  await expect(row(page, ADMIN.user).getByRole('button', { name: 'Actions' })).toHaveCount(0);
  await choose(page, 'Remove role');
  await expect(page.locator('#user option').filter({ hasText: ADMIN.user })).toHaveCount(0);
});

test('a pasted list invites everybody or nobody', async ({ page, cosmos, problems }) => {
  problems.allow(/422 \(/);
  await administrate(page, cosmos);
  await choose(page, 'Invite many at once');
  await page.getByLabel('People').fill(`Eve Lind <eve@tailspin.example>\n${ADMIN.user}\nnobody`);
  await page.getByLabel('Role, where the line names none').selectOption({ label: 'UMS Admin' });
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('alert')).toContainText('Not an e-mail address.');
  await page.getByLabel('People').fill('Eve Lind <eve@tailspin.example>\nfinn@tailspin.example; OBS Admin');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(cell(page, 'eve@tailspin.example', 'Role')).toHaveText('UMS Admin');
  await expect(cell(page, 'finn@tailspin.example', 'Role')).toHaveText('OBS Admin');
});

test('the roles are shown as a table', async ({ page, cosmos }) => {
  await administrate(page, cosmos);
  await open(page, 'Overview');
  await page.getByRole('link', { name: 'Roles and Permissions' }).click();
  const invites = page.getByRole('row').filter({ hasText: 'Invite users' });
  await expect(invites.getByRole('cell')).toHaveText([/Invite users/, /✓/, /✓/, '', '', '']);
  await expectAccessible(page);
});

test('without script: invited, accepted, and the last role removed', async ({ page, browser, cosmos }) => {
  const email = 'quiet@tailspin.example';
  await administrate(page, cosmos);
  await invite(page, email, 'App Portal User');
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const quiet = await context.newPage();
  const invitation = await link(cosmos, email);
  await quiet.goto(invitation);
  await quiet.getByLabel('Password').fill('too short');
  await quiet.getByRole('button', { name: 'Accept' }).click();
  await expect(quiet.getByRole('alert')).toContainText('At least 15 characters.');
  await expect(quiet).toHaveURL(invitation);
  await quiet.getByLabel('Password').fill(PASSWORD);
  await quiet.getByRole('button', { name: 'Accept' }).click();
  await expect(quiet.getByRole('heading', { level: 1 })).toHaveText('Welcome');
  await context.close();

  const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const admin = await plain.newPage();
  await admin.goto(`${cosmos.portal}/login?next=%2Fusers%2Fadministration%2Fremove-role`);
  await fillSignIn(admin, ADMIN.user, ADMIN.password);
  const option = admin.locator('#user option').filter({ hasText: email });
  await admin.locator('#user').selectOption((await option.getAttribute('value')) ?? '');
  await admin.locator('#role').selectOption({ label: 'App Portal User' });
  await admin.getByRole('button', { name: 'Submit' }).click();
  await expect(admin.getByText(LAST_ROLE).first()).toBeVisible();
  await admin.getByRole('button', { name: 'Submit' }).click();
  await expect(cell(admin, email, 'Active')).toContainText('No');
  await row(admin, email).getByRole('button', { name: 'Restore' }).click();
  await expect(cell(admin, email, 'Active')).toContainText('Yes');
  await plain.close();
});
