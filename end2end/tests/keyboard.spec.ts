// An OBS Admin without a mouse: signs in, activates, registers an identity provider, a domain and a record with its certificate
// chain. The keyboard is always somewhere that can be seen, goes in the order of the page, and is never lost.

import { readFile } from 'node:fs/promises';

import { type Locator, type Page } from '@playwright/test';

import { type SignIn, umsAddress } from '../fixtures/company.ts';
import { type Idp, startIdp } from '../fixtures/neighbours.ts';
import { freshCertificate, makeNorthwind } from '../fixtures/northwind.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ alone: 'keyboard' });

const ADA: SignIn = { user: 'ada@northwind.example', password: 'Walnut-Harbour-Saffron-41' };
/** Stops of the keyboard on the longest page, generously. */
const STOPS_MAX = 90;

/** What is wrong with where the keyboard is: nothing, if it can be seen. */
function unseen(page: Page): Promise<string> {
  return page.evaluate(() => {
    const here = document.activeElement;
    // Between the last stop and the first one the keyboard is in the browser's own bar.
    if (!here || here === document.body || here === document.documentElement) return '';
    const ring = (element: Element | null) => {
      if (!element) return false;
      const style = getComputedStyle(element);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    const box = here.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    // A choice of a file shows its ring on the button beside it.
    const shown = [here, here.nextElementSibling, here.parentElement].some(ring);
    return inside && shown ? '' : `${inside ? 'no ring' : 'out of sight'}: ${here.outerHTML.slice(0, 200)}`;
  });
}

/** Goes there by one key, again and again, and looks at every stop. */
async function reach(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  const there = () => target.evaluate((element) => element === document.activeElement);
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    if (await there()) return;
    await page.keyboard.press(key);
    expect(await unseen(page)).toBe('');
  }
  throw new Error(`${target} is not reached by ${key}`);
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await reach(page, target);
  await page.keyboard.type(text);
}

const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const lines = (page: Page, field: string) => page.locator('.field').filter({ has: page.locator(`#${field}`) });
const ready = (page: Page) => expect(page.locator('html[data-ready]')).toBeAttached();

/** One line of a list field: the dialog takes the keyboard, keeps it, and gives it back. */
async function addLine(page: Page, field: string, line: string): Promise<void> {
  const add = lines(page, field).getByRole('button', { name: 'Add', exact: true });
  const dialog = page.getByRole('dialog');
  await press(page, add, 'Space');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Shift+Tab']) {
    await page.keyboard.press(key);
    const outside = await dialog.evaluate((element) => {
      const here = document.activeElement;
      return here !== document.body && !element.contains(here);
    });
    expect(outside, 'the page behind a dialog has no stop').toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(add).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(lines(page, field).getByRole('button', { name: `Remove ${line}` })).toBeVisible();
  await expect(add).toBeFocused();
}

