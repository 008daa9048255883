// Every page, in both languages and both colours, wide and narrow: it hydrates, fits, and is accessible.

import type { Page } from '@playwright/test';

import { BEGINNER, UMS_ADMIN, makeNorthwind } from '../fixtures/northwind.ts';
import { expect, expectAccessible, test } from '../fixtures/test.ts';
import { fillSignIn, signIn, signOut } from '../pages/portal.ts';
import { signInToUms } from '../pages/ums.ts';

type Language = 'en' | 'de';

/** An address and its heading in both languages. */
type Visit = [path: string, en: string | RegExp, de: string | RegExp];

const BEFORE: Visit[] = [
  ['/login', 'Login', 'Login'],
  ['/webapp/login', 'UMS Web App', 'UMS Web App'],
  ['/forgot-password', 'Forgot Password?', 'Forgot Password?'],
  ['/register', 'IGEL Customer & Account Registration', 'IGEL Customer & Account Registration'],
  ['/privacy', 'Privacy Policy', 'Datenschutzerklärung'],
  ['/login/code', 'This log-in is over', 'Diese Anmeldung ist vorbei'],
];
const PORTAL: Visit[] = [
  ['/', 'Welcome', 'Willkommen'],
  ['/activate', 'Activate IGEL OS Onboarding', 'Activate IGEL OS Onboarding'],
  ['/services/onboarding', 'IGEL OS Onboarding Management', 'IGEL OS Onboarding Management'],
  ['/services/onboarding/new', 'IGEL OS Onboarding Registration', 'IGEL OS Onboarding Registration'],
  ['/services/ums', 'UMS Management', 'UMS Management'],
  ['/services/ums/new', 'Register a new UMS Instance', 'Register a new UMS Instance'],
  ['/users/idps', 'IGEL OS IdP Management', 'IGEL OS IdP Management'],
  ['/users/idps/new', 'IGEL OS Identity Provider (IdP) Registration', 'IGEL OS Identity Provider (IdP) Registration'],
];
/** Of people and of the account. */
const PEOPLE: Visit[] = [
  ['/my-account', 'My account', 'Mein Konto'],
  ['/my-account/password', 'Change password', 'Passwort ändern'],
  ['/my-account/second-factor', 'Second factor', 'Zweiter Faktor'],
  ['/my-account/recovery-codes', 'Recovery codes', 'Wiederherstellungscodes'],
  ['/account', 'Account', 'Account'],
  ['/account/edit', 'Edit account', 'Account bearbeiten'],
  ['/users/administration', 'User & Role Administration', 'User & Role Administration'],
  ['/users/administration/invite', 'Invite new user', 'Invite new user'],
  ['/users/administration/invite-list', 'Invite many at once', 'Viele auf einmal einladen'],
  ['/users/administration/add-role', 'Add additional role', 'Add additional role'],
  ['/users/administration/remove-role', 'Remove role', 'Remove role'],
  ['/users/roles', 'Roles and Permissions', 'Roles and Permissions'],
  ['/users/bring-your-idp', 'Bring your IdP', 'Bring your IdP'],
  ['/users/bring-your-idp/new', 'Bring your IdP', 'Bring your IdP'],
  ['/users/overview', 'Overview', 'Overview'],
  ['/users/overview/selected?act=deactivate&what=all', 'Deactivate users', 'Deactivate users'],
  ['/activity', 'Activity', 'Activity'],
];
const FOUND: Visit[] = [
  ['/services/onboarding?q=nobody', 'IGEL OS Onboarding Management', 'IGEL OS Onboarding Management'],
  ['/activity?q=nobody', 'Activity', 'Activity'],
  ['/nothing', 'There is nothing here', 'Hier ist nichts'],
  ['/services/onboarding/01890000-0000-7000-8000-000000000000', 'There is nothing here', 'Hier ist nichts'],
];
const UMS: Visit[] = [
  ['/webapp', 'Devices', 'Geräte'],
  ['/webapp/devices', 'Devices', 'Geräte'],
  ['/webapp/devices?q=nobody', 'Devices', 'Geräte'],
  ['/webapp/devices/reboot?q=nobody', 'Reboot devices', 'Geräte neu starten'],
  ['/webapp/network', 'Network', 'Network'],
  ['/webapp/network?tab=onboarding', 'Network', 'Network'],
  ['/webapp/network?tab=ums-id', 'Network', 'Network'],
  ['/webapp/devices/01890000-0000-7000-8000-000000000000', 'There is nothing here', 'Hier ist nichts'],
];

