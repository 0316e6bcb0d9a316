import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findFaults } from '../../shared/findings/index.ts';
import { unknownRules } from '../../shared/findings/unknown-rules.ts';
import type {
  Endpoint,
  LoadBalancer,
  LoadBalancerService,
  Node,
  PodSpec,
  Workload,
} from '../../shared/model/index.ts';
import { unread } from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import {
  bothPorts,
  cluster,
  endpoint,
  ipMember,
  kubeProxy,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  pinned,
  pod,
  podSpec,
  port443,
  port80,
  service,
  slice,
  taint,
  virtualNode,
  vmNode,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';
import { catalogue } from './catalogue.ts';
import { silentOf } from './silent.ts';
import { expectSound } from './sound.ts';
import { runsOf } from '../support/long.ts';

const maybe = fc.boolean();
const pools = ['system', 'user', 'batch', ''] as const;
const taints = [
  'CriticalAddonsOnly=true:NoSchedule',
  'nodepool=system:PreferNoSchedule',
  'sku=gpu:NoExecute',
  'node.kubernetes.io/not-ready:NoExecute',
  'ToBeDeletedByClusterAutoscaler=1:NoSchedule',
  'odd:Foo',
].map(taint);
const labels: readonly (readonly [string, string])[] = [
  ['node.kubernetes.io/exclude-from-external-load-balancers', 'true'],
  ['node.kubernetes.io/exclude-from-external-load-balancers', 'false'],
  ['kubernetes.azure.com/managed', 'false'],
  ['kubernetes.io/os', 'windows'],
  ['karpenter.sh/nodepool', 'default'],
];

/** None in two of three cases, else one or two. */
function some<T>(values: readonly T[]): fc.Arbitrary<readonly T[]> {
  const few = fc.subarray([...values], { minLength: 1, maxLength: 2 });
  return fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, few);
}

const anyNode = fc
  .record({
    kind: fc.constantFrom('scale-set', 'scale-set', 'scale-set', 'vm', 'virtual', 'unknown'),
    pool: fc.constantFrom(...pools),
    ready: fc.constantFrom(...(['true', 'true', 'true', 'true', 'false', 'unknown'] as const)),
    taints: some(taints),
    labels: some(labels),
    deleting: maybe,
  })
  .map(({ kind, labels: extra, ...rest }) => (name: string): Node => {
    const changes = { ...rest, labels: new Map(extra) };
    if (kind === 'virtual') return { ...virtualNode(), name: node(name).name };
    if (kind === 'vm') return vmNode(name, changes);
    return node(name, kind === 'unknown' ? { ...changes, providerId: '' } : changes);
  });
const anyNodes = fc
  .array(anyNode, { minLength: 2, maxLength: 5 })
  .map((nodes) => nodes.map((make, index) => make(`n-${index}`)));

const anySpec: fc.Arbitrary<Partial<PodSpec>> = fc.constantFrom(
  {},
  pinned('user'),
  pinned('nosuch'),
  { requiredNodeAffinity: [] },
  { nodeSelector: new Map([['kubernetes.azure.com/sku-cpu', '8']]) },
  { tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] },
);
const anyWorkload = (kind: Workload['kind']): fc.Arbitrary<Workload> =>
  fc
    .record({
      replicas: fc.constantFrom(0, 1, 2, 9),
      name: fc.constantFrom('web', 'api'),
      spec: anySpec,
    })
    .map(({ replicas, ...rest }) =>
      workload({ kind, replicas: kind === 'DaemonSet' ? undefined : replicas, ...rest }),
    );

const annotations: readonly (readonly [string, string])[] = [
  ['service.beta.kubernetes.io/azure-load-balancer-mode', 'user'],
  ['service.beta.kubernetes.io/azure-load-balancer-mode', '__auto__'],
  ['service.beta.kubernetes.io/port_80_no_lb_rule', 'true'],
  ['service.beta.kubernetes.io/port_80_health-probe_port', '10256'],
  ['service.beta.kubernetes.io/azure-load-balancer-internal', 'true'],
  ['evenkeel.dev/needs-source-ip', 'true'],
];
const web = new Map([['app', 'web']]);
const anyService: fc.Arbitrary<LoadBalancerService> = fc
  .record({
    name: fc.constantFrom('web', 'web', 'web', 'api'),
    externalTrafficPolicy: fc.constantFrom(
      'Local',
      'Local',
      'Local',
      'Cluster',
      'Cluster',
      'Nearby',
    ),
    selector: fc.constantFrom(web, web, web, undefined, new Map()),
    ports: fc.constantFrom([port80], [port80, port443], []),
    ipFamilies: fc.constantFrom(...([['IPv4'], ['IPv4'], ['IPv4', 'IPv6']] as const)),
    annotations: fc.subarray([...annotations], { maxLength: 2 }).map((each) => new Map(each)),
    odd: seldom<Partial<LoadBalancerService>>(
      { uid: '' },
      { deleting: true },
      { loadBalancerClass: 'tailscale' },
      { ingressIps: [], createdAt: '2026-11-23T05:59:00Z' },
      { createdAt: 'nonsense' },
    ),
  })
  .map(({ odd, ...changes }) => service({ ...changes, ...odd }));

