// Sessions: whose they are, where they lead, and when they end.

import type { BrowserContext } from '@playwright/test';

import { type SignIn, addUser } from '../fixtures/company.ts';
import { expect, test } from '../fixtures/test.ts';
import { fillSignIn, open, signIn, signOut } from '../pages/portal.ts';
import { signInToUms } from '../pages/ums.ts';

const SECOND: SignIn = { user: 'second@contoso.example', password: 'Saffron-Bicycle-Harbour-17' };

async function cookie(context: BrowserContext, name: string): Promise<string> {
  const found = (await context.cookies()).find((one) => one.name === name);
  expect(found, `cookie ${name}`).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', expires: -1 });
  return found?.value ?? '';
}

test('ending the access of a user acts on the browser that is signed in', async ({ page, cosmos, contoso, elsewhere, problems }) => {
  // The call that finds the session ended, and the sign-in that is refused.
  problems.allow(/401 \(|422 \(/);
  await addUser(cosmos, SECOND, 'super-admin');
  const second = await elsewhere();
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  await signIn(second, cosmos.portal, SECOND.user, SECOND.password);
  for (const one of [page, second]) {
    await open(one, 'UMS Registration');
    await expect(one.getByRole('row').filter({ hasText: 'Headquarters' })).toBeVisible();
  }

  await cosmos.cli(['user', 'deactivate', '--account', 'Contoso', '--email', SECOND.user]);
  await open(second, 'IGEL OS IdP');
  await expect(second.getByRole('button', { name: 'Log in' })).toBeVisible();
  await fillSignIn(second, SECOND.user, SECOND.password);
  await expect(second.getByRole('alert')).toContainText('User name or password is wrong.');
  await open(page, 'IGEL OS IdP');
  await expect(page.getByRole('row').filter({ hasText: 'Contoso sign-in' })).toBeVisible();

  await cosmos.cli(['user', 'restore', '--account', 'Contoso', '--email', SECOND.user]);
  await fillSignIn(second, SECOND.user, SECOND.password);
  await expect(second.getByRole('row').filter({ hasText: 'Contoso sign-in' })).toBeVisible();
});

test('a session of the portal opens nothing at the UMS, and the other way round', async ({ page, context, cosmos, contoso }) => {
  const login = page.getByRole('button', { name: 'Log in' });
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  const ours = await cookie(context, '__Host-portal');
  await page.goto(`${cosmos.portal}/webapp/devices`);
  await expect(login).toBeVisible();
  // Under the other name neither.
  const forged = (name: string, value: string) => context.addCookies([{ name, value, url: cosmos.ums, secure: true }]);
  await forged('__Host-ums', ours);
  await page.goto(`${cosmos.ums}/webapp/devices`);
  await expect(login).toBeVisible();
  const chain = () => context.request.get(`${cosmos.ums}/wums-app/chain`);
  expect((await chain()).status()).toBe(401);

  await signInToUms(page, cosmos.ums, contoso.superuser);
  expect((await chain()).status()).toBe(200);
  const theirs = await cookie(context, '__Host-ums');
  await context.clearCookies({ name: '__Host-portal' });
  await forged('__Host-portal', theirs);
  await page.goto(`${cosmos.portal}/services/ums`);
  await expect(login).toBeVisible();
  await forged('__Host-portal', ours);
  await page.goto(`${cosmos.portal}/services/ums`);
  await expect(page.getByRole('row').filter({ hasText: 'Headquarters' })).toBeVisible();
});

test('a sign-out ends the session, not only the cookie', async ({ page, context, cosmos, contoso }) => {
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  const value = await cookie(context, '__Host-portal');
  const listed = () => context.request.get(`${cosmos.portal}/services/ums`, { maxRedirects: 0 });
  expect((await listed()).status()).toBe(200);

  await signOut(page);
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  expect((await listed()).headers().location).toBe('/login?next=%2Fservices%2Fums');
  // Cookies know no ports: given for the UMS's origin it is sent to the portal too.
  await context.addCookies([{ name: '__Host-portal', value, url: cosmos.ums, secure: true }]);
  expect((await listed()).headers().location).toBe('/login?next=%2Fservices%2Fums');

  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  expect((await listed()).status()).toBe(200);
});

test('a sign-in leads to the page that was wanted, and never to somebody else’s', async ({ page, cosmos, contoso, elsewhere }) => {
  await page.goto(`${cosmos.portal}/services/onboarding?sort=name`);
  await fillSignIn(page, contoso.admin.user, contoso.admin.password);
  await expect(page).toHaveURL(`${cosmos.portal}/services/onboarding?sort=name`);
  await expect(page.getByRole('row').filter({ hasText: 'Everybody' })).toBeVisible();

  for (const next of ['//127.0.0.1', 'https://127.0.0.1/', '/\\127.0.0.1', '/webapp/devices']) {
    const other = await elsewhere();
    await other.goto(`${cosmos.portal}/login?next=${encodeURIComponent(next)}`);
    await fillSignIn(other, contoso.admin.user, contoso.admin.password);
    await expect(other.getByRole('heading', { name: 'Welcome' }), next).toBeVisible();
    await expect(other, next).toHaveURL(`${cosmos.portal}/`);
  }
});
