import { expect, test } from '@jest/globals';
import type { ClusterReport } from '../../shared/report/index.ts';
import { onTimer } from '../../shared/service/on-timer.ts';
import { closeService, openService } from '../../shared/service/service.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import type { FaultAction, FaultRule } from '../../simulator/faults.ts';
import { story } from '../../simulator/fleets/story.ts';
import { useAzurite } from '../support/storage.ts';
import { serviceWorld } from './service-world.ts';

const azurite = useAzurite();

const name = 'echo-1-local';
const kubernetesLists = [
  'nodes',
  'pods',
  'services',
  'endpointslices',
  'deployments',
  'statefulsets',
  'daemonsets',
  'events',
];
const armLists = [
  'managedClusters?',
  'loadBalancers?',
  'networkInterfaces?',
  'publicIPAddresses?',
  'networkSecurityGroups?',
];

interface Row {
  readonly what: string;
  readonly rules: (host: string) => readonly FaultRule[];
  /** What was kept of the way into the cluster is forgotten before. */
  readonly afresh?: true;
}

function inside(what: string, action: FaultAction, path = '/'): Row {
  return { what: `${what} ${path}`, rules: (host) => [{ host, path, action }] };
}

function azure(what: string, action: FaultAction, path: string): Row {
  return {
    what: `${what} ${path}`,
    rules: () => [{ host: 'management.azure.com', path, action }],
    afresh: true,
  };
}

/** Half of a list, which says that there is more and not where. */
function short(text: string): string {
  const list = JSON.parse(text) as { items: unknown[]; metadata: object };
  const items = list.items.slice(0, Math.floor(list.items.length / 2));
  return JSON.stringify({ ...list, items, metadata: { remainingItemCount: 2 } });
}

/** A list that goes on at a page which has expired by then. */
function continued(text: string): string {
  if (!text.includes('"items"')) return text;
  const list = JSON.parse(text) as { metadata: object };
  return JSON.stringify({ ...list, metadata: { ...list.metadata, continue: 'more' } });
}

const rows: readonly Row[] = [
  inside('unreachable', { kind: 'reset' }),
  inside('refused certificate', { kind: 'tls', certificate: 'other-authority' }),
  inside('401', { kind: 'status', status: 401 }),
  inside('throttled', { kind: 'throttle', retryAfter: '3600' }),
  ...kubernetesLists.flatMap((list) => [
    inside('403', { kind: 'forbid' }, `/${list}`),
    inside('short', { kind: 'replace', body: short }, `/${list}`),
    {
      what: `410 twice /${list}`,
      rules: (host: string) => [
        { host, path: `/${list}`, action: { kind: 'replace', body: continued } as const },
        { host, path: 'continue=more', action: { kind: 'status', status: 410 } as const },
      ],
    },
    inside('cut', { kind: 'truncate', atByte: 40 }, `/${list}`),
    inside('410 at once', { kind: 'status', status: 410 }, `/${list}`),
    inside('404', { kind: 'status', status: 404 }, `/${list}`),
  ]),
  ...armLists.flatMap((list) => [
    azure('403', { kind: 'forbid' }, list),
    azure('404', { kind: 'status', status: 404 }, list),
    azure('throttled', { kind: 'throttle', retryAfter: '3600' }, list),
    azure('cut', { kind: 'truncate', atByte: 60 }, list),
    azure('round', { kind: 'next-link', to: 'itself' }, list),
    azure('elsewhere', { kind: 'next-link', to: 'other-host' }, list),
  ]),
  azure('404', { kind: 'status', status: 404 }, 'listClusterUserCredential'),
  azure('403', { kind: 'forbid' }, 'listClusterUserCredential'),
  azure('hostile', { kind: 'kubeconfig', form: 'proxy-url' }, 'listClusterUserCredential'),
  azure('403', { kind: 'forbid' }, '/subscriptions?'),
];

/** Findings of the cluster that count, by their fingerprints. */
function openIn(report: ClusterReport | undefined): readonly string[] {
  return (report?.findings ?? [])
    .filter(({ state }) => state !== 'resolved' && state !== 'exempt')
    .map(({ fingerprint }) => fingerprint)
    .toSorted();
}

/** What was read of the cluster, without the times. */
function seenOf(report: ClusterReport | undefined): string {
  const slices = report?.coverage.map(({ slice, state }) => `${slice} ${state}`) ?? [];
  return [report?.result, ...slices].join('\n');
}

test('no single fault of one cluster or one list resolves anything', async () => {
  const world = await serviceWorld(
    azurite.connectionString(),
    fleet({
      subscriptions: [
        subscription('00000000-0000-0000-0000-0000000000a1', 'One', [
          ...story().slice(0, 1),
          cluster('healthy'),
        ]),
      ],
    }),
    { SLACK_BOT_TOKEN: '' },
  );
  let at = Date.parse(world.clock.iso);
  const run = async () => {
    at += 6 * 3_600_000;
    world.clock.iso = new Date(at).toISOString();
    await onTimer({ isPastDue: false, log: world.log });
    return await world.newest();
  };
  const first = await run();
  const whole = seenOf(first?.clusters.find((each) => each.name === name));
  const before = openIn(first?.clusters.find((each) => each.name === name));
  expect(before.length).toBeGreaterThan(3);
  const blunt: string[] = [];
  for (const { what, rules, afresh } of rows) {
    // A fresh process: what Azure's throttling closed stays closed for an hour.
    closeService();
    if (afresh === true) {
      const { storage } = await openService();
      for (const { id } of first?.clusters ?? []) await storage.forgetAccess(id);
    }
    world.simulator.faults.set(rules(`${name}*`));
    const report = await run();
    const found = report?.clusters.find((each) => each.name === name);
    if (seenOf(found) === whole) blunt.push(what);
    expect({
      what,
      resolved: report?.summary.changes.resolved,
      result: found?.result === 'gone',
      lost: before.filter((fingerprint) => !openIn(found).includes(fingerprint)),
    }).toEqual({ what, resolved: 0, result: false, lost: [] });
  }
  expect(blunt).toEqual([]);
  world.simulator.faults.set([]);
  closeService();
  const last = await run();
  expect(openIn(last?.clusters.find((each) => each.name === name))).toEqual(before);
  expect(last?.summary.changes.resolved).toBe(0);
}, 600_000);
