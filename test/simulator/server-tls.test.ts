import { describe, expect, test } from '@jest/globals';
import { request } from 'node:https';
import type { RunningServer } from '../../simulator/server.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { aksServerApp } from '../../simulator/tokens.ts';
import { armUrl, askJson, lists } from './ask.ts';
import { get } from './over-tls.ts';
import { hostOf, started } from './running.ts';

/** The CA that a cluster's kubeconfig names, read as an audit reads it. */
async function authorityOf(simulator: Simulator, name: string): Promise<string> {
  const path = `/resourceGroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/${name}/listClusterUserCredential`;
  const { body } = await askJson(simulator, armUrl(path), { method: 'POST' });
  const kubeconfig = Buffer.from(body.kubeconfigs[0].value, 'base64').toString('utf8');
  const encoded = /certificate-authority-data: (\S+)/u.exec(kubeconfig)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString('utf8');
}

const nodes = (host: string): string => `https://${host}/api/v1/nodes?limit=2`;

describe('certificates', () => {
  test('ARM is verified by the public authority, a cluster by the one of its kubeconfig', async () => {
    const { simulator, server } = await started();
    const arm = await get(server, server.authorityPem, armUrl(lists.managedClusters));
    expect(arm.status).toBe(401);
    const host = hostOf(simulator, 'one');
    const token = simulator.identity.issue(aksServerApp);
    const answer = await get(server, await authorityOf(simulator, 'one'), nodes(host), token);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'NodeList' });
  });

  test("one cluster's authority is not accepted for another, nor the public one for a cluster", async () => {
    const { simulator, server } = await started();
    const one = await authorityOf(simulator, 'one');
    const refused = { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' };
    await expect(get(server, one, nodes(hostOf(simulator, 'two')))).rejects.toMatchObject(refused);
    await expect(get(server, one, armUrl(lists.managedClusters))).rejects.toMatchObject(refused);
    const host = hostOf(simulator, 'one');
    await expect(get(server, server.authorityPem, nodes(host))).rejects.toMatchObject(refused);
    expect(simulator.log.entries()).toHaveLength(1);
  });

  test('two servers have authorities of their own', async () => {
    const { server } = await started();
    const { server: other } = await started();
    await expect(
      get(server, other.authorityPem, armUrl(lists.managedClusters)),
    ).rejects.toMatchObject({ code: expect.stringMatching(/SIGNATURE/u) });
  });

  test.each([
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['other-authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('a certificate that is %s is refused with %s', async (certificate, code) => {
    const { simulator, server } = await started();
    const host = hostOf(simulator, 'one');
    const ca = await authorityOf(simulator, 'one');
    simulator.faults.set([{ host, action: { kind: 'tls', certificate } }]);
    await expect(get(server, ca, nodes(host))).rejects.toMatchObject({ code });
    simulator.faults.set([]);
    await expect(get(server, ca, nodes(host))).resolves.toMatchObject({ status: 401 });
  });

  test('a connection that was verified for one name serves no other', async () => {
    const { simulator, server } = await started();
    const url = new URL(armUrl(lists.managedClusters));
    const answer = await statusAs(server, url, hostOf(simulator, 'one'));
    expect(answer).toBe(421);
    expect(simulator.log.entries()).toEqual([]);
  });
});

async function statusAs(server: RunningServer, url: URL, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(
    {
      host: '127.0.0.1',
      port: server.port,
      path: url.pathname,
      servername: url.hostname,
      ca: server.authorityPem,
      headers: { host },
    },
    (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    },
  )
    .on('error', reject)
    .end();
  return await promise;
}

describe('names', () => {
  test('simulated hosts are on loopback; others, and clusters that cannot be reached, are not known', async () => {
    const { simulator, server } = await started();
    const here = { address: '127.0.0.1', port: server.port };
    expect(server.resolve('management.azure.com')).toEqual(here);
    expect(server.resolve('slack.com')).toEqual(here);
    expect(server.resolve(hostOf(simulator, 'one').toUpperCase())).toEqual(here);
    const unknown = [hostOf(simulator, 'hidden'), 'attacker.example', 'localhost'];
    for (const host of unknown) expect(() => server.resolve(host)).toThrow(`ENOTFOUND ${host}`);
    expect([...server.lookups()]).toEqual([
      'management.azure.com',
      'slack.com',
      hostOf(simulator, 'one'),
      ...unknown,
    ]);
  });

  test('a request to a name that is not known fails as DNS does', async () => {
    const { server } = await started();
    await expect(
      get(server, server.authorityPem, 'https://attacker.example/'),
    ).rejects.toMatchObject({ code: 'ENOTFOUND', hostname: 'attacker.example' });
  });
});