const WIDTHS = { narrow: { width: 390, height: 844 }, wide: { width: 1280, height: 800 } };

/**
 * The page is whole: it was taken over by script, nothing sticks out at either width, and axe finds nothing serious. English is
 * looked at wide and German narrow, each in both colours: every width meets every colour, in half the time.
 */
async function expectWhole(page: Page, what: string, language: Language): Promise<void> {
  // The pages before a sign-in are taken over at the first touch.
  if (await page.locator('template#application').count()) await page.keyboard.press('Tab');
  await expect(page.locator('html[data-ready]'), what).toBeAttached();
  const last = language === 'en' ? WIDTHS.wide : WIDTHS.narrow;
  const first = language === 'en' ? WIDTHS.narrow : WIDTHS.wide;
  for (const size of [first, last]) {
    await page.setViewportSize(size);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(beyond, `${what} at ${size.width} px: pixels beyond the edge`).toBeLessThanOrEqual(0);
  }
  await expectAccessible(page);
}

async function visit(page: Page, origin: string, visits: Visit[], language: Language): Promise<void> {
  for (const [path, en, de] of visits) {
    await page.goto(`${origin}${path}`);
    await expect(page.locator(`html[lang=${language}]`)).toBeAttached();
    await expect(page.getByRole('heading', { level: 1 }), path).toHaveText(language === 'en' ? en : de);
    await expect(page).toHaveTitle(/\S · COSMOS$/);
    await expectWhole(page, path, language);
  }
}

