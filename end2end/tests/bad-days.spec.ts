// Bad days: what goes wrong outside of COSMOS is told in words, with the code that the device shows; the way beside it works.

import { randomUUID } from 'node:crypto';

import type { Page } from '@playwright/test';

import { expectEnrolled, expectRefused, startOnboarding } from '../fixtures/devices.ts';
import { type Place, nobody, otherAddress, otherChain, plainHttp } from '../fixtures/places.ts';
import type { Running } from '../fixtures/processes.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, persona, test } from '../fixtures/test.ts';
import { consentAtIdp, signInAtIdp } from '../pages/idp.ts';
import { expectDone, expectNotOnboarded, goOn, signInForDevice } from '../pages/onboarding.ts';
import { registerRecord, signIn } from '../pages/portal.ts';

test.beforeAll(async ({ contoso }) => {
  expect(contoso.chain).toContain('ums_chain.crt');
});

/** The accepted twin: somebody who is onboarded. */
async function expectOnboarded(page: Page, cosmos: Cosmos, name: string): Promise<void> {
  const { device, offer } = await startOnboarding(cosmos, `twin-${randomUUID()}`, persona(name).login);
  await signInForDevice(page, offer, persona(name));
  await expectDone(page);
  await expectEnrolled(device);
}

test('a wrong password at the identity provider leads nowhere, the right one to the UMS', async ({ page, cosmos, problems }) => {
  problems.allow(/401 \(Unauthorized\)/);
  const person = persona('user1');
  const { device, offer } = await startOnboarding(cosmos, 'password', person.login);
  await goOn(page, offer);
  await signInAtIdp(page, person, persona('user2').password);
  await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong.');
  await signInAtIdp(page, person);
  await consentAtIdp(page);
  await expectDone(page);
  await expectEnrolled(device);
});

test('who signs in must be who the device asked for', async ({ cosmos, elsewhere }) => {
  const WHY = /You signed in with another address than the one entered on the device/;
  // Another colleague; and somebody whose address at the provider is another one than typed.
  for (const [asked, signsIn] of [['user1', 'user2'], ['foreign', 'foreign']] as const) {
    const own = await elsewhere();
    const { device, offer } = await startOnboarding(cosmos, `asked-${asked}`, persona(asked).login);
    await signInForDevice(own, offer, persona(signsIn));
    await expectNotOnboarded(own, 32, WHY);
    await expectRefused(device, 32, WHY);
  }
  await expectOnboarded(await elsewhere(), cosmos, 'user1');
});

test('a token that names nobody is refused; user name or UserInfo are as good as an e-mail', async ({ page, cosmos, elsewhere }) => {
  const { device, offer } = await startOnboarding(cosmos, 'claims-nameless', persona('nameless').login);
  await signInForDevice(page, offer, persona('nameless'));
  await expectNotOnboarded(page, 32, /names neither an e-mail address nor a user name/);
  await expectRefused(device, 32, /names neither an e-mail address nor a user name/);

  for (const name of ['upn', 'userinfo']) await expectOnboarded(await elsewhere(), cosmos, name);
});

test('strangers do not learn who is a customer', async ({ page, cosmos }) => {
  const refused: Running[] = [];
  for (const email of ['someone@fabrikam.example', 'someone@sub.contoso.example']) {
    const device = await cosmos.device('stranger', ['--json', 'onboard', '--obs', cosmos.onboarding, '--email', email]);
    await expectRefused(device, 32, /the address cannot be onboarded/);
    refused.push(device);
    await page.goto(`${cosmos.onboarding}/auth/${email}`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'This address cannot be onboarded' })).toBeVisible();
  }
  expect(refused[0]?.output().replaceAll('fabrikam', 'sub.contoso')).toBe(refused[1]?.output());

  // The probe of an address that is known leads through the sign-in, and onboards nothing.
  await page.goto(`${cosmos.onboarding}/auth/user2@contoso.example`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await signInAtIdp(page, persona('user2'));
  await consentAtIdp(page);
  await expect(page.getByRole('heading', { name: 'The sign-in works' })).toBeVisible();
});

