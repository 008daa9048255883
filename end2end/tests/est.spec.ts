// EST spoken by programs that nobody here wrote, curl and openssl; and the device program with a first-authentication key.

import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expectEnrolled, expectRefused, told } from '../fixtures/devices.ts';
import { complete, run } from '../fixtures/processes.ts';
import type { Cosmos } from '../fixtures/servers.ts';
import { expect, test } from '../fixtures/test.ts';
import { deviceRow, signInToUms } from '../pages/ums.ts';

const EST = '/device-connector/device/.well-known/est';

interface Key {
  secret: string;
  communication_token: string;
}

/** A key as an administrator makes it at the command line. */
async function makeKey(cosmos: Cosmos, unit: string): Promise<Key> {
  return JSON.parse(await cosmos.cli(['ums', 'key', 'create', '--unit-id', unit])) as Key;
}

const openssl = (...args: string[]) => complete('openssl', 'openssl', args);
const unitId = () => `E2E${randomBytes(6).toString('hex').toUpperCase()}`;

/** The certificates of an answer of EST: base64 of a PKCS#7 structure. */
async function certificates(folder: string, name: string): Promise<string[]> {
  const [base64, der] = [join(folder, `${name}.b64`), join(folder, `${name}.p7`)];
  await writeFile(der, Buffer.from(await readFile(base64, 'utf8'), 'base64'));
  const text = await openssl('pkcs7', '-inform', 'DER', '-in', der, '-print_certs');
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** SHA-256, in upper-case hexadecimal without colons. */
async function fingerprint(file: string): Promise<string> {
  const text = await openssl('x509', '-in', file, '-noout', '-fingerprint', '-sha256');
  return text.replace(/^.*=/, '').replaceAll(':', '').trim();
}

test('curl and openssl enrol with a first-authentication key', async ({ cosmos, contoso }) => {
  const folder = await mkdtemp(join(cosmos.folder, 'est-'));
  const file = (name: string) => join(folder, name);
  const url = (operation: string) => `${cosmos.ums}${EST}/${operation}`;
  const unit = unitId();
  const key = await makeKey(cosmos, unit);

  // The first fetch believes nobody and sends nothing secret; the fingerprint decides whom to trust.
  await complete('curl', 'curl', ['-sS', '--fail', '--insecure', '-o', file('cacerts.b64'), url('cacerts')]);
  const named = await certificates(folder, 'cacerts');
  const token = key.communication_token.replaceAll(':', '').toUpperCase();
  expect(token).toHaveLength(16);
  let root = '';
  for (const [at, pem] of named.entries()) {
    await writeFile(file(`ca-${at}.pem`), pem);
    if ((await fingerprint(file(`ca-${at}.pem`))).slice(32, 48) === token) root = file(`ca-${at}.pem`);
  }
  expect(root, 'no certificate of cacerts has the fingerprint of the communication token').not.toBe('');
  expect(await readFile(contoso.chain, 'utf8')).toContain((await readFile(root, 'utf8')).trim());

  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('device.key'));
  await openssl('req', '-new', '-key', file('device.key'), '-subj', '/CN=somebody-else', '-outform', 'DER', '-out', file('device.csr'));
  await writeFile(file('device.csr.b64'), (await readFile(file('device.csr'))).toString('base64'));

  /** Sends the request; the status, or curl's own exit code where there was no answer. */
  async function ask(operation: string, name: string, trust: string[], proof: string[]): Promise<string> {
    const sent = run('curl', 'curl', [
      ...['-sS', '-o', file(`${name}.b64`), '-w', 'status %{http_code}', ...trust, ...proof],
      ...['-H', 'Content-Type: application/pkcs10', '-H', 'Content-Transfer-Encoding: base64'],
      ...['--data-binary', `@${file('device.csr.b64')}`, url(operation)],
    ]);
    const code = await sent.ended;
    return code === 0 ? (/status (\d+)/.exec(sent.output())?.[1] ?? sent.output()) : `curl ${code}`;
  }
  const trusted = ['--cacert', root];
  expect(await ask('simpleenroll', 'untrusted', [], ['-u', `${unit}:${key.secret}`])).toBe('curl 60');
  expect(await ask('simpleenroll', 'unproved', trusted, [])).toBe('401');
  expect(await ask('simpleenroll', 'wrong', trusted, ['-u', `${unit}:${key.secret}x`])).toBe('401');
  expect(await ask('simpleenroll', 'foreign', trusted, ['-u', `${unitId()}:${key.secret}`])).toBe('401');
  expect(await ask('simpleenroll', 'enrolled', trusted, ['-u', `${unit}:${key.secret}`])).toBe('200');

  const [certificate = ''] = await certificates(folder, 'enrolled');
  await writeFile(file('device.pem'), certificate);
  await writeFile(file('all.pem'), named.join('\n'));
  await openssl('verify', '-purpose', 'sslclient', '-CAfile', file('all.pem'), file('device.pem'));
  // The server decides what stands in it, not the request.
  const shown = await openssl('x509', '-in', file('device.pem'), '-noout', '-subject', '-ext', 'basicConstraints,extendedKeyUsage');
  expect(shown).toContain(unit);
  expect(shown).not.toContain('somebody-else');
  expect(shown).not.toContain('CA:TRUE');

  // The certificate is worth something: it renews itself. Without it nobody does.
  const own = ['--cert', file('device.pem'), '--key', file('device.key')];
  expect(await ask('simplereenroll', 'stranger', trusted, [])).toBe('401');
  expect(await ask('simplereenroll', 'renewed', trusted, own)).toBe('200');
  await writeFile(file('renewed.pem'), (await certificates(folder, 'renewed'))[0] ?? '');
  expect(await fingerprint(file('renewed.pem'))).not.toBe(await fingerprint(file('device.pem')));
});

test('a device with a first-authentication key trusts only the server that the token means', async ({ page, cosmos, contoso }) => {
  const unit = unitId();
  const key = await makeKey(cosmos, unit);
  const { hostname, port } = new URL(cosmos.ums);
  const enroll = (secret: string, token: string) =>
    cosmos.device(unit, [
      ...['--json', '--unit-id', unit, '--name', unit, 'enroll'],
      ...['--server', hostname, '--port', port, '--key', secret, '--token', token],
    ]);
  await expectRefused(await enroll(key.secret, '00:11:22:33:44:55:66:77'), 46, /does not come from the expected root/);
  await expectRefused(await enroll(`${key.secret}x`, key.communication_token), 38, /did not issue a certificate/);
  await expectEnrolled(await enroll(key.secret, key.communication_token));

  await signInToUms(page, cosmos.ums, contoso.superuser);
  const row = deviceRow(page, unit);
  await expect(row).toBeVisible();
  await expect(row).not.toContainText('Online');
  const device = await cosmos.device(unit, ['--json', 'run']);
  await told(device, 'connected');
  await expect(row).toContainText('Online');
});
