import { describe, expect, test } from '@jest/globals';
import { addressKind } from '../../shared/collect/live/addresses.ts';
import { cloudOf, type CloudName } from '../../shared/collect/live/clouds.ts';
import { checkServer, resolveServer } from '../../shared/collect/live/server.ts';

const fqdn = 'aks-app-1a2b3c4d.hcp.westeurope.azmk8s.io';
const privateFqdn = 'aks-app-1a2b3c4d.0d9f1e2a.privatelink.westeurope.azmk8s.io';
const cloud = cloudOf('AzurePublic');

function check(server: string, given: { fqdn?: string; cloud?: CloudName } = {}) {
  return checkServer(server, {
    cloud: cloudOf(given.cloud ?? 'AzurePublic'),
    fqdn: given.fqdn ?? fqdn,
    privateFqdn,
  });
}

describe('the server of a kubeconfig', () => {
  test.each([
    [`https://${fqdn}`],
    [`https://${fqdn}/`],
    [`https://${fqdn}:443`],
    [`HTTPS://${fqdn.toUpperCase()}:443/`],
  ])('%s may be asked', (server) => {
    expect(check(server)).toEqual({ kind: 'read', value: fqdn });
  });

  test('its private name may be asked', () => {
    expect(check(`https://${privateFqdn}:443`)).toEqual({ kind: 'read', value: privateFqdn });
  });

  test.each([
    ['AzureChina', 'aks-1.hcp.chinaeast2.cx.prod.service.azk8s.cn'],
    ['AzureUSGovernment', 'aks-1.hcp.usgovvirginia.cx.aks.containerservice.azure.us'],
  ] as const)('%s has its own domain', (name, host) => {
    expect(check(`https://${host}`, { fqdn: host, cloud: name }).kind).toBe('read');
    expect(check(`https://${host}`, { fqdn: host }).kind).toBe('unread');
    expect(check(`https://${fqdn}`, { cloud: name }).kind).toBe('unread');
  });

  // Each with a fqdn of ARM that would agree, where it could.
  test.each([
    `http://${fqdn}`,
    `ftp://${fqdn}`,
    `//${fqdn}`,
    fqdn,
    `https://${fqdn}:444`,
    `https://${fqdn}:0443`,
    `https://${fqdn}:`,
    `https://user@${fqdn}`,
    `https://user:pass@${fqdn}`,
    `https://${fqdn}@evil.test`,
    // The Kelvin sign, which is a k in lower case.
    `https://${fqdn.replace('k', '\u212A')}`,
    `https://evil.test\\@${fqdn}`,
    `https://evil.test#${fqdn}`,
    `https://evil.test?${fqdn}`,
    `https://evil.test/${fqdn}`,
    `https://${fqdn}/path`,
    `https://${fqdn}?a=b`,
    `https://${fqdn}#a`,
    `https://${fqdn}.`,
    `https://${fqdn}.evil.test`,
    `https:// ${fqdn}`,
    `https://${fqdn} `,
    `https://${fqdn}\n`,
    `https://${fqdn}\u0000`,
    `https:/${fqdn}`,
    `https:\\\\${fqdn}`,
    'https://evil.test',
    'https://azmk8s.io',
    'https://.azmk8s.io',
    'https://a..azmk8s.io',
    'https://-a.azmk8s.io',
    'https://a-.azmk8s.io',
    `https://${'a'.repeat(64)}.azmk8s.io`,
    'https://evilazmk8s.io',
    'https://x.evilazmk8s.io',
    'https://other-cluster.hcp.westeurope.azmk8s.io',
    'https://127.0.0.1',
    'https://2130706433',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://[::1]',
    'https://[::ffff:169.254.169.254]',
    'https://169.254.169.254',
    'https://168.63.129.16',
    'https://localhost',
    'https://azmk8ѕ.io',
    'https://xn--a.azmk8s.io.evil.test',
    'https://management.azure.com',
    '',
    'https://',
    'https://%61ks.azmk8s.io',
  ])('%j may not', (server) => {
    expect(check(server)).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining('refused'),
    });
    const host = server.replace(/^https:\/\//u, '');
    if (host.endsWith(fqdn) || host.startsWith(fqdn) || host.startsWith('other-')) return;
    expect(check(server, { fqdn: host }).kind).toBe('unread');
  });
});

/** Literals that reach somewhere else than an API server; only plain addresses of these families ever come from DNS. */
const forbidden = [
  '0.0.0.0',
  '0.1.2.3',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.1.2.3',
  '127.255.255.255',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.255.255',
  '168.63.129.16',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '0:0:0:0:0:ffff:7f00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:db8::1',
  '2002:a9fe:a9fe::1',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  '5f00::1',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '10.0.0.1.',
  '10.0.0.256',
  'localhost',
  '',
  '1.2.3.4/32',
  '[::1]',
  ' 8.8.8.8',
];

describe('addresses', () => {
  test.each(forbidden)('%j is never asked', (address) => {
    expect(addressKind(address)).toBe('forbidden');
  });

  test.each(['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'])(
    '%s is private',
    (address) => {
      expect(addressKind(address)).toBe('private');
    },
  );

  test.each([
    '20.50.10.10',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2603:1020::1',
    '2a01:111::5',
  ])('%s is public', (address) => {
    expect(addressKind(address)).toBe('public');
  });
});

describe('where a server leads', () => {
  const host = checked();
  test('to public addresses, in the order of the resolver', async () => {
    const found = await resolveServer(host, resolving('20.1.1.1', '2603:1020::1'), false);
    expect(found).toEqual({ kind: 'read', value: ['20.1.1.1', '2603:1020::1'] });
  });

  test('one forbidden address among them spoils all', async () => {
    const found = await resolveServer(host, resolving('20.1.1.1', '169.254.169.254'), true);
    expect(found).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining('169.254.169.254'),
    });
  });

  test('private ones only where they are allowed', async () => {
    const denied = await resolveServer(host, resolving('10.0.0.4'), false);
    expect(denied).toMatchObject({
      why: expect.stringContaining('EVENKEEL_ALLOW_PRIVATE_CLUSTERS'),
    });
    expect(await resolveServer(host, resolving('10.0.0.4'), true)).toMatchObject({ kind: 'read' });
  });

  test('a name without any address is unread', async () => {
    expect((await resolveServer(host, resolving(), true)).kind).toBe('unread');
  });
});

function resolving(...addresses: string[]) {
  return () => Promise.resolve(addresses);
}

function checked() {
  const server = checkServer(`https://${fqdn}`, { cloud, fqdn });
  if (server.kind === 'unread') throw new Error(server.why);
  return server.value;
}
