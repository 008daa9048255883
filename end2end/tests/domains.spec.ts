// Domains with their proofs, one UMS instance, the expiry calendar: what an OBS Admin looks after once it works.

import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { addLine, open, signIn } from '../pages/portal.ts';
import { signInToUms } from '../pages/ums.ts';

test('a domain is added, looked for, and removed', async ({ page, cosmos, contoso, problems }) => {
  problems.allow(/422/);
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'Domains');
  // What a record maps is there by itself; the configuration of the test trusts it.
  const trusted = page.getByRole('row').filter({ hasText: 'contoso.example' });
  await expect(trusted).toContainText('Trusted by configuration');
  await page.getByRole('link', { name: 'Add domains' }).first().click();
  await addLine(page, 'Domains', 'Domain Name', 'gmail.com');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.locator('#domains-error')).toBeVisible();
  await page.getByRole('button', { name: 'Remove gmail.com' }).click();
  await addLine(page, 'Domains', 'Domain Name', 'litware.test');
  await page.getByRole('button', { name: 'Submit' }).click();
  const added = page.getByRole('row').filter({ hasText: 'litware.test' });
  await expect(added).toContainText('Pending');
  await expectAccessible(page);

  await added.getByRole('link', { name: 'litware.test' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('litware.test');
  await expect(page.getByText('_cosmos-challenge.litware.test', { exact: true })).toBeVisible();
  await expect(page.getByText(/^cosmos-domain=[0-9a-f]{32}$/)).toBeVisible();
  await page.getByRole('button', { name: 'Check now' }).click();
  // Where the tests run there may be name servers or none; nobody has this name.
  await expect(page.locator('.note').filter({ hasText: /No such record|No answer/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove domain' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Domains');
  await expect(page.getByRole('row').filter({ hasText: 'litware.test' })).toHaveCount(0);
});

test('a domain that a record maps says so, and needs no proof where it is trusted', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'Domains');
  await page.getByRole('link', { name: 'contoso.example', exact: true }).click();
  await expect(page.getByText('Nothing has to be published.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check now' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Remove domain' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Everybody' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Everybody');
});

test('a UMS is changed by two people, and neither loses anything', async ({ page, cosmos, contoso, elsewhere, problems }) => {
  problems.allow(/409/);
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'UMS Registration');
  await page.getByRole('link', { name: 'Headquarters' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Headquarters');
  await expectAccessible(page);

  const theirs = await elsewhere();
  await signIn(theirs, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await theirs.goto(page.url());
  await theirs.getByRole('textbox', { name: 'Comments' }).fill('second floor');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(theirs.getByText('Saved.').first()).toBeVisible();

  await page.getByRole('textbox', { name: 'Comments' }).fill('third floor');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Somebody else has saved this UMS meanwhile').first()).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: 'Comments' });
  await expect(row).toContainText('second floor');
  await expect(row).toContainText('third floor');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.').first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Comments' })).toHaveValue('third floor');
});

test('everything that ends stands in the calendar', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'Expiry calendar');
  await expect(page.getByRole('row').filter({ hasText: 'Headquarters' })).toContainText('UMS ID');
  await expect(page.getByRole('row').filter({ hasText: 'Everybody' }).first()).toContainText('days left');
  await expectAccessible(page);
});

test('the UMS shows that it is registered', async ({ page, cosmos, contoso }) => {
  await signInToUms(page, cosmos.ums, contoso.superuser);
  await page.goto(`${cosmos.ums}/webapp/network?tab=ums-id`);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('definition').filter({ hasText: 'Headquarters' })).toBeVisible();
  await expectAccessible(page);
});