test('a cancelled sign-in can be begun again', async ({ page, cosmos }) => {
  const { device, offer } = await startOnboarding(cosmos, 'cancelled', persona('user2').login);
  await goOn(page, offer);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Your company\'s sign-in page said no' })).toBeVisible();
  await expect(page.getByText(/access_denied/)).toBeVisible();
  await signInForDevice(page, offer, persona('user2'));
  await expectDone(page);
  await expectEnrolled(device);
});

test('a sign-in ends in the browser in which it began', async ({ page, cosmos, elsewhere, problems }) => {
  problems.allow(/40[04] \(/);
  const { device, offer } = await startOnboarding(cosmos, 'second-browser', persona('user2').login);
  await goOn(page, offer);
  await signInAtIdp(page, persona('user2'));
  const answer = await answerOfIdp(page);
  expect(new URL(answer).searchParams.has('code')).toBe(true);

  const stranger = await elsewhere();
  await stranger.goto(answer);
  await expect(stranger.getByRole('heading', { name: 'This sign-in cannot be continued' })).toBeVisible();

  await page.goto(answer);
  await expectDone(page);
  await expectEnrolled(device);
  // What was used once is over, the address as well as the answer.
  await stranger.goto(offer.url);
  await expect(stranger.getByRole('heading', { name: 'This address has ended' })).toBeVisible();
  await page.goto(answer);
  await expect(page.getByRole('heading', { name: 'This sign-in cannot be continued' })).toBeVisible();
});

/** The consent of this page's person, taken on by hand up to the address that the provider sends the browser back to. */
async function answerOfIdp(page: Page): Promise<string> {
  const action = await page.locator('form').filter({ hasText: 'Continue' }).getAttribute('action');
  const { origin } = new URL(page.url());
  let answer = await page.request.post(origin + action, { maxRedirects: 0 });
  for (;;) {
    const next = new URL(answer.headers().location ?? '', origin);
    if (next.origin !== origin) return next.href;
    answer = await page.request.get(next.href, { maxRedirects: 0 });
  }
}

interface Trouble {
  about: string;
  person: string;
  code: number;
  /** What the person reads. */
  sentence: RegExp;
  /** What the administrator sees at the record. */
  cause: RegExp;
  place(ums: string): Promise<Place>;
  wrongChain?: true;
}

const right = async (ums: string): Promise<Place> => ({ host: 'localhost', port: new URL(ums).port, close: () => undefined });
const NO_WAY = /gets no trusted connection to your company's UMS/;
const troubles: Trouble[] = [
  { about: 'nobody listens', person: 'user3', code: 30, sentence: NO_WAY, cause: /does not answer/, place: nobody },
  { about: 'the port speaks plain HTTP', person: 'user4', code: 30, sentence: NO_WAY, cause: /not with TLS/, place: plainHttp },
  { about: 'the certificate lacks the address', person: 'user5', code: 45, sentence: /does not name the address/, cause: /does not name this host/, place: otherAddress },
  { about: 'the chain is another one', person: 'user6', code: 46, sentence: /does not come from the expected root/, cause: /chain is not trusted/, place: right, wrongChain: true },
];

for (const { about, person: name, code, sentence, cause, place, wrongChain } of troubles) {
  test(`a record that leads wrong: ${about} (${code})`, async ({ page, cosmos, contoso, elsewhere }) => {
    const person = persona(name);
    const wrong = await place(cosmos.ums);
    const file = wrongChain ? await otherChain(cosmos.folder) : contoso.chain;
    await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
    await registerRecord(page, { name: `Only ${name}`, host: wrong.host, port: wrong.port, users: [person.login], file });

    const own = await elsewhere();
    const { device, offer } = await startOnboarding(cosmos, `record-${name}`, person.login);
    await signInForDevice(own, offer, person);
    await expectNotOnboarded(own, code, sentence);
    await expectRefused(device, code, sentence);
    wrong.close();

    // The administrator sees who it was, with the code and its cause.
    await page.getByRole('link', { name: `Only ${name}` }).click();
    const seen = page.getByRole('table', { name: 'Last onboardings' }).getByRole('row').filter({ hasText: person.login });
    await expect(seen).toContainText(`Error ${code}`);
    await expect(seen).toContainText(cause);

    // Everybody else is led by the record of the domain, as before.
    await expectOnboarded(await elsewhere(), cosmos, 'user2');
  });
}
