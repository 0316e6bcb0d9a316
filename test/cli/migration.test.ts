import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  saveSimulatedCluster,
  simulatedClusters,
} from '../../scripts/bench/engine/save-cluster.ts';
import { evenkeel } from '../../shared/cli/evenkeel.ts';
import { cluster, fleet, pool, subscription, systemPool } from '../../simulator/build.ts';
import {
  migrationRouting,
  migrationServices,
  migrationWorkloads,
} from '../../simulator/fleets/migration.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const root = temporaryFolder();

beforeAll(async () => {
  const hub = cluster('hub', {
    pools: [systemPool(), pool('edge', { count: 3, zones: ['1', '2', '3'] })],
    services: migrationServices,
    workloads: migrationWorkloads,
    routing: migrationRouting,
  });
  const plain = cluster('plain');
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [subscription(subscriptionId, 'Migration', [hub, plain])] }),
  });
  for (const each of await simulatedClusters(simulator, subscriptionId))
    await saveSimulatedCluster(path.join(root, each.name), simulator, each);
});

async function run(...args: readonly string[]) {
  let out = '';
  let err = '';
  const status = await evenkeel(
    ['migration', '--at', '2026-11-23T06:00:00Z', ...args],
    {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      width: 100,
      tty: false,
      colour: false,
      interactive: false,
    } as never,
    { env: {}, now: () => new Date() },
  );
  return { status, out, err };
}

const hub = (): readonly string[] => ['--from', path.join(root, 'hub'), '--cluster', 'hub'];

describe('evenkeel migration', () => {
  test('host by host, old and new side, and what is left to do', async () => {
    const { status, out } = await run(...hub());
    expect(status).toBe(0);
    expect(out).toContain('  old: IngressClass');
    expect(out).toMatch(
      /api\.example\.com: both sides, DNS name to [\d.]+\n.*old: web\/api:80 \(3 ready\)\n.*new: 90 % web\/api:80 \(3 ready\), 10 % web\/api-next:80 \(1 ready\)/u,
    );
    expect(out).toMatch(
      /legacy\.example\.com: old side only\n.*0 ready\); 100 % of requests fail/u,
    );
    expect(out).toContain('Not ready to remove: 2 hosts have routes on the old side only.');
  });

  test.each([
    {
      without: 'ingresses',
      says: [/^\? Not known whether it has NGINX: hub: ingresses were not read/mu],
    },
    {
      without: 'endpointslices',
      says: [/^\? Not known whether it has NGINX: hub: endpointSlices were not read/mu],
    },
    {
      without: 'gateways',
      says: [
        /^ {2}new: not known$/mu,
        /shop\.example\.com: not known$/mu,
        /Not known whether the old side can go: routes were not read\./u,
      ],
    },
  ])('without $without nothing is said to be done', async ({ without, says }) => {
    const folder = path.join(root, `no-${without}`);
    cpSync(path.join(root, 'hub'), folder, { recursive: true });
    rmSync(path.join(folder, 'kubernetes', `${without}.json`));
    const { out } = await run('--from', folder);
    for (const each of says) expect(out).toMatch(each);
    expect(out).not.toContain('nothing is left');
    expect(out).not.toContain('side only');
  });

  test('as Markdown', async () => {
    const { out } = await run(...hub(), '--format', 'markdown');
    expect(out).toContain('| shop.example.com | both sides | web/shop:80 (3 ready) |');
  });

  test('as JSON', async () => {
    const { out } = await run(...hub(), '--format', 'json');
    expect(JSON.parse(out)).toMatchObject([{ name: 'hub', migration: { hostCount: 4 } }]);
  });

  test('a cluster without NGINX', async () => {
    const { status, out } = await run('--from', path.join(root, 'plain'), '--cluster', 'plain');
    expect({ status, out }).toEqual({
      status: 0,
      out: 'No cluster that was read has NGINX: nothing is left to migrate.\n',
    });
  });

  test('an unknown format: one line, exit 2', async () => {
    const { status, err } = await run(...hub(), '--format', 'xml');
    expect(status).toBe(2);
    expect(err).toMatch(/^evenkeel migration: --format must be one of text, markdown, json/u);
  });
});