/** Nothing in three of four cases, else one of the values. */
function seldom<T>(...values: readonly T[]): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, fc.constantFrom(...values));
}

const anyEndpoint: fc.Arbitrary<Endpoint> = fc
  .record({
    pod: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    // One without a node makes the whole port unknown.
    on: fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom('n-0', 'n-1', 'n-2', 'n-3', 'gone') },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    ready: fc.constantFrom(true, true, true, false),
    serving: maybe,
    terminating: maybe,
    hintZones: fc.constantFrom([], ['0']),
  })
  .map(({ pod: name, on, ...rest }) => endpoint(name, on, rest));

const slices = [
  'managedCluster',
  'networkInterfaces',
  'daemonSets',
  'deployments',
  'loadBalancerConfigurations',
  'loadBalancers',
  'endpointSlices',
] as const;

const anyCluster: fc.Arbitrary<SnapshotChanges> = fc
  .record({
    nodes: anyNodes,
    services: fc.uniqueArray(anyService, { maxLength: 2, selector: ({ name }) => name }),
    endpoints: fc.array(anyEndpoint, { maxLength: 8, size: 'max' }),
    ports: fc.constantFrom(bothPorts, bothPorts, bothPorts.slice(0, 1), []),
    deployments: fc.uniqueArray(anyWorkload('Deployment'), { selector: ({ name }) => name }),
    daemonSets: fc.uniqueArray(anyWorkload('DaemonSet'), { selector: ({ name }) => name }),
    sku: fc.constantFrom('standard', 'standard', 'standard', 'basic', 'basic', 'premium'),
    byAddress: maybe,
    probe: fc.constantFrom('health-check' as const, 'kube-proxy' as const, 'none' as const),
    rulePorts: fc.constantFrom([{ port: 80 }], [{ port: 80 }, { port: 443 }], []),
    members: fc.constantFrom(0, 1, 2, 5, 5),
    modes: fc.constantFrom('system', 'user', 'gateway', undefined),
    nodeAutoProvisioning: maybe,
    tolerant: fc.constantFrom(true, true, false),
    unread: seldom(...slices),
  })
  .map((given): SnapshotChanges => {
    const members = given.nodes.slice(0, given.members);
    const balancer: LoadBalancer = loadBalancer({
      sku: given.sku,
      members: members.map(given.byAddress ? ipMember : nicMember),
      probe: given.probe,
      ports: given.rulePorts,
    });
    return {
      managedCluster: managedCluster({
        loadBalancerSku: given.sku,
        nodeAutoProvisioning: given.nodeAutoProvisioning,
        nodePools: pools
          .filter((name) => name !== '')
          .map((name) => {
            const { mode: _mode, ...pool } = nodePool(name, { count: 0 });
            return given.modes === undefined ? pool : { ...pool, mode: given.modes };
          }),
      }),
      nodes: given.nodes,
      services: given.services,
      loadBalancers: [balancer],
      endpointSlices: [slice(given.endpoints, { ports: given.ports })],
      deployments: given.deployments,
      daemonSets: [...given.daemonSets, kubeProxy(given.tolerant ? {} : { tolerations: [] })],
      systemPods: given.nodes.map((each) => pod(`p-${each.name}`, { node: each.name })),
      pendingPods: [pod('waiting', { phase: 'Pending', spec: podSpec(pinned('nosuch')) })],
      ...(given.unread !== undefined && { [given.unread]: unread('403') }),
    };
  });

/** No shape has a pool in an availability set, and hardly one two nodes that both serve. */
const outOfReach = new Set(['load-balancer/availability-set-retired', 'traffic/uneven-share']);

const settings = { numRuns: runsOf(200, 15), seed: 20261123 };

describe('rules over clusters of any shape', () => {
  test('the shapes are not all healthy: every rule of the story that they can reach fires on some', () => {
    const story = catalogue
      .filter(({ since, id }) => since === 1 && !outOfReach.has(id))
      .map(({ id }) => id);
    expect(
      silentOf(
        anyCluster,
        allRules.filter(({ meta }) => story.includes(meta.id)),
      ),
    ).toEqual([]);
  });

  test.each(allRules.map((rule) => ({ id: rule.meta.id, rule })))(
    '$id: whatever it finds is sound, and nothing makes it throw',
    ({ rule }) => {
      fc.assert(
        fc.property(anyCluster, (changes) => {
          const outcome = rule.run(cluster(changes));
          if (outcome.kind === 'checked') expectSound(rule, outcome.faults);
          const reasons = unknownRules(rule, outcome).map(({ why }) => why);
          expect(reasons.filter((why) => /undefined|NaN|^\s*$/u.test(why))).toEqual([]);
        }),
        settings,
      );
    },
  );

  test('the same cluster twice gives the same findings, in the same order', () => {
    fc.assert(
      fc.property(anyCluster, (changes) => {
        const twice = [cluster(changes), cluster(changes)].map((each) =>
          findFaults(each, allRules),
        );
        expect(twice[1]).toEqual(twice[0]);
      }),
      settings,
    );
  });
});
