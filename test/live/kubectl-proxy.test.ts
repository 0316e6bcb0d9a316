import { expect, test } from '@jest/globals';
import { kubectlProxy } from '../../shared/audit/kubectl-proxy.ts';
import { InputError } from '../../shared/audit/input-error.ts';
import { kubernetesTransport } from '../../simulator/transports.ts';
import { hostOf } from '../simulator/running.ts';
import { plainServer } from './plain-server.ts';
import { clusters, world } from './world.ts';

test('a private cluster is audited through the kubectl proxy of a person', async () => {
  const { simulator, audit } = await world(clusters({ one: { access: { privateCluster: true } } }));
  const inside = kubernetesTransport(simulator, hostOf(simulator, 'one'));
  const port = await plainServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    void inside.get(pathname, searchParams).then(({ status, body }) => {
      expect(request.headers.authorization).toBeUndefined();
      response.writeHead(status).end(body);
    });
  });
  const kubernetes = await kubectlProxy(`http://localhost:${port}`);
  const { clusters: reports } = await audit({ kubernetes });
  await kubernetes.close();
  expect(reports[0]).toMatchObject({ result: 'complete' });
  const asked = simulator.log.entries().map(({ path }) => path);
  expect(asked.filter((path) => path.includes('Credential'))).toEqual([]);
});

test('one on another machine is an input error', async () => {
  await expect(kubectlProxy('http://10.0.0.4:8001')).rejects.toThrow(InputError);
});

test('one that nobody has started is an input error', async () => {
  await expect(kubectlProxy('http://127.0.0.1:1')).rejects.toThrow('is kubectl proxy running?');
});
