import fc from 'fast-check';
import type { BackendMember, ClusterSnapshot, Node } from '../../shared/model/index.ts';
import {
  cluster,
  endpoint,
  ipMember,
  kubeProxy,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
  staleMember,
  taint,
  type LoadBalancerChanges,
} from '../builders/index.ts';
import type { OracleCase, OracleEndpoint, OracleNode } from './oracle.ts';

/** Small clusters: every branch of the model is near. */

const names = ['user-0', 'user-1', 'user-2', 'user-3'];
const zones = ['we-1', 'we-2', ''];

const anyNode = (name: string): fc.Arbitrary<OracleNode> =>
  fc.record({
    name: fc.constant(name),
    zone: fc.constantFrom(...zones),
    ready: usually('true', 'false', 'unknown'),
    kind: usually('linux', 'gpu', 'windows', 'virtual'),
    leaving: usually('no', 'deleting', 'tainted'),
    member: fc.constantFrom('no', 'by-nic', 'by-address', 'by-both'),
    adminState: usually('none', 'up', 'down', 'drain'),
  });

/** The first of the words six times out of ten, so that odd things meet ordinary ones. */
function usually<const T extends string>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(first) },
    { weight: 4, arbitrary: fc.constantFrom(...others) },
  );
}

const anyEndpoint = (pod: string): fc.Arbitrary<OracleEndpoint> =>
  fc.record({
    pod: fc.constant(pod),
    node: fc.constantFrom(...names),
    ready: fc.boolean(),
    serving: fc.boolean(),
    terminating: fc.boolean(),
    zones: fc.subarray(['we-1', 'we-2']),
    nodes: fc.subarray(names),
  });

export const smallClusters: fc.Arbitrary<OracleCase> = fc.record({
  policy: fc.constantFrom('Local', 'Cluster'),
  probe: fc.constantFrom('health-check', 'node-port', 'own-port', 'kube-proxy', 'shared', 'none'),
  nodes: fc
    .nat({ max: names.length })
    .chain((count) => fc.tuple(...names.slice(0, count).map(anyNode))),
  endpoints: fc
    .nat({ max: 5 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, each) => anyEndpoint(`pod-${each}`))),
    ),
  stale: fc.nat({ max: 2 }),
});

/** The same cluster as the engine sees it. */
export function snapshotOf(given: OracleCase): ClusterSnapshot {
  const nodes = given.nodes.map(nodeOf);
  const members = given.nodes.flatMap((each, index) => membersOf(each, nodes[index]));
  const stale = Array.from({ length: given.stale }, (_, index) => staleMember(index));
  const local = given.policy === 'Local';
  const { healthCheckNodePort: _none, ...withCluster } = service({
    externalTrafficPolicy: 'Cluster',
  });
  return cluster({
    nodes,
    daemonSets: [kubeProxy({ tolerations: [] })],
    services: [local ? service() : withCluster],
    endpointSlices: [
      slice(
        given.endpoints.map((each) =>
          endpoint(each.pod, each.node, {
            ready: each.ready,
            serving: each.serving,
            terminating: each.terminating,
            hintZones: each.zones,
            hintNodes: each.nodes,
          }),
        ),
      ),
    ],
    loadBalancers: [loadBalancer({ members: [...members, ...stale], probe: probes[given.probe] })],
  });
}

const probes: {
  readonly [Name in OracleCase['probe']]: NonNullable<LoadBalancerChanges['probe']>;
} = {
  'health-check': 'health-check',
  'node-port': 'node-port',
  'own-port': { protocol: 'https', port: 8443, path: '/' },
  'kube-proxy': 'kube-proxy',
  shared: { name: 'Cluster-Service-Shared-Health-Probe', protocol: 'http', port: 10_356 },
  none: 'none',
};

function nodeOf(of: OracleNode): Node {
  const labels = new Map([['topology.kubernetes.io/zone', of.zone]]);
  if (of.kind === 'windows') labels.set('kubernetes.io/os', 'windows');
  if (of.kind === 'virtual') labels.set('type', 'virtual-kubelet');
  const taints = [
    // Windows runs its own kube-proxy, whatever this taint says to the DaemonSet of Linux.
    ...(of.kind === 'gpu' || of.kind === 'windows' ? [taint('sku=gpu:NoSchedule')] : []),
    ...(of.leaving === 'tainted' ? [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] : []),
  ];
  return node(of.name, { labels, taints, ready: of.ready, deleting: of.leaving === 'deleting' });
}

function membersOf(of: OracleNode, as: Node | undefined): readonly BackendMember[] {
  if (as === undefined || of.member === 'no') return [];
  const kinds = {
    'by-nic': [nicMember(as)],
    'by-address': [ipMember(as)],
    'by-both': [nicMember(as), ipMember(as)],
  };
  const adminState = of.adminState === 'none' ? {} : { adminState: of.adminState };
  return kinds[of.member].map((member) => ({ ...member, ...adminState }));
}
