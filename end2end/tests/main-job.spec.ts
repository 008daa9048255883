// The main job, whole: from an account that a command line made to a device that its user onboarded by e-mail.

import { readFile } from 'node:fs/promises';

import { makeAccount, ADMIN, SUPERUSER, umsAddress } from '../fixtures/company.ts';
import { startOnboarding, told } from '../fixtures/devices.ts';
import { expect, expectAccessible, persona, test } from '../fixtures/test.ts';
import { consentAtIdp, signInAtIdp } from '../pages/idp.ts';
import { expectDone, goOn } from '../pages/onboarding.ts';
import * as portal from '../pages/portal.ts';
import * as ums from '../pages/ums.ts';

// It begins with an empty machine.
test.use({ alone: 'main-job' });

test('from an e-mail address to a device that is online', async ({ page, context, cosmos, idp }) => {
  test.setTimeout(150_000);
  const person = persona('user1');
  const umsPage = await context.newPage();
  let umsId = '';
  let chain = '';

  await test.step('the command line makes account, user and superuser; both sign in', async () => {
    await makeAccount(cosmos);
    await portal.signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
    await expect(page.getByText('1 / 8 done')).toBeVisible();
    await ums.signInToUms(umsPage, cosmos.ums, SUPERUSER);
    await expect(umsPage.getByText('No device yet')).toBeVisible();
  });

  await test.step('the UMS hands out its identity and its chain', async () => {
    await ums.open(umsPage, 'Network');
    umsId = await ums.download(umsPage, 'UMS ID', 'Export UMS ID', cosmos.folder);
    chain = await ums.download(umsPage, 'IGEL OS Onboarding', 'Download Certificate Chain', cosmos.folder);
    expect([umsId, chain].map((file) => file.slice(cosmos.folder.length + 1))).toEqual(['UMS_ID.crt', 'ums_chain.crt']);
    expect(await readFile(umsId, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await readFile(chain, 'utf8')).not.toContain('PRIVATE KEY');
    const { host, port } = umsAddress(cosmos);
    await expect(ums.fact(umsPage, 'UMS Hostname')).toContainText(host);
    await expect(ums.fact(umsPage, 'UMS Port')).toContainText(port);
  });

  await test.step('the portal learns of UMS, identity provider and record', async () => {
    await portal.activate(page);
    await portal.registerUms(page, { name: 'Headquarters', file: umsId });
    await portal.registerIdp(page, { name: 'Contoso sign-in', idp, domain: 'contoso.example' });
    await portal.registerRecord(page, {
      name: 'Everybody',
      ...umsAddress(cosmos),
      domains: ['contoso.example'],
      file: chain,
    });
    await portal.open(page, 'Home');
    await expect(page.getByText(/^[5-7] \/ 8 done$/)).toBeVisible();
  });

  // From here on the list of devices and the record are looked at, never loaded again.
  await ums.open(umsPage, 'Devices');
  await portal.open(page, 'IGEL OS Onboarding');
  await page.getByRole('link', { name: 'Everybody' }).click();
  await expect(page.getByText('No device has come this way in the last 30 days.')).toBeVisible();
  for (const watched of [umsPage, page]) {
    await watched.evaluate(() => document.documentElement.setAttribute('data-never-reloaded', ''));
  }

  const { device, offer } = await startOnboarding(cosmos, 'desk-1', person.login, ['--run']);
  const onboarding = await context.newPage();
  await test.step('the person compares the code and signs in at the company', async () => {
    await goOn(onboarding, offer);
    await signInAtIdp(onboarding, person);
    await consentAtIdp(onboarding);
    await expectDone(onboarding);
    await expectAccessible(onboarding);
  });

  const row = ums.deviceRow(umsPage, 'desk-1');
  await test.step('the device enrols, connects, and appears online', async () => {
    await told(device, 'enrolled');
    await told(device, 'connected');
    await expect(row).toContainText('Online');
    await expect(row).toContainText(person.login);
    await expectAccessible(umsPage);
  });

  await test.step('the record has seen it, while somebody looked', async () => {
    const seen = page.getByRole('table', { name: 'Last onboardings' }).getByRole('row').filter({ hasText: person.login });
    await expect(seen).toContainText('enrolled', { timeout: 10_000 });
    await expect(page.locator('html[data-never-reloaded]')).toBeAttached();
  });

  await test.step('its details, and a reboot', async () => {
    const details = await context.newPage();
    await details.goto(`${cosmos.ums}/webapp/devices`);
    await details.getByRole('link', { name: 'desk-1' }).click();
    await expect(ums.fact(details, 'Onboarded by')).toHaveText(person.login);
    const { unit_id: unit } = await told(device, 'enrolled');
    await expect(ums.fact(details, 'Unit ID')).toContainText(String(unit));
    await details.getByRole('button', { name: 'Reboot' }).click();
    const commands = details.getByRole('table', { name: 'Commands' }).getByRole('row').filter({ hasText: 'Reboot' });
    await expect(commands).toContainText('done');
    await expect(commands).toContainText(SUPERUSER.user);
    await told(device, 'command');
    await expect(ums.fact(details, 'State')).toHaveText('Online');
    await expectAccessible(details);

    await details.goto(`${cosmos.ums}/webapp/devices?q=desk`);
    await details.getByRole('link', { name: 'Reboot devices' }).click();
    await expect(details.getByRole('heading', { name: 'Devices found by: desk' })).toBeVisible();
    await details.getByRole('button', { name: 'Reboot devices' }).click();
    await expect(details.getByText('Devices that are told to restart: 1')).toBeVisible();
    await details.getByRole('link', { name: 'desk-1' }).click();
    await expect(commands.filter({ hasText: 'done' })).toHaveCount(2);
    await details.close();
  });

  await test.step('a device that dies is seen within five seconds, and its return too', async () => {
    await expect(row).toContainText('Online');
    await device.kill();
    await expect(row).toContainText('Offline', { timeout: 5000 });
    await cosmos.device('desk-1', ['--json', 'run']);
    await expect(row).toContainText('Online');
    await expect(umsPage.locator('html[data-never-reloaded]')).toBeAttached();
  });
});
