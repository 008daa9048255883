// Domains with their proofs, one UMS instance, the expiry calendar: what an OBS Admin looks after once it works.

import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { addLine, open, signIn } from '../pages/portal.ts';
import { fact, signInToUms } from '../pages/ums.ts';

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
  await expect(page.locator('.note').filter({ hasText: 'No such record' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove domain' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Domains');
  await expect(page.getByRole('row').filter({ hasText: 'litware.test' })).toHaveCount(0);
});

test('a domain is proved by the text record that somebody publishes', async ({ page, cosmos, contoso }) => {
  const domain = 'proof.litware.test';
  const name = `_cosmos-challenge.${domain}`;
  const note = (text: string) => page.locator('.note').filter({ hasText: text });
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'Domains');
  await page.getByRole('link', { name: 'Add domains' }).first().click();
  await addLine(page, 'Domains', 'Domain Name', domain);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('link', { name: domain }).click();
  await expect(page.getByText(name, { exact: true })).toBeVisible();
  const value = (await page.getByText(/^cosmos-domain=[0-9a-f]{32}$/).textContent()) ?? '';

  /** Publishes, and looks until the name server tells the new record: it goes on with the old one for a moment. */
  const look = async (published: string, found: string) => {
    await cosmos.names.publish([{ name, value: published }]);
    await expect(async () => {
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(note(found)).toBeVisible({ timeout: 2_000 });
    }).toPass();
  };
  await look('cosmos-domain=somebody-elses', 'Another value');
  await expect(note('cosmos-domain=somebody-elses')).toBeVisible();
  await look(value, 'the domain is yours');
  await expect(page.getByRole('definition').filter({ hasText: 'Proved' }).first()).toBeVisible();
  await expectAccessible(page);
  await open(page, 'Domains');
  await expect(page.getByRole('row').filter({ hasText: domain })).toContainText('Proved');
});

test('a domain of a tenant is proved by its provider', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'Domains');
  await page.getByRole('link', { name: 'Add domains' }).first().click();
  await addLine(page, 'Domains', 'Domain Name', 'contoso.onmicrosoft.com');
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('link', { name: 'contoso.onmicrosoft.com' }).click();
  await expect(page.getByText('a test sign-in has passed there')).toBeVisible();
  await expect(page.getByText('_cosmos-challenge')).toHaveCount(0);
  await expectAccessible(page);
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
  await expect(page.getByText('Somebody else has saved meanwhile').first()).toBeVisible();
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

test('what is switched on for a UMS reaches it', async ({ page, cosmos, contoso, elsewhere }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await open(page, 'UMS Registration');
  await page.getByRole('link', { name: 'Headquarters' }).click();
  const atUms = await elsewhere();
  await signInToUms(atUms, cosmos.ums, contoso.superuser);
  await atUms.goto(`${cosmos.ums}/webapp/network?tab=ums-id`);
  for (const [portal, insight, said] of [
    [true, false, ['Yes', 'No']],
    [false, true, ['No', 'Yes']],
  ] as const) {
    await page.getByRole('checkbox', { name: 'Enable App Portal' }).setChecked(portal);
    await page.getByRole('checkbox', { name: 'Enable Insight Service' }).setChecked(insight);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.').first()).toBeVisible();
    // It may have been asked before the portal had saved.
    await expect(async () => {
      await atUms.getByRole('button', { name: 'Check now' }).click();
      await expect(fact(atUms, 'Enable App Portal')).toHaveText(said[0], { timeout: 2_000 });
      await expect(fact(atUms, 'Enable Insight Service')).toHaveText(said[1], { timeout: 2_000 });
    }).toPass();
  }
});

test('the UMS shows that it is registered', async ({ page, cosmos, contoso }) => {
  await signInToUms(page, cosmos.ums, contoso.superuser);
  await page.goto(`${cosmos.ums}/webapp/network?tab=ums-id`);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('definition').filter({ hasText: 'Headquarters' })).toBeVisible();
  await expectAccessible(page);
});
