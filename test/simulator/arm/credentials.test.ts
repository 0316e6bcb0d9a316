import { describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { parse } from 'yaml';
import type { ClusterChanges } from '../../../simulator/build.ts';
import type { KubeconfigForm } from '../../../simulator/arm/credentials.ts';
import { armUrl, askJson, type Json } from '../ask.ts';
import { clusterPath, oneCluster } from '../one.ts';

async function kubeconfigText(
  changes: ClusterChanges = {},
  form?: KubeconfigForm,
): Promise<{ readonly text: string; readonly host: string }> {
  const { simulator, host } = oneCluster(changes, {
    faults: form === undefined ? [] : [{ action: { kind: 'kubeconfig', form } }],
  });
  const url = armUrl(`${clusterPath}/listClusterUserCredential`);
  const { body } = await askJson(simulator, url, { method: 'POST' });
  expect(body.kubeconfigs).toHaveLength(1);
  expect(body.kubeconfigs[0].name).toBe('clusterUser');
  return { text: Buffer.from(body.kubeconfigs[0].value, 'base64').toString('utf8'), host };
}

async function kubeconfig(form?: KubeconfigForm): Promise<Json> {
  return parse((await kubeconfigText({}, form)).text, { schema: 'core' });
}

test('a cluster with Entra: server, authority and a command, no secret', async () => {
  const { text, host } = await kubeconfigText();
  const config: Json = parse(text);
  expect(config.clusters).toHaveLength(1);
  const { server, 'certificate-authority-data': data } = config.clusters[0].cluster;
  expect(server).toBe(`https://${host}:443`);
  const authority = new X509Certificate(Buffer.from(data, 'base64'));
  expect(authority.ca).toBe(true);
  expect(config.users[0].user.exec.command).toBe('kubelogin');
  expect(Object.keys(config.users[0].user)).toEqual(['exec']);
});

test('a cluster without Entra: a certificate of an admin', async () => {
  const config: Json = parse((await kubeconfigText({ access: { entra: false } })).text);
  expect(Object.keys(config.users[0].user)).toEqual([
    'client-certificate-data',
    'client-key-data',
    'token',
  ]);
});

test('a private cluster: its private name', async () => {
  const { text, host } = await kubeconfigText({ access: { privateCluster: true } });
  expect(host).toMatch(/\.privatelink\.westeurope\.azmk8s\.io$/u);
  expect(text).toContain(`server: https://${host}:443`);
});

describe('hostile and broken forms', () => {
  test.each([
    ['hostile-exec', ({ users }) => users[0].user.exec.command, 'touch'],
    ['auth-provider', ({ users }) => users[0].user['auth-provider'].config['cmd-path'], 'touch'],
    ['token-file', ({ users }) => users[0].user.tokenFile, '/etc/passwd'],
    [
      'proxy-url',
      ({ clusters }) => clusters[0].cluster['proxy-url'],
      'http://proxy.attacker.example:3128',
    ],
    [
      'insecure-skip-tls-verify',
      ({ clusters }) => clusters[0].cluster['insecure-skip-tls-verify'],
      true,
    ],
    [
      'tls-server-name',
      ({ clusters }) => clusters[0].cluster['tls-server-name'],
      'collector.attacker.example',
    ],
    ['two-clusters', ({ clusters }) => clusters.length, 2],
    [
      'other-server',
      ({ clusters }) => clusters[0].cluster.server,
      'https://collector.attacker.example:443',
    ],
    [
      'metadata-server',
      ({ clusters }) => clusters[0].cluster.server,
      'https://169.254.169.254:443',
    ],
    [
      'no-authority',
      ({ clusters }) => clusters[0].cluster['certificate-authority-data'],
      undefined,
    ],
  ] satisfies [KubeconfigForm, (config: Json) => unknown, unknown][])(
    '%s',
    async (form, read, expected) => {
      expect(read(await kubeconfig(form))).toEqual(expected);
    },
  );

  test('not YAML, and aliases upon aliases', async () => {
    await expect(kubeconfig('not-yaml')).rejects.toThrow(/flow sequence/iu);
    await expect(kubeconfig('alias-bomb')).rejects.toThrow(/alias/u);
  });
});
