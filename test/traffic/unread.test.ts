import { describe, expect, test } from '@jest/globals';
import { findFaults } from '../../shared/findings/find.ts';
import { unread, type SliceName } from '../../shared/model/index.ts';
import { allRules, defaultSettings } from '../../shared/rules/index.ts';
import { trafficOfServices, unknownServices } from '../../shared/traffic/index.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  service,
  slice,
  taint,
  vmMember,
  vmNode,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';
import { a, b, onBoth, onlyPort } from './ports.ts';

/** A port that is unknown says what was not read in fields of its own, not only in its sentence. */

const members = [a, b].map(nicMember);
const guarded: SnapshotChanges = {
  managedCluster: managedCluster({ networkPolicy: 'calico' }),
  endpointSlices: [
    slice([endpoint('web-5d4f-aaaaa', 'user-0'), endpoint('web-5d4f-bbbbb', 'user-1')]),
  ],
  deployments: [workload()],
  networkPolicies: [
    {
      namespace: 'shop',
      name: 'p',
      podSelector: { matchLabels: new Map([['app', 'web']]), matchExpressions: [] },
      ingress: true,
      rules: [],
    },
  ],
};
const probedAt = (port: number): SnapshotChanges => ({
  loadBalancers: [loadBalancer({ members, probe: { port } })],
});
const zones: SnapshotChanges = {
  managedCluster: managedCluster({ networkDataplane: 'cilium' }),
  services: [service({ externalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferClose' })],
  nodes: ['user-0', 'user-1'].map((name, at) =>
    node(name, { labels: new Map([['topology.kubernetes.io/zone', `we-${at + 1}`]]) }),
  ),
  endpointSlices: [
    slice([
      endpoint('x', 'user-0', { hintZones: ['we-1'] }),
      endpoint('y', 'user-0', { hintZones: ['we-1'] }),
      endpoint('z', 'user-1', { hintZones: ['we-2'] }),
    ]),
  ],
  loadBalancers: [loadBalancer({ members, probe: 'node-port' })],
};

interface Row {
  readonly notRead: readonly SliceName[];
  readonly given?: SnapshotChanges;
  /** How its sentence begins; absent = with the slice. */
  readonly why?: string;
  readonly decides: string;
}

const rows: readonly Row[] = [
  { notRead: ['endpointSlices'], decides: 'every port' },
  { notRead: ['nodes'], decides: 'every port' },
  { notRead: ['loadBalancers'], decides: 'every port' },
  { notRead: ['endpointSlices', 'nodes'], decides: 'every port', why: 'endpointSlices: 403' },
  {
    notRead: ['networkInterfaces'],
    decides: 'members that are VMs',
    given: {
      nodes: [vmNode('user-0')],
      loadBalancers: [loadBalancer({ members: [vmMember(vmNode('user-0'))] })],
    },
  },
  {
    notRead: ['daemonSets'],
    decides: 'kube-proxy on a tainted node',
    given: {
      nodes: [a, node('user-1', { taints: [taint('own=yes:NoSchedule')] })],
      loadBalancers: [loadBalancer({ members })],
    },
  },
  { notRead: ['ciliumConfig'], decides: 'zone hints', given: zones },
  {
    notRead: ['managedCluster'],
    decides: 'whether policies are enforced',
    given: guarded,
    why: 'NetworkPolicies select the pods',
  },
  { notRead: ['deployments'], decides: 'labels under a policy', given: guarded },
  {
    notRead: ['deployments', 'statefulSets'],
    decides: 'who is probed',
    given: probedAt(8080),
    why: 'whether anything listens on port 8080 on the nodes is not known: deployments: 403',
  },
  {
    notRead: ['deployments', 'daemonSets'],
    decides: 'labels under a policy',
    given: guarded,
    why: 'deployments: 403',
  },
  ...(
    [
      ['nodePortServices', 31_999],
      ['hostNetworkPods', 8080],
      ['deployments', 8080],
      ['statefulSets', 8080],
      ['daemonSets', 8080],
    ] as const
  ).map(([name, port]) => ({
    notRead: [name],
    decides: 'who is probed',
    given: probedAt(port),
    why: `whether anything listens on port ${port} on the nodes is not known: ${name}: 403`,
  })),
];

const refused = unread('403', 'forbidden');

function without({ notRead, given }: Row): SnapshotChanges {
  return { ...given, ...Object.fromEntries(notRead.map((name) => [name, refused])) };
}

describe('what was not read', () => {
  test.each(rows)('$notRead: $decides', (row) => {
    const { notRead, why = `${notRead[0] ?? ''}: 403` } = row;
    const port = onlyPort(without(row));
    expect(port).toMatchObject({ verdict: 'unknown', slices: notRead, code: 'forbidden' });
    expect(port.why?.startsWith(why)).toBe(true);
  });

  test.each(rows)('$notRead: $decides, for the rules', (row) => {
    const traffic = trafficOfServices(
      cluster({ nodes: [a, b], endpointSlices: [slice(onBoth)], ...without(row) }),
    );
    const subject = { namespace: 'shop', name: 'web' };
    expect(unknownServices(traffic)).toMatchObject([
      { subject, slices: row.notRead, code: 'forbidden' },
    ]);
  });

  test('read, the same ports are judged', () => {
    const verdicts = rows.map(({ given = {} }) => onlyPort(given).verdict);
    expect(verdicts).not.toContain('unknown');
  });

  test.each([
    { name: 'a Service of another controller', own: service({ loadBalancerClass: 'tailscale' }) },
    { name: 'a Service without a selector', own: service({ selector: new Map() }) },
  ])('$name: nothing is missing, so no slice and no code', ({ own }) => {
    const port = onlyPort({ services: [own] });
    expect(port.verdict).toBe('unknown');
    expect(port).not.toHaveProperty('slices');
    expect(port).not.toHaveProperty('code');
  });

  test('a slice without a code gives none', () => {
    const port = onlyPort({ nodes: unread('timeout') });
    expect(port).toMatchObject({ why: 'nodes: timeout', slices: ['nodes'] });
    expect(port).not.toHaveProperty('code');
  });

  test.each([
    { rule: 'network/policy-blocks-clients', notRead: 'networkPolicies', given: guarded },
    { rule: 'probe/closed-port', notRead: 'nodePortServices', given: probedAt(31_999) },
    { rule: 'probe/closed-port', notRead: 'hostNetworkPods', given: probedAt(8080) },
  ] as const)('$rule without $notRead names it', ({ rule, notRead, given }) => {
    const { unknown } = findFaults(
      cluster({ nodes: [a, b], endpointSlices: [slice(onBoth)], ...given, [notRead]: refused }),
      allRules,
      defaultSettings,
    );
    expect(unknown).toContainEqual(
      expect.objectContaining({
        rule,
        subjects: ['shop/web'],
        slices: [notRead],
        code: 'forbidden',
      }),
    );
  });
});