for (const language of ['en', 'de'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every page, ${language}, ${theme}`, async ({ page, context, cosmos, contoso, problems }) => {
      test.setTimeout(360_000);
      // Each page in each language, colour and width, and not in all their combinations: axe takes seconds.
      const people = (language === 'en') === (theme === 'light') ? PEOPLE : [];
      // Nothing there, and a log-in that is over.
      problems.allow(/404|409/);
      // What a page says when the role for it is missing.
      problems.allow(/403/);
      await makeNorthwind(cosmos);
      await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
      await signInToUms(page, cosmos.portal, contoso.superuser);
      await context.addCookies([
        { name: 'lang', value: language, url: cosmos.portal },
        { name: 'theme', value: theme, url: cosmos.portal },
      ]);
      await visit(page, cosmos.portal, [...BEFORE, ...PORTAL, ...people, ...FOUND, ...UMS], language);
      await page.goto(`${cosmos.portal}/services/onboarding`);
      await page.getByRole('link', { name: 'Everybody' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Everybody');
      await page.reload();
      await expectWhole(page, 'details of a record', language);
      await page.goto(`${cosmos.onboarding}/`);
      await expectAccessible(page);

      // The same pages before anything was registered, and without the role.
      await context.clearCookies({ name: '__Host-portal' });
      await context.clearCookies({ name: 'lang' });
      await signIn(page, cosmos.portal, BEGINNER.user, BEGINNER.password);
      await context.addCookies([{ name: 'lang', value: language, url: cosmos.portal }]);
      await visit(page, cosmos.portal, PORTAL, language);
      await context.clearCookies({ name: '__Host-portal' });
      await context.clearCookies({ name: 'lang' });
      await signIn(page, cosmos.portal, UMS_ADMIN.user, UMS_ADMIN.password);
      await context.addCookies([{ name: 'lang', value: language, url: cosmos.portal }]);
      await visit(page, cosmos.portal, [['/users/idps', 'Your roles do not allow this', 'Ihre Rollen erlauben das nicht']], language);
    });
  }
}

test('a click through the product never loads a page anew, and a reload shows the same', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await page.reload();
  await page.evaluate(() => document.documentElement.setAttribute('data-never-reloaded', ''));
  const navigation = page.getByRole('navigation', { name: 'Main' });
  for (const [entry, title] of [
    ['IGEL OS Onboarding', 'IGEL OS Onboarding Management'],
    ['UMS Registration', 'UMS Management'],
    ['IGEL OS IdP', 'IGEL OS IdP Management'],
    ['Home', 'Welcome'],
  ] as const) {
    const link = navigation.getByRole('link', { name: entry, exact: true });
    await link.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(link).toHaveAttribute('aria-current', 'page');
  }
  await expect(page.locator('html[data-never-reloaded]')).toBeAttached();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('IGEL OS IdP Management');
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'Contoso sign-in' })).toBeVisible();
});

test('sorting and searching stand in the address', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await page.getByRole('link', { name: 'Display Name' }).click();
  await expect(page).toHaveURL(/sort=name$/);
  await expect(page.getByRole('columnheader', { name: 'Display Name' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('link', { name: 'Display Name' }).click();
  await expect(page.getByRole('columnheader', { name: 'Display Name' })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('searchbox').fill('every');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/q=every/);
  await expect(page.getByRole('row').filter({ hasText: 'Everybody' })).toBeVisible();
  await page.goto(`${cosmos.portal}/services/onboarding?q=nobody-is-called-so`);
  await page.getByRole('link', { name: 'Show everything' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Everybody' })).toBeVisible();
});

test('language and colours change without script, and the page stays', async ({ browser, cosmos, contoso }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${cosmos.portal}/login?next=%2Fservices%2Fums`);
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.getByRole('button', { name: 'Anmelden' })).toBeVisible();
  await page.getByRole('button', { name: 'Dunkel' }).click();
  await expect(page.locator('html[data-theme=dark][lang=de]')).toBeAttached();
  await page.getByRole('button', { name: 'English' }).click();
  await fillSignIn(page, contoso.admin.user, contoso.admin.password);
  await expect(page).toHaveURL(`${cosmos.portal}/services/ums`);
  await page.goto(`${cosmos.portal}/services/ums?sort=name`);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('button', { name: 'Light' }).click();
  await expect(page).toHaveURL(`${cosmos.portal}/services/ums?sort=name`);
  await expect(page.locator('html[data-theme=light]')).toBeAttached();
  await context.close();
});

test('on a phone the navigation unfolds, and folds when a page is chosen', async ({ page, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await page.setViewportSize({ width: 390, height: 844 });
  const link = page.getByRole('link', { name: 'UMS Registration' });
  await expect(link).toBeHidden();
  await page.locator('summary').filter({ hasText: 'Menu' }).click();
  await link.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('UMS Management');
  await expect(link).toBeHidden();
  await signOut(page);
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
});

test('the browser tells its zone, and times are shown in it', async ({ browser, cosmos, contoso }) => {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Asia/Kolkata' });
  const page = await context.newPage();
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await expect
    .poll(async () => (await context.cookies()).find(({ name }) => name === 'zone')?.value)
    .toBe('330');
  await page.goto(`${cosmos.portal}/services/onboarding`);
  await expect(page.locator('html[data-zone="330"]')).toBeAttached();
  await context.close();
});

test('a sign-in page fetches the application at the first touch and not before', async ({ page, cosmos }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  for (const login of ['/login', '/webapp/login']) {
    fetched.length = 0;
    await page.goto(`${cosmos.portal}${login}`, { waitUntil: 'networkidle' });
    expect(fetched.filter((path) => /\.(wasm|js)$/.test(path))).toEqual([]);
    await page.locator('input:visible').first().focus();
    await expect(page.locator('html[data-ready]')).toBeAttached();
    expect(fetched.filter((path) => path.endsWith('.wasm'))).not.toEqual([]);
  }
});
