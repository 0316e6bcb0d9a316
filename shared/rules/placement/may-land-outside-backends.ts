import type { ClusterSnapshot, LoadBalancerService, Node, Workload } from '../../model/index.ts';
import { severalLoadBalancers } from '../../facts/cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { useClusterPolicy } from '../../fixes/service-fixes.ts';
import type { WorkloadSlice } from '../../facts/services.ts';
import { subjectText, workloadSubject } from '../../model/index.ts';
import { distinct, listed, named } from '../../fixes/text.ts';
import { unknownReasons, type Unjudged } from '../unknown.ts';
import { pinToPools } from '../../fixes/workload-fixes.ts';
import { barredFor, lastingReasons, type Barred } from './barred.ts';
import { workloadsBehindLocal, type WorkloadBehindLocal } from './behind-local.ts';
import { canLand, landingPlaces, type Outside } from './outside.ts';

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
    source: "Azure's cloud provider: which nodes become backends; Kubernetes: assign pods to nodes",
  },
  ['services', 'nodes', 'loadBalancers'],
  ({ services, nodes, loadBalancers }, { snapshot }) => {
    const several = severalLoadBalancers.of(snapshot);
    if (several.kind === 'unread') return { faults: [], unknown: [several.why] };
    if (several.value) return { faults: [] };
    const { workloads, unjudged } = workloadsBehindLocal(snapshot, services, judgedKinds);
    const barredOf = barredFor(snapshot, nodes, loadBalancers);
    const results = workloads.map((each) => judge(each, barredOf, nodes, snapshot));
    return {
      faults: results.flatMap(({ fault }) => fault ?? []),
      unknown: unknownReasons([...unjudged, ...results.flatMap((each) => each.unjudged)]),
    };
  },
);

const judgedKinds: ReadonlySet<WorkloadSlice> = new Set([
  'deployments',
  'statefulSets',
  'daemonSets',
] as const);

interface Result {
  readonly fault?: Fault;
  readonly unjudged: readonly Unjudged[];
}

function judge(
  behind: WorkloadBehindLocal,
  barredOf: (service: LoadBalancerService) => Barred | undefined,
  nodes: readonly Node[],
  snapshot: ClusterSnapshot,
): Result {
  const { workload, services } = behind;
  const outside: Outside[] = [];
  const why = new Set<string>();
  for (const service of services) {
    const barred = barredOf(service);
    if (barred === undefined) why.add(`the load balancer of ${subjectText(service)} was not found`);
    else {
      outside.push(...landingPlaces(workload, barred, snapshot, why));
      if (barred.undecided.some((node) => canLand(workload, node)))
        why.add('whether some nodes may be backends could not be decided');
    }
  }
  if (outside.length > 0) return { fault: faultOf(behind, outside, nodes), unjudged: [] };
  if (snapshot.managedCluster.kind === 'unread')
    why.add(`managedCluster: ${snapshot.managedCluster.why}`);
  return { unjudged: [...why].map((each) => ({ subject: workload, why: each })) };
}

function faultOf(
  { workload, services }: WorkloadBehindLocal,
  outside: readonly Outside[],
  nodes: readonly Node[],
): Fault {
  const name = subjectText(workload);
  const pools = distinct(outside.flatMap((each) => each.nodePool ?? []));
  const alone = distinct(
    outside.flatMap(({ node, nodePool }) =>
      nodePool === undefined && node !== undefined ? node.name : [],
    ),
  );
  const places = [
    ...(pools.length > 0 ? [named('pool', pools)] : []),
    ...(alone.length > 0 ? [named('node', alone)] : []),
  ];
  const barred = distinct(outside.flatMap((each) => each.node?.name ?? []));
  const reasons = [...new Set(outside.flatMap((each) => each.reasons))].toSorted();
  const behind = services.map(subjectText);
  return {
    subject: workloadSubject(workload),
    title: `Pods of ${name} may land on nodes that get no traffic`,
    message: `A pod of ${workload.kind} ${name} that lands on ${places.join(' or ')} gets no new connections: the nodes there may not become backends of the load balancer (${reasons.map((reason) => lastingReasons.get(reason) ?? reason).join('; ')}). ${listed(behind)} ${behind.length === 1 ? 'has' : 'have'} Local, and nothing keeps the pods off those nodes.`,
    causes: reasons,
    evidence: { services: behind, nodePools: pools, nodes: barred, nodeCount: barred.length },
    fixes: [...pinFixes(workload, pools, new Set(barred), nodes), useClusterPolicy(...services)],
  };
}

/** Affinity to the pools that are backends, by the label that all their nodes carry; nodes made on demand carry none. */
function pinFixes(
  workload: Workload,
  barredPools: readonly string[],
  barred: ReadonlySet<string>,
  nodes: readonly Node[],
): readonly Fix[] {
  const open = nodes.filter((node) => !barred.has(node.name) && canLand(workload, node));
  for (const key of ['kubernetes.azure.com/agentpool', 'agentpool']) {
    const pools = distinct(open.flatMap((node) => node.labels.get(key) || []));
    const wanted = pools.filter((pool) => !barredPools.includes(pool));
    if (wanted.length > 0) return [pinToPools(workload, wanted, key)];
  }
  return [];
}
