// The customer's own guides, followed to the letter: Entra ID with a certificate file that is built by hand (seed 000), and the
// pages on Okta and Ping Identity (seed 002, pages 79 to 96). Nobody there knows what an issuer is: two addresses are pasted.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { ADMIN, SUPERUSER, makeAccount, umsAddress } from '../fixtures/company.ts';
import { expectEnrolled, startOnboarding } from '../fixtures/devices.ts';
import { type Idp, type Personality, startIdp } from '../fixtures/neighbours.ts';
import { complete } from '../fixtures/processes.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, expectAccessible, persona, test } from '../fixtures/test.ts';
import { expectDone, signInForDevice } from '../pages/onboarding.ts';
import { freeDomain, openProvider, runTest } from '../pages/os-idps.ts';
import * as portal from '../pages/portal.ts';
import * as ums from '../pages/ums.ts';

// The one domain goes from provider to provider, from an empty machine on.
test.use({ alone: 'walks' });
test.describe.configure({ mode: 'serial' });

const DOMAIN = 'contoso.example';
const person = persona('user1');
const started: Idp[] = [];

test.afterAll(async () => {
  for (const idp of started) await idp.process.stop();
});

async function provider(cosmos: Cosmos, like: Personality): Promise<Idp> {
  const idp = await startIdp(`${cosmos.onboarding}/`, like);
  started.push(idp);
  return idp;
}

/** What an administrator copies from the provider's own pages. */
async function endpoints(idp: Idp): Promise<{ authorization: string; token: string }> {
  const answer = await fetch(`${idp.issuer}/.well-known/openid-configuration`);
  const said = (await answer.json()) as { authorization_endpoint: string; token_endpoint: string };
  return { authorization: said.authorization_endpoint, token: said.token_endpoint };
}

/** "IGEL OS Identity Provider (IdP) Registration" in the order of the guides. */
async function registerAsTheGuideSays(page: Page, name: string, idp: Idp): Promise<void> {
  const { authorization, token } = await endpoints(idp);
  await portal.open(page, 'IGEL OS IdP');
  await expect(page.getByRole('heading', { name: 'IGEL OS IdP Management' })).toBeVisible();
  await page.getByRole('link', { name: 'Register IGEL OS IdP' }).first().click();
  await expect(page.getByRole('heading', { name: 'IGEL OS Identity Provider (IdP) Registration' })).toBeVisible();
  await page.getByLabel('Display Name').fill(name);
  await page.getByLabel('Client ID').fill(idp.clientId);
  await page.getByLabel('Client Secret').fill(idp.clientSecret);
  await page.getByLabel('Authorization Endpoint URL').fill(authorization);
  await page.getByLabel('Token Endpoint URL').fill(token);
  await portal.addLine(page, 'Mapped Domains', 'Domain Name', DOMAIN);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText(DOMAIN);
  // The issuer behind the pasted addresses was found and pinned.
  await openProvider(page, name);
  await expect(page.locator('#main')).toContainText(idp.issuer);
  await expect(page.getByText('Reduced assurance')).toHaveCount(0);
}

/** The person's part: company e-mail, sign-in, registered. */
async function onboard(cosmos: Cosmos, page: Page, name: string): Promise<void> {
  const { device, offer } = await startOnboarding(cosmos, name, person.login);
  await signInForDevice(page, offer, person);
  await expectDone(page);
  await expectEnrolled(device);
}

/** Root, intermediate, server: the blocks that a browser shows of the UMS, put into one file in an editor. */
async function buildByHand(cosmos: Cosmos, chain: string): Promise<string> {
  const { host, port } = umsAddress(cosmos);
  const shown = await complete('openssl', 'openssl', ['s_client', '-connect', `${host}:${port}`, '-servername', host, '-showcerts']);
  const [server = ''] = shown.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/) ?? [];
  const file = join(cosmos.folder, 'ums_cert_chain.pem');
  await writeFile(file, `${(await readFile(chain, 'utf8')).trim()}\n${server}\n`);
  return file;
}

test('Entra ID: the whole walk of the guide, to a device that is registered', async ({ page, cosmos, elsewhere }) => {
  test.setTimeout(150_000);
  let file = '';
  await test.step('the UMS gives its address, its identity and its certificates', async () => {
    await makeAccount(cosmos);
    await ums.signInToUms(page, cosmos.ums, SUPERUSER);
    await ums.open(page, 'Network');
    const umsId = await ums.download(page, 'UMS ID', 'Export UMS ID', cosmos.folder);
    const chain = await ums.download(page, 'IGEL OS Onboarding', 'Download Certificate Chain', cosmos.folder);
    file = await buildByHand(cosmos, chain);
    await portal.signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
    await portal.activate(page);
    await portal.registerUms(page, { name: 'UMS 12', file: umsId });
  });

  await test.step('Users > IGEL OS IdP > Register IGEL OS IdP', async () => {
    await registerAsTheGuideSays(page, 'Entra ID', await provider(cosmos, 'entra'));
  });

  await test.step('Configure Services > IGEL OS Onboarding > Register IGEL OS Onboarding', async () => {
    const { host, port } = umsAddress(cosmos);
    await portal.open(page, 'IGEL OS Onboarding');
    await page.getByRole('link', { name: 'Register IGEL OS Onboarding' }).first().click();
    await expect(page.getByText('This item only works with OS12')).toBeVisible();
    await page.getByLabel('Display Name').fill('UMS 12 Production');
    await page.getByLabel('UMS Hostname').fill(host);
    await page.getByLabel('UMS Port').fill(port);
    await portal.addLine(page, 'Mapped Domains', 'Domain', DOMAIN);
    await page.getByLabel('Choose file').setInputFiles(file);
    await expect(page.getByLabel('OBS Root Certificate')).toHaveValue(/BEGIN CERTIFICATE[^]+BEGIN CERTIFICATE/);
    // What the guide cannot: the file is looked at before anybody meets Error 30.
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await expect(page.getByText('The end certificate names the host')).toBeVisible();
    await page.getByRole('button', { name: 'Compare with the host' }).click();
    await expect(page.getByText('What the host presents leads to your chain')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Submit' }).click();
    await expect(page.getByRole('row').filter({ hasText: 'UMS 12 Production' })).toBeVisible();
  });

  await onboard(cosmos, await elsewhere(), 'pilot-entra');

  await test.step('what the guide leaves to luck is looked at, and the checklist is complete', async () => {
    await openProvider(page, 'Entra ID');
    await runTest(page, person);
    await expect(page.getByText('The test sign-in passed')).toBeVisible();
    await portal.open(page, 'IGEL OS Onboarding');
    await page.getByRole('link', { name: 'UMS 12 Production' }).click();
    await page.getByRole('button', { name: 'Check the route now' }).click();
    await expect(page.getByText('Good').first()).toBeVisible();
    await portal.open(page, 'Home');
    await expect(page.getByText('8 / 8 done')).toBeVisible();
    await expectAccessible(page);
  });
});

let before = 'Entra ID';

for (const { name, like } of [
  { name: 'Okta', like: 'okta' },
  { name: 'Ping Identity', like: 'ping' },
] as const) {
  test(`${name}: registered with what its own pages show, and a device`, async ({ page, cosmos, elsewhere }) => {
    test.setTimeout(90_000);
    await portal.signIn(page, cosmos.portal, ADMIN.user, ADMIN.password);
    await freeDomain(page, before, DOMAIN);
    await registerAsTheGuideSays(page, name, await provider(cosmos, like));
    before = name;
    await onboard(cosmos, await elsewhere(), `pilot-${like}`);
  });
}
