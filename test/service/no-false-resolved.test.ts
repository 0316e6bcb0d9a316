import { expect, test } from '@jest/globals';
import type { Finding } from '../../shared/findings/index.ts';
import type { ClusterReport } from '../../shared/report/index.ts';
import { onTimer } from '../../shared/service/on-timer.ts';
import { allRules } from '../../shared/rules/index.ts';
import { fleet, subscription } from '../../simulator/build.ts';
import type { FaultAction, FaultRule } from '../../simulator/faults.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { sampled } from '../support/long.ts';
import { useAzurite } from '../support/storage.ts';
import { faultyClusters } from './faulty-clusters.ts';
import { accessPartition } from '../../shared/history/storage/access.ts';
import { serviceWorld } from './service-world.ts';

const azurite = useAzurite();

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

/** A right that hides all, and says nothing of it. */
function empty(text: string): string {
  if (!text.includes('"items"')) return text;
  return JSON.stringify({ ...(JSON.parse(text) as object), items: [], metadata: {} });
}

const neverEmpty = ['nodes', 'services', 'endpointslices', 'daemonsets', 'namespaces'];

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
  ...neverEmpty.map((list) => inside('empty', { kind: 'replace', body: empty }, `/${list}`)),
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

/** A finding by its cluster, its rule and its fingerprint. */
function keyOf({ name }: ClusterReport, { rule, fingerprint }: Finding): string {
  return `${name} ${rule} ${fingerprint}`;
}

/** Findings that count. */
function openIn(clusters: readonly ClusterReport[] = []): readonly string[] {
  return clusters
    .flatMap((cluster) =>
      cluster.findings
        .filter(({ state }) => state !== 'resolved' && state !== 'exempt')
        .map((finding) => keyOf(cluster, finding)),
    )
    .toSorted();
}

/** Findings above `low` in one of the states. */
function told(
  clusters: readonly ClusterReport[] = [],
  states: readonly Finding['state'][],
): readonly string[] {
  return clusters.flatMap((cluster) =>
    cluster.findings
      .filter(
        ({ state, severity }) => states.includes(state) && !['low', 'info'].includes(severity),
      )
      .map((finding) => keyOf(cluster, finding)),
  );
}

/** What was read of the clusters, without the times. */
function seenOf(clusters: readonly ClusterReport[] = []): string {
  return clusters
    .map(({ name, result, coverage }) =>
      [name, result, ...coverage.map(({ slice, state }) => `${slice} ${state}`)].join('\n'),
    )
    .toSorted()
    .join('\n');
}

/** The shares of every Service hang on this row, so the short form has it too. */
const kubeProxyUnread = rows.filter(({ what }) => what === '403 /daemonsets');
const tried = [...new Set([...sampled(rows, 18), ...kubeProxyUnread])];

/** Rules without a finding in these clusters; `test/rules` has a cluster of its own for each of them. */
const elsewhere = [
  'backend/address-family-gap',
  'backend/rule-limit', // Hundreds of rules.
  'ingress/conflicting-routes',
  'multi-lb/node-on-no-load-balancer',
  'service/node-ports-disabled',
  'service/private-link-unsupported',
];

test('no single fault of the clusters or of one list resolves anything', async () => {
  const world = await serviceWorld(
    azurite.connectionString(),
    fleet({
      subscriptions: [
        ...demoFleet().subscriptions,
        subscription('00000000-0000-0000-0000-0000000000a1', 'Faulty', faultyClusters()),
      ],
    }),
    { SLACK_BOT_TOKEN: '' },
  );
  let at = Date.parse(world.clock.iso);
  const run = async () => {
    at += 6 * 3_600_000;
    world.clock.iso = new Date(at).toISOString();
    await onTimer(world.app, { isPastDue: false, log: world.log });
    return await world.newest();
  };
  // What is left over counts when it is seen a second time.
  await run();
  const clusters = (await run())?.clusters ?? [];
  const found = new Set(clusters.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const rules = allRules.map(({ meta }) => meta.id);
  expect(rules.filter((id) => !found.has(id))).toEqual(elsewhere);
  const before = openIn(clusters);
  const whole = seenOf(clusters);
  const blunt: string[] = [];
  for (const { what, rules: faults, afresh } of tried) {
    // A fresh process: what Azure's throttling closed stays closed for an hour.
    world.restart();
    if (afresh === true) {
      const { store } = await world.app.service();
      for await (const { key } of store.listRows(accessPartition))
        await store.deleteRow(accessPartition, key);
    }
    world.simulator.faults.set(clusters.flatMap(({ name }) => faults(`${name}*`)));
    const report = await run();
    if (seenOf(report?.clusters) === whole) blunt.push(what);
    const open = new Set(openIn(report?.clusters));
    const known = new Set(before);
    expect({
      what,
      resolved: told(report?.clusters, ['resolved']).filter((each) => known.has(each)),
      invented: told(report?.clusters, ['new', 'reopened']),
      gone: report?.clusters.filter(({ result }) => result === 'gone').length,
      lost: before.filter((each) => !open.has(each)),
    }).toEqual({ what, resolved: [], invented: [], gone: 0, lost: [] });
  }
  expect(blunt).toEqual([]);
  world.simulator.faults.set([]);
  world.restart();
  const last = await run();
  expect(openIn(last?.clusters)).toEqual(before);
}, 900_000);
