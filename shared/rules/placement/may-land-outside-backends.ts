import {
  lbVmSet,
  nodeEligibility,
  serviceLoadBalancer,
  type ClusterTopology,
  type ExclusionReason,
} from '../../load-balancing/index.ts';
import {
  type ClusterSnapshot,
  type LoadBalancer,
  type LoadBalancerService,
  type Node,
  type NodePool,
} from '../../model/index.ts';
import { landing, landingOnPool, poolNameOf } from '../../placement/index.ts';
import { viewOf } from '../../traffic/index.ts';
import { severalLoadBalancers } from '../cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import { pinToPools, useClusterPolicy } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { workloadSubject } from '../services.ts';
import { capped, distinct, listed } from '../text.ts';
import { workloadsBehindLocal, type WorkloadBehindLocal } from './behind-local.ts';
import { nodePoolsOf, nodesOfPool } from './nodes.ts';

/** What keeps a node out of the backends for good; a node on its way out or a stopped VM is not placement's business. */
const lasting: ReadonlySet<ExclusionReason> = new Set<ExclusionReason>([
  'exclude-label',
  'unmanaged',
  'other-resource-group',
  'control-plane',
  'other-vm-set',
  'held-by-other-load-balancer',
  'no-address-of-family',
  'virtual-node',
]);

/**
 * Finds workloads behind a Local Service that can be scheduled onto nodes which may not become
 * backends of its load balancer: the article's fault, waiting. Judged by what the cloud provider
 * does, not by today's members; several Standard load balancers follow the endpoints instead.
 */
export const mayLandOutsideBackends = defineRule(
  {
    id: 'placement/may-land-outside-backends',
    title: 'Pods behind a Local Service may land where no traffic comes',
    why: 'A pod on a node that can never be a backend of the load balancer gets no new connections, however ready it is.',
    remedy:
      'Require node affinity to the pools that are backends, or let those nodes become backends.',
    severity: 'medium',
    source: 'load-balancing.md §3, faults 3 and 20',
  },
  ['services', 'nodes', 'loadBalancers'],
  ({ services, nodes, loadBalancers }, { snapshot }) => {
    if (severalLoadBalancers(snapshot)) return { faults: [] };
    const { workloads, unknown } = workloadsBehindLocal(snapshot, services);
    const unsure = new Set(unknown);
    const judge = judgement(snapshot, nodes, loadBalancers, unsure);
    const faults = workloads.flatMap((each): readonly Fault[] => {
      const outside = each.services.flatMap((service) => judge(each, service));
      if (outside.length === 0) return [];
      return [faultOf(each, outside, nodes)];
    });
    return { faults, unknown: [...unsure] };
  },
);

interface Outside {
  readonly node: string | undefined;
  readonly nodePool: string;
  readonly reasons: readonly ExclusionReason[];
}

function judgement(
  snapshot: ClusterSnapshot,
  nodes: readonly Node[],
  loadBalancers: readonly LoadBalancer[],
  unsure: Set<string>,
): (each: WorkloadBehindLocal, service: LoadBalancerService) => readonly Outside[] {
  const { topology } = viewOf(snapshot);
  const excludedOf = new Map<LoadBalancer, ReturnType<typeof excluded>>();
  return ({ workload }, service) => {
    const loadBalancer = serviceLoadBalancer(loadBalancers, service);
    if (loadBalancer === undefined) {
      unsure.add(`${service.namespace}/${service.name}: its load balancer was not found`);
      return [];
    }
    const known = excludedOf.get(loadBalancer) ?? excluded(snapshot, topology, nodes, loadBalancer);
    excludedOf.set(loadBalancer, known);
    if (known.unknown !== undefined) unsure.add(known.unknown);
    const live = known.nodes.flatMap(({ node, reasons }): readonly Outside[] =>
      landing(workload.podSpec, node).ever === 'yes'
        ? [{ node: node.name, nodePool: poolNameOf(node) ?? 'no pool', reasons }]
        : [],
    );
    const cluster = snapshot.managedCluster;
    const empty =
      cluster.kind === 'unread'
        ? []
        : known.emptyPools.flatMap(({ pool, reasons }): readonly Outside[] => {
            const { answer } = landingOnPool(workload.podSpec, pool, cluster.value, []);
            return answer === 'yes' || answer === 'after-scale-up'
              ? [{ node: undefined, nodePool: pool.name, reasons }]
              : [];
          });
    return [...live, ...empty];
  };
}

