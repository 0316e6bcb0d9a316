import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { Report } from '../../shared/report/index.ts';
import { deployment, nodesOfPool, service } from '../../simulator/build.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import {
  saveSimulatedCluster,
  simulatedClusters,
} from '../../scripts/bench/engine/save-cluster.ts';
import { clusters } from '../live/world.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { logInTo, kubectlProxyTo, run } from './run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(120_000);

const folder = temporaryFolder();

const sound = {
  services: [service('main/web')],
  workloads: [deployment('main/web', nodesOfPool('user', 3))],
};
const hidden = { ...sound, access: { privateCluster: true, reachable: 'no' as const } };
const noEntra = { ...sound, access: { entra: false, azureRbac: false } };

/** The same clusters as whoever is inside sees them. */
const inside = clusters({ one: sound, two: sound });

const report = (out: string): Report => JSON.parse(out) as Report;

/** The Azure side of both clusters as somebody saves it, and a Kubernetes side that nobody can read. */
async function savedArm(name: string): Promise<string> {
  const directory = path.join(folder, name);
  const simulator = createSimulator({ fleet: inside });
  const [one] = await simulatedClusters(simulator, subscriptionId);
  if (one !== undefined) await saveSimulatedCluster(directory, simulator, one);
  writeFileSync(path.join(directory, 'kubernetes', 'nodes.json'), 'nobody reads this');
  return directory;
}

describe('--kubernetes with live Azure', () => {
  test.each([
    { name: 'a private cluster', one: hidden },
    { name: 'a cluster without Entra', one: noEntra },
  ])('$name is read whole through the proxy', async ({ one }) => {
    await logInTo(clusters({ one, two: sound }));
    const address = await kubectlProxyTo(inside, 'one');
    const ran = await run([
      'audit',
      '--cluster',
      'one',
      '--kubernetes',
      address,
      '--format',
      'json',
    ]);
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(report(ran.out).clusters).toMatchObject([{ name: 'one', result: 'complete' }]);
    expect(report(ran.out).clusters[0]?.services).toHaveLength(1);
  });

  test("a proxy to another cluster's API is told, and nothing is joined with it", async () => {
    await logInTo(clusters({ one: hidden, two: sound }));
    const address = await kubectlProxyTo(inside, 'two');
    const ran = await run([
      'audit',
      '--cluster',
      'one',
      '--kubernetes',
      address,
      '--format',
      'json',
    ]);
    const [one] = report(ran.out).clusters;
    expect(one).toMatchObject({ result: 'partial', services: [] });
    expect(one?.reason).toContain("start kubectl proxy with this cluster's context");
  });
});

describe('--kubernetes with --from', () => {
  test('the Azure side is saved, the Kubernetes side comes through the proxy', async () => {
    const from = await savedArm('both');
    const address = await kubectlProxyTo(inside, 'one');
    // The nodes tell which of the saved clusters it is.
    const ran = await run(['audit', '--from', from, '--kubernetes', address, '--format', 'json']);
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(report(ran.out).clusters).toMatchObject([{ name: 'one', result: 'complete' }]);
  });

  test("a proxy to another cluster's API is told", async () => {
    const from = await savedArm('foreign');
    const address = await kubectlProxyTo(inside, 'two');
    const ran = await run([
      'audit',
      '--from',
      from,
      '--cluster',
      'one',
      '--kubernetes',
      address,
      '--format',
      'json',
    ]);
    expect(report(ran.out).clusters[0]?.reason).toContain('kubectl proxy: the nodes live in');
  });

  test('several folders are too many', async () => {
    await logInTo(clusters({ one: hidden }));
    const address = await kubectlProxyTo(inside, 'one');
    const ran = await run(['audit', '--from', 'test/cases', '--kubernetes', address]);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toMatch(
      /^evenkeel audit: --kubernetes reads one cluster, and --from names \d+ case folders/u,
    );
  });
});

describe('what is refused', () => {
  test.each([
    {
      name: 'another machine',
      args: ['--cluster', 'one', '--kubernetes', 'http://10.0.0.4:8001'],
      err: 'loopback',
    },
    {
      name: 'TLS',
      args: ['--cluster', 'one', '--kubernetes', 'https://127.0.0.1:8001'],
      err: 'such as http://127.0.0.1:8001',
    },
    {
      name: 'nobody there',
      args: ['--cluster', 'one', '--kubernetes', 'http://127.0.0.1:1'],
      err: 'is kubectl proxy running?',
    },
    {
      name: 'no cluster',
      args: ['--kubernetes', 'http://127.0.0.1:8001'],
      err: 'name it with one --cluster',
    },
    {
      name: 'two clusters',
      args: ['--cluster', 'one', '--cluster', 'two', '--kubernetes', 'http://127.0.0.1:8001'],
      err: 'name it with one --cluster',
    },
  ])('$name -> 2 and one line', async ({ args, err }) => {
    await logInTo(clusters({ one: hidden }));
    const ran = await run(['audit', ...args]);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(err);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });
});
