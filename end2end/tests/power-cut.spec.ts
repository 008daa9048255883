// kill -9 of the server while records are registered: what was answered is there, what is there is whole.

import { readFile } from 'node:fs/promises';

import type { APIRequestContext } from '@playwright/test';

import { umsAddress } from '../fixtures/company.ts';
import { expect, test } from '../fixtures/test.ts';
import { signIn } from '../pages/portal.ts';

test.use({ alone: 'power-cut' });

const ROUNDS = 4;
const WRITERS = 4;

/** All names in the list, page after page. */
async function listed(request: APIRequestContext, portal: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let next = '/services/onboarding?sort=name';
  while (next) {
    const answer = await request.get(portal + next);
    expect(answer.status()).toBe(200);
    const html: string = await answer.text();
    for (const [link] of html.matchAll(/<a [^>]*>Cut [^<]+</g)) {
      const [, href = ''] = /href="([^"]+)"/.exec(link) ?? [];
      found.set(link.slice(link.indexOf('>') + 1, -1), href);
    }
    const [onward = ''] = /<a [^>]*rel="next"[^>]*>/.exec(html) ?? [];
    next = (/href="([^"]+)"/.exec(onward)?.[1] ?? '').replaceAll('&amp;', '&');
  }
  return found;
}

test('a power cut leaves every record old or new, never half', async ({ page, context, cosmos, contoso }) => {
  test.setTimeout(90_000);
  await signIn(page, cosmos.portal, contoso.admin.user, contoso.admin.password);
  // The page is left: it would go on asking a server that is cut off.
  await page.goto('about:blank');
  const request = context.request;
  const chain = await readFile(contoso.chain, 'utf8');
  const { host, port } = umsAddress(cosmos);
  const users = (name: string) => ['a', 'b', 'c'].map((who) => `${name.toLowerCase().replaceAll(' ', '-')}-${who}@contoso.example`);
  const register = async (name: string) => {
    const answer = await request.post(`${cosmos.portal}/forms/routing`, {
      headers: { 'sec-fetch-site': 'same-origin' },
      multipart: { 'draft[name]': name, 'draft[host]': host, 'draft[port]': port, 'draft[users]': users(name).join('\n'), 'draft[chain]': chain },
      maxRedirects: 0,
    });
    return answer.status() === 303 && answer.headers().location === '/services/onboarding';
  };

  const sent: string[] = [];
  const answered: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let cut = false;
    const enough = answered.length + 5 + 3 * round;
    const write = async (writer: number) => {
      for (let at = 0; !cut; at += 1) {
        const name = `Cut ${round} ${writer} ${at}`;
        sent.push(name);
        const done = await register(name).catch(() => undefined);
        if (done === undefined) return;
        expect(done, name).toBe(true);
        answered.push(name);
        if (answered.length >= enough && !cut) {
          cut = true;
          await cosmos.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    await cosmos.restart();
  }

  const there = await listed(request, cosmos.portal);
  expect(answered.filter((name) => !there.has(name)), 'answered and lost').toEqual([]);
  expect([...there.keys()].filter((name) => !sent.includes(name))).toEqual([]);
  for (const [name, href] of there) {
    const html = await (await request.get(cosmos.portal + href)).text();
    for (const part of [...users(name), 'BEGIN CERTIFICATE']) expect(html, `${name} lacks ${part}`).toContain(part);
  }
  // Of what was not stored nothing is left that would be in the way.
  for (const name of sent.filter((one) => !there.has(one))) expect(await register(name), name).toBe(true);
});
