// The neighbours themselves: an identity provider that would let anyone in, or say anything, would prove nothing about COSMOS.

import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import type { Page } from '@playwright/test';

import { type Idp, startIdp, startMail } from '../fixtures/neighbours.ts';
import { expect, persona, test as base } from '../fixtures/test.ts';
import { consentAtIdp, signInAtIdp } from '../pages/idp.ts';

interface Client {
  idp: Idp;
  root: string;
  /** The address that starts a sign-in, and what the client keeps for its end. */
  begin(drop?: 'code_challenge'): { url: string; verifier: string; nonce: string; state: string };
  /** Where the browser came back to. */
  callback(page: Page, state: string): Promise<URL>;
  exchange(code: string, verifier: string, secret?: string): Promise<Response>;
}

const base64url = (bytes: Buffer) => bytes.toString('base64url');

// A relying party as small as can be, on localhost, as the onboarding service is.
const test = base.extend<{ client: Client }>({
  client: async ({}, use) => {
    const server = createServer((_: IncomingMessage, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<link rel="icon" href="data:,"><p>back'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const root = `http://localhost:${(server.address() as { port: number }).port}/`;
    const idp = await startIdp(root);
    await use({
      idp,
      root,
      begin(drop) {
        const [verifier, nonce, state] = [32, 16, 16].map((size) => base64url(randomBytes(size))) as [string, string, string];
        const query = new URLSearchParams({
          client_id: idp.clientId,
          response_type: 'code',
          scope: 'openid email profile',
          redirect_uri: root,
          nonce,
          state,
          login_hint: 'user1@contoso.example',
          code_challenge: base64url(createHash('sha256').update(verifier).digest()),
          code_challenge_method: 'S256',
        });
        if (drop) {
          query.delete(drop);
          query.delete('code_challenge_method');
        }
        return { url: `${idp.issuer}/auth?${query}`, verifier, nonce, state };
      },
      async callback(page, state) {
        await page.waitForURL((url) => url.href.startsWith(root));
        const back = new URL(page.url());
        expect(back.searchParams.get('state')).toBe(state);
        return back;
      },
      exchange: (code, verifier, secret = idp.clientSecret) =>
        fetch(`${idp.issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: idp.clientId,
            client_secret: secret,
            redirect_uri: root,
            code,
            code_verifier: verifier,
          }),
        }),
    });
    await idp.process.stop();
    server.close();
  },
});

/** The claims of an ID token whose signature one of the provider's published keys made. */
async function verified(idp: Idp, token: string): Promise<Record<string, unknown>> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const { keys } = (await (await fetch(`${idp.issuer}/jwks`)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  const jwk = keys.find((key) => key.kid === kid);
  expect(alg).toBe('RS256');
  const key = createPublicKey({ key: jwk as never, format: 'jwk' });
  expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

/** A whole sign-in of one persona: the claims of the ID token and those of UserInfo. */
async function claimsOf(page: Page, client: Client, name: string) {
  const sent = client.begin();
  await page.goto(sent.url);
  await signInAtIdp(page, persona(name));
  await consentAtIdp(page);
  const back = await client.callback(page, sent.state);
  expect(back.searchParams.get('iss')).toBe(client.idp.issuer);
  const code = back.searchParams.get('code') ?? '';
  const answer = await client.exchange(code, sent.verifier);
  expect(answer.status).toBe(200);
  const tokens = (await answer.json()) as { id_token: string; access_token: string };
  const idToken = await verified(client.idp, tokens.id_token);
  expect(idToken).toMatchObject({ iss: client.idp.issuer, aud: client.idp.clientId, nonce: sent.nonce });
  const userInfo = await fetch(`${client.idp.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  return { idToken, userInfo: (await userInfo.json()) as Record<string, unknown>, code, sent };
}

test('a code is worth one exchange, with the right secret and verifier', async ({ page, client }) => {
  const { idToken, code, sent } = await claimsOf(page, client, 'user1');
  expect(idToken).toMatchObject({ email: 'user1@contoso.example', preferred_username: 'user1@contoso.example' });

  const replayed = await client.exchange(code, sent.verifier);
  expect(replayed.status).toBe(400);
  expect(await replayed.json()).toMatchObject({ error: 'invalid_grant' });
});

test('a wrong client secret and a wrong verifier get no token', async ({ page, client }) => {
  const first = client.begin();
  await page.goto(first.url);
  await signInAtIdp(page, persona('user1'));
  await consentAtIdp(page);
  const code = (await client.callback(page, first.state)).searchParams.get('code') ?? '';
  expect((await client.exchange(code, first.verifier, 'wrong')).status).toBe(401);
  expect((await client.exchange(code, `${first.verifier}x`)).status).toBe(400);
});

test('a wrong password is refused, the right one is accepted', async ({ page, client, problems }) => {
  problems.allow(/401 \(Unauthorized\)/);
  const sent = client.begin();
  await page.goto(sent.url);
  await signInAtIdp(page, persona('user1'), persona('user2').password);
  await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong.');
  await signInAtIdp(page, persona('user1'));
  await consentAtIdp(page);
  expect((await client.callback(page, sent.state)).searchParams.has('code')).toBe(true);
});

test('without PKCE there is no sign-in', async ({ page, client }) => {
  const sent = client.begin('code_challenge');
  await page.goto(sent.url);
  const back = await client.callback(page, sent.state);
  expect(back.searchParams.get('error')).toBe('invalid_request');
});

test('a cancelled sign-in comes back as access_denied', async ({ page, client }) => {
  const sent = client.begin();
  await page.goto(sent.url);
  await page.getByRole('button', { name: 'Cancel' }).click();
  const back = await client.callback(page, sent.state);
  expect(back.searchParams.get('error')).toBe('access_denied');
});

const told: [string, object, object][] = [
  ['upn', { preferred_username: 'upn@contoso.example', email: undefined }, { email: undefined }],
  ['nameless', { preferred_username: undefined, email: undefined }, { preferred_username: undefined, email: undefined }],
  ['foreign', { email: 'someone@fabrikam.example', preferred_username: 'someone@fabrikam.example' }, {}],
  ['userinfo', { preferred_username: undefined, email: undefined }, { email: 'userinfo@contoso.example' }],
];
for (const [name, inIdToken, atUserInfo] of told) {
  test(`${name} has the claims its part needs`, async ({ page, client }) => {
    const { idToken, userInfo } = await claimsOf(page, client, name);
    const pick = (claims: Record<string, unknown>, like: object) =>
      Object.fromEntries(Object.keys(like).map((key) => [key, claims[key]]));
    expect(pick(idToken, inIdToken)).toEqual(inIdToken);
    expect(pick(userInfo, atUserInfo)).toEqual(atUserInfo);
    expect(idToken.sub).toBe(persona(name).claims.sub);
  });
}

test('the mail catcher hands over what was sent, and only to the right address', async () => {
  const catcher = await startMail();
  const waiting = catcher.mails('user1@contoso.example', 1);
  const socket = connect(Number(catcher.smtp.split(':')[1]), '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const say = async (text: string) => {
    socket.write(`${text}\r\n`);
    for (;;) {
      const { value } = await lines.next();
      if (!/^\d{3}-/.test(String(value))) return String(value);
    }
  };
  await lines.next();
  await say('EHLO test');
  await say('MAIL FROM:<noreply@cosmos.example>');
  await say('RCPT TO:<User1@contoso.example>');
  await say('DATA');
  const mail = ['Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'];
  expect(await say(`${mail.join('\r\n')}\r\n\r\nOpen http://localhost/invitations/a=\r\nbc\r\n.`)).toMatch(/^250/);
  socket.end();

  expect(await waiting).toMatchObject([{ subject: 'Grüße', links: ['http://localhost/invitations/abc'] }]);
  expect(await catcher.mails('user2@contoso.example', 0)).toEqual([]);
  await catcher.process.stop();
});