test('an OBS Admin registers everything by keyboard alone', async ({ page, cosmos, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/422/);
  const { keyboard } = page;
  const field = (id: string) => page.locator(`#${id}`);
  const submit = page.getByRole('button', { name: 'Submit' });
  await makeNorthwind(cosmos);
  const who = ['--account', 'Northwind', '--email', ADA.user, '--role', 'obs-admin', '--password-stdin'];
  await cosmos.cli(['user', 'add', ...who], ADA.password);
  const idp: Idp = await startIdp(`${cosmos.onboarding}/`, 'okta');
  const chain = await readFile(await freshCertificate(cosmos, 'keyboard-root'), 'utf8');
  const { host, port } = umsAddress(cosmos);

  await test.step('signs in', async () => {
    await page.goto(`${cosmos.portal}/login`);
    await type(page, page.getByLabel('E-mail'), ADA.user);
    await keyboard.press('Enter');
    await expect(page.getByLabel('Password')).toBeFocused();
    await keyboard.type(ADA.password);
    await keyboard.press('Enter');
    await expect(entry(page, 'Activate IGEL OS Onboarding')).toBeVisible();
  });

  await test.step('the first stop of a page leads past the navigation', async () => {
    await page.reload();
    await ready(page);
    await keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await keyboard.press('Enter');
    await expect(page.locator('#main')).toBeFocused();
  });

  await test.step('activates onboarding', async () => {
    await reach(page, entry(page, 'Activate IGEL OS Onboarding'), 'Shift+Tab');
    await keyboard.press('Enter');
    await press(page, page.getByRole('button', { name: 'Activate', exact: true }), 'Space');
    await expect(heading(page)).toHaveText('IGEL OS Onboarding Management');
    // The button went with its page: the keyboard is at the top of the new one.
    await expect(heading(page)).toBeFocused();
  });

  await test.step('registers an identity provider with the preset Okta', async () => {
    await reach(page, entry(page, 'IGEL OS IdP'), 'Shift+Tab');
    await keyboard.press('Enter');
    await expect(heading(page)).toHaveText('IGEL OS IdP Management');
    await press(page, page.getByRole('link', { name: 'Register IGEL OS IdP' }).first());
    await expect(heading(page)).toBeFocused();
    const chosen = page.getByRole('radio', { checked: true });
    const okta = page.getByRole('radio', { name: 'Okta' });
    await reach(page, chosen.first());
    for (let steps = 0; steps < 4 && !(await okta.isChecked()); steps += 1) await keyboard.press('ArrowDown');
    await expect(okta).toBeChecked();
    await expect(okta).toBeFocused();
    // In the order of the page: each is reached from the one before, without coming round.
    await type(page, field('name'), 'Okta by keyboard');
    await type(page, field('client_id'), idp.clientId);
    await type(page, field('client_secret'), idp.clientSecret);
    await type(page, field('issuer'), idp.issuer);
    await press(page, page.getByRole('button', { name: 'Fill in from the issuer' }), 'Space');
    await expect(page.getByLabel('Token Endpoint URL')).toHaveValue(/\/v1\/token$/);
    await addLine(page, 'domains', 'northwind.example');
    await press(page, submit);
    await expect(page.getByRole('row').filter({ hasText: 'Okta by keyboard' })).toBeVisible();
  });

  await test.step('adds a domain', async () => {
    await reach(page, entry(page, 'Domains'), 'Shift+Tab');
    await keyboard.press('Enter');
    await press(page, page.getByRole('link', { name: 'Add domains' }).first());
    await expect(heading(page)).toBeFocused();
    await addLine(page, 'domains', 'keyboard.litware.test');
    await press(page, submit);
    const added = page.getByRole('row').filter({ hasText: 'keyboard.litware.test' });
    await expect(added).toContainText('Pending');
    await press(page, added.getByRole('link', { name: 'keyboard.litware.test' }));
    await expect(heading(page)).toHaveText('keyboard.litware.test');
    await press(page, page.getByRole('button', { name: 'Check now' }), 'Space');
    await expect(page.getByText('There is no text record of that name.')).toBeVisible();
  });

  await test.step('registers a record, with the certificate chain assistant', async () => {
    await reach(page, entry(page, 'IGEL OS Onboarding'), 'Shift+Tab');
    await keyboard.press('Enter');
    await press(page, page.getByRole('link', { name: 'Register IGEL OS Onboarding' }).first());
    await expect(heading(page)).toHaveText('IGEL OS Onboarding Registration');
    await type(page, field('name'), 'Keyboard');
    await keyboard.press('Enter');
    // The summary takes the keyboard, and its first link leads to its field.
    await expect(page.getByRole('alert')).toBeFocused();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(field('host')).toBeFocused();
    await keyboard.type(host);
    await reach(page, field('port'));
    await keyboard.press('Control+a');
    await keyboard.type(port);
    await addLine(page, 'domains', 'northwind.example');
    await reach(page, page.getByLabel('OBS Root Certificate'));
    await keyboard.insertText(chain);
    await press(page, page.getByRole('button', { name: 'Check the chain' }), 'Space');
    await expect(page.getByText('The chain is complete')).toBeVisible();
    await press(page, page.getByRole('button', { name: 'Compare with the host' }), 'Space');
    await expect(page.getByText('What the host presents does not lead to your chain')).toBeVisible();
    await reach(page, submit, 'Shift+Tab');
    await keyboard.press('Enter');
    await expect(page.getByRole('row').filter({ hasText: 'Keyboard' })).toBeVisible();
  });

  await test.step('opens the menu of its row, and leaves it', async () => {
    const row = page.getByRole('row').filter({ hasText: 'Keyboard' });
    const acts = row.getByRole('button', { name: /^Actions/ });
    await press(page, acts, 'Space');
    const first = row.getByRole('link', { name: /^Replace X\.509 Certificate/ });
    await expect(first).toBeVisible();
    await reach(page, first);
    await keyboard.press('Escape');
    await expect(first).toBeHidden();
    await expect(acts).toBeFocused();
  });

  await test.step('takes a domain away again, and stays where it was', async () => {
    await press(page, page.getByRole('link', { name: 'Keyboard', exact: true }));
    await press(page, page.getByRole('link', { name: 'Update Mapped Domains' }));
    const remove = page.getByRole('button', { name: 'Remove northwind.example' });
    await press(page, remove, 'Space');
    await expect(remove).toHaveCount(0);
    await expect(lines(page, 'domains').getByRole('button', { name: 'Add', exact: true })).toBeFocused();
  });
  await idp.process.stop();
});