/** Nodes, and pools without nodes, that may not become backends of a load balancer. */
function excluded(
  snapshot: ClusterSnapshot,
  topology: ClusterTopology,
  nodes: readonly Node[],
  loadBalancer: LoadBalancer,
) {
  let unknown: string | undefined;
  const pool = loadBalancer.backendPools[0];
  const reasonsOf = (node: Node): readonly ExclusionReason[] => {
    const { answer, reasons } = nodeEligibility(node, {
      loadBalancer,
      ...(pool !== undefined && { pool }),
      topology,
      managedCluster: snapshot.managedCluster,
    });
    if (answer === 'unknown')
      unknown = `whether nodes may be backends of ${loadBalancer.name} could not be decided for all`;
    return answer === 'no' ? reasons.filter((reason) => lasting.has(reason)) : [];
  };
  const outside = nodes.flatMap((node) => {
    const reasons = reasonsOf(node);
    return reasons.length === 0 ? [] : [{ node, reasons }];
  });
  const emptyPools = (nodePoolsOf(snapshot) ?? []).flatMap((each) => {
    if (nodesOfPool(nodes, each.name).length > 0) return [];
    const reasons = emptyPoolReasons(each, topology, loadBalancer);
    return reasons.length === 0 ? [] : [{ pool: each, reasons }];
  });
  return { nodes: outside, emptyPools, unknown };
}

/** A pool without nodes is judged by what its nodes would carry: its labels, and on Basic its own VM set. */
function emptyPoolReasons(
  pool: NodePool,
  topology: ClusterTopology,
  loadBalancer: LoadBalancer,
): readonly ExclusionReason[] {
  if (pool.labels.has('node.kubernetes.io/exclude-from-external-load-balancers'))
    return ['exclude-label'];
  if (loadBalancer.sku !== 'basic') return [];
  const held = lbVmSet(topology, loadBalancer);
  const own = [`${pool.name}-availabilityset-`, `aks-${pool.name}-`, `aks${pool.name}`];
  return held === undefined || own.some((prefix) => held.startsWith(prefix.toLowerCase()))
    ? []
    : ['other-vm-set'];
}

function faultOf(
  { workload, services }: WorkloadBehindLocal,
  outside: readonly Outside[],
  nodes: readonly Node[],
): Fault {
  const name = `${workload.namespace}/${workload.name}`;
  const pools = distinct(outside.map((each) => each.nodePool));
  const outsideNodes = distinct(outside.flatMap((each) => each.node ?? []));
  const reasons = distinct(outside.flatMap((each) => each.reasons));
  const behind = services.map((service) => `${service.namespace}/${service.name}`);
  const backendPools = distinct(
    nodes
      .filter(
        (node) =>
          !outsideNodes.includes(node.name) && landing(workload.podSpec, node).ever === 'yes',
      )
      .flatMap((node) => poolNameOf(node) ?? []),
  ).filter((pool) => !pools.includes(pool));
  const [first] = services;
  return {
    subject: workloadSubject(workload),
    title: `Pods of ${name} may land on nodes that get no traffic`,
    message: `${workload.kind} ${name} stands behind ${listed(behind)} with Local, and nothing keeps its pods off ${listed(pools)}, whose nodes may not become backends of the load balancer (${reasons.join(', ')}). A pod that lands there gets no new connections.`,
    causes: reasons,
    evidence: {
      services: capped(behind),
      nodePools: pools,
      nodes: capped(outsideNodes),
      nodeCount: outsideNodes.length,
    },
    fixes: [
      ...(backendPools.length > 0 ? [pinToPools(workload, backendPools)] : []),
      ...(first === undefined ? [] : [useClusterPolicy(first)]),
    ],
  };
}
