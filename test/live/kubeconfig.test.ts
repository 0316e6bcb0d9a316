import { describe, expect, test } from '@jest/globals';
import { parseKubeconfig } from '../../shared/collect/live/kubeconfig.ts';
import { authorityPem, kubeconfig } from './kubeconfig-text.ts';

const server = 'https://aks-app-1a2b3c4d.hcp.westeurope.azmk8s.io:443';
const authority = Buffer.from(authorityPem).toString('base64');

describe('two values of a kubeconfig', () => {
  test('server and authority are taken', () => {
    expect(parseKubeconfig(kubeconfig({ server }))).toEqual({
      kind: 'read',
      value: { server, certificateAuthority: authorityPem },
    });
  });

  test.each([
    { name: 'a command to run', user: ['exec: {command: touch, args: [marker]}'] },
    { name: 'an auth provider', user: ['auth-provider: {name: azure, config: {cmd-path: touch}}'] },
    { name: 'a token', user: ['token: secret'] },
    { name: 'an admin certificate', user: ['client-certificate-data: c2VjcmV0'] },
  ])('$name of its user is dropped', ({ user }) => {
    const read = parseKubeconfig(kubeconfig({ server, user }));
    expect(read).toEqual({ kind: 'read', value: { server, certificateAuthority: authorityPem } });
  });

  test('the current context picks one of two clusters', () => {
    const text = kubeconfig({
      server,
      also: ['  name: other', '  cluster: {server: "https://x"}'],
    });
    expect(parseKubeconfig(text)).toMatchObject({ value: { server } });
  });

  test('a map key that is a name of JavaScript is a key like any other', () => {
    const text = `__proto__: {server: "https://evil"}\nconstructor: 1\n${kubeconfig({ server })}`;
    expect(parseKubeconfig(text)).toMatchObject({ value: { server } });
    expect(({} as Record<string, unknown>)['server']).toBeUndefined();
  });
});

describe('a kubeconfig is refused', () => {
  test.each([
    named(kubeconfig({ server, cluster: ['insecure-skip-tls-verify: true'] }), 'skip-tls-verify'),
    named(kubeconfig({ server, cluster: ['insecure-skip-tls-verify: "no"'] }), 'skip-tls-verify'),
    named(kubeconfig({ server, cluster: ['proxy-url: http://p.example:3128'] }), 'proxy-url'),
    named(kubeconfig({ server, cluster: ['tls-server-name: evil.example'] }), 'tls-server-name'),
    named(kubeconfig({ server, cluster: ['certificate-authority: /etc/ca.pem'] }), 'names a file'),
    named(kubeconfig({ server, user: ['tokenFile: /etc/passwd'] }), 'tokenFile names a file'),
    named(kubeconfig({ server, user: ['client-key: /root/key'] }), 'client-key names a file'),
    named(kubeconfig({ server, authority: '' }), 'certificate-authority-data is missing'),
    named(kubeconfig({ server, authority: 'bm90IFBFTQ==' }), 'holds no certificates'),
    named(
      kubeconfig({ server, authority: Buffer.from(brokenPem()).toString('base64') }),
      'holds no certificates',
    ),
    named(
      kubeconfig({ server, authority: Buffer.from(authorityPem.repeat(11)).toString('base64') }),
      'holds no certificates',
    ),
    named(kubeconfig({ server: '' }), 'names no server'),
    named(kubeconfig({ server: '[1, 2]' }), 'names no server'),
    named('', 'no YAML map'),
    named('- a\n- b', 'no YAML map'),
    named('clusters: [\u0000{{{', 'no YAML map'),
    named(`clusters: !!js/function 'x'\n`, 'no YAML map'),
    named(`a: &a [x]\nclusters: *a`, 'no YAML map'),
    named('clusters: []', 'holds no cluster'),
    named('clusters: 7', 'holds no cluster'),
    named(
      kubeconfig({ server, also: ['  name: other', '  cluster: {}'], current: 'nothing' }),
      '2 clusters',
    ),
    named(kubeconfig({ server, also: ['  name: aks-app', '  cluster: {}'] }), '2 clusters'),
    named(`${' '.repeat(1024 * 1024)} `, 'larger than'),
    named(`${authority}: `.padEnd(1024 * 1024, 'é'), 'larger than'),
  ])('$why', ({ text, why }) => {
    const refusal = parseKubeconfig(text);
    expect(refusal).toMatchObject({ kind: 'unread', why: expect.stringContaining(why) });
    expect(JSON.stringify(refusal)).not.toContain('passwd');
  });

  test.each([
    ['brackets', '['.repeat(1024 * 1024)],
    ['maps', '{'.repeat(1024 * 1024)],
    ['lists', '- '.repeat(500_000)],
    ['items', `[${'a,'.repeat(500_000)}]`],
    ['tags', '! '.repeat(500_000)],
    ['anchors', '- &a x\n'.repeat(100_000)],
    ['aliases', '- *a\n'.repeat(100_000)],
    ['keys', '? '.repeat(500_000)],
    ['alias bomb', Array.from({ length: 9 }, (_, at) => bombLine(at)).join('\n')],
  ])('a megabyte of %s costs little memory', (_, text) => {
    const before = process.memoryUsage().rss;
    expect(parseKubeconfig(text).kind).toBe('unread');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});

function named(text: string, why: string) {
  return { text, why };
}

/** Base64 of something between the marks that is no certificate. */
function brokenPem(): string {
  return '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';
}

function bombLine(at: number): string {
  return at === 0 ? 'a0: &a0 [x, x]' : `a${at}: &a${at} [${`*a${at - 1}, `.repeat(9)}*a${at - 1}]`;
}
