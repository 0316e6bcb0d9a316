import {
  compacted,
  lacking,
  listed,
  modeLabelOf,
  poolNameOf,
  subjectText,
  workloadSubject,
  type LoadBalancerService,
  type ManagedCluster,
  type Node,
  type Read,
  type Reason,
  type Workload,
} from '../../model/index.ts';
import { severalLoadBalancers } from '../../facts/cluster-sku.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import { useClusterPolicy } from '../../fixes/service-fixes.ts';
import type { WorkloadSlice } from '../../facts/services.ts';
import { distinct, named, reasonsBySubjects } from '../../fixes/text.ts';
import { unjudged, type Unjudged } from '../../facts/index.ts';
import { pinToPools } from '../../fixes/workload-fixes.ts';
import { barredFor, lastingReasons, type Barred } from '../../facts/barred.ts';
import { behindLocal, type WorkloadBehindLocal } from '../../facts/behind-local.ts';
import { canLand, landingPlaces, type Outside } from '../../facts/outside-backends.ts';

/**
 * Finds workloads behind a Local Service that can be scheduled onto nodes which may not become
 * backends of its load balancer: the article's fault, waiting. Judged by what the cloud provider
 * does, not by today's members; several Standard load balancers follow the endpoints instead.
 */
export const mayLandOutsideBackends = defineRule(
  {
    id: 'placement/may-land-outside-backends',
    title: 'Pods of a Local Service can be scheduled on nodes without traffic',
    why: 'A pod on a node that cannot be a backend gets no new connections, even if it is ready.',
    remedy:
      'Require node affinity to the node pools that are backends, or make the other nodes backends.',
    severity: 'medium',
    source: "Azure's cloud provider: which nodes become backends; Kubernetes: assign pods to nodes",
  },
  {
    needs: ['services', 'nodes', 'loadBalancers', severalLoadBalancers, behindLocal, barredFor],
    helps: ['managedCluster'],
  },
  ({
    nodes,
    severalLoadBalancers: several,
    behindLocal: behind,
    barredFor: barredOf,
    ...given
  }) => {
    if (several) return { faults: [] };
    const { workloads, unjudged: without } = behind(judgedKinds);
    const { faults, unknown } = judgeEach(workloads, (each) =>
      judge(each, barredOf, nodes, given.managedCluster),
    );
    return { faults, unknown: [...reasonsBySubjects(without), ...unknown] };
  },
);

const judgedKinds: ReadonlySet<WorkloadSlice> = new Set([
  'deployments',
  'statefulSets',
  'daemonSets',
] as const);

function judge(
  behind: WorkloadBehindLocal,
  barredOf: (service: LoadBalancerService) => Barred | undefined,
  nodes: readonly Node[],
  managedCluster: Read<ManagedCluster>,
): Fault | readonly Unjudged[] {
  const { workload, services } = behind;
  const outside: Outside[] = [];
  const reasons: Reason[] = [];
  for (const service of services) {
    const barred = barredOf(service);
    if (barred === undefined)
      reasons.push({ why: `the load balancer of ${subjectText(service)} was not found` });
    else {
      const { places, unknownPools } = landingPlaces(workload, barred, managedCluster);
      outside.push(...places);
      for (const pool of unknownPools)
        reasons.push({
          why: `whether its pods can be scheduled on pool ${pool} is not known from the data that was read`,
        });
      for (const { node, reason } of barred.undecided)
        if (canLand(workload, node)) reasons.push(reason);
    }
  }
  if (outside.length > 0) return faultOf(behind, outside, nodes);
  if (managedCluster.kind === 'unread') reasons.push(lacking('managedCluster', managedCluster));
  const each = new Map(reasons.map((reason) => [reason.why, reason]));
  return [...each.values()].flatMap((reason) => unjudged([workload], reason));
}

function faultOf(
  { workload, services }: WorkloadBehindLocal,
  outside: readonly Outside[],
  nodes: readonly Node[],
): Fault {
  const name = subjectText(workload);
  const pools = distinct(outside.flatMap((each) => each.nodePool ?? []));
  const barred = distinct(outside.flatMap((each) => each.node?.name ?? []));
  const others = nodes.filter((node) => !barred.includes(node.name));
  // A pool of which only some nodes are barred is not named as a whole.
  const whole = pools.filter((pool) => !others.some((node) => poolNameOf(node) === pool));
  const alone = distinct(
    outside.flatMap(({ node, nodePool }) =>
      node !== undefined && (nodePool === undefined || !whole.includes(nodePool)) ? node.name : [],
    ),
  );
  const places = compacted([
    whole.length > 0 && named('pool', whole),
    alone.length > 0 && named('node', alone),
  ]);
  const reasons = [...new Set(outside.flatMap((each) => each.reasons))].toSorted();
  const behind = services.map(subjectText);
  const one = whole.length === 0 && alone.length === 1;
  return {
    subject: workloadSubject(workload),
    title: `Pods of ${name} can be scheduled on nodes without traffic`,
    message: `A pod of ${workload.kind} ${name} on ${places.join(' or ')} gets no new connections because ${one ? 'the node cannot be a backend' : 'these nodes cannot be backends'} (${reasons.map((reason) => lastingReasons.get(reason) ?? reason).join('; ')}). ${listed(behind)} ${behind.length === 1 ? 'uses' : 'use'} externalTrafficPolicy Local, and no affinity or taint keeps the pods off ${one ? 'it' : 'those nodes'}.`,
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
  // A system pool is no place to send the pods of users to.
  const open = nodes.filter(
    (node) => !barred.has(node.name) && canLand(workload, node) && modeLabelOf(node) !== 'system',
  );
  for (const key of ['kubernetes.azure.com/agentpool', 'agentpool']) {
    const pools = distinct(open.flatMap((node) => node.labels.get(key) || []));
    const wanted = pools.filter((pool) => !barredPools.includes(pool));
    if (wanted.length > 0) return [pinToPools(workload, wanted, key)];
  }
  return [];
}
