import { barredFromPools, type ExclusionReason } from '../../load-balancing/index.ts';
import {
  compareText,
  valueOr,
  type Tristate,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Node,
} from '../../model/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { clusterSku, severalLoadBalancers } from '../../facts/cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import { removeExcludeLabel } from '../../fixes/node-fixes.ts';
import type { Fault, Fix } from '../rule.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { counted, itemized } from '../../fixes/text.ts';
import { membershipOf } from '../../facts/membership.ts';

/** Finds clusters with LoadBalancer Services and no node left that may be a backend. */
export const allNodesExcluded = defineRule(
  {
    id: 'backend/all-nodes-excluded',
    title: 'No node of the cluster may be a backend',
    why: 'The pools are never emptied, so they keep the members of before; new nodes do not join, and when the old ones are gone every Service is down.',
    remedy: 'Leave at least one node pool without the exclude label.',
    severity: 'critical',
    source: "Azure's cloud provider and the service controller (event UnAvailableLoadBalancer)",
  },
  ['nodes', 'services'],
  ({ nodes, services }, { snapshot }) => {
    const served = services.filter(isServed);
    if (nodes.length === 0 || served.length === 0) return { faults: [] };
    const byAddress = poolsByAddress(snapshot);
    const kinds = byAddress === 'unknown' ? [true, false] : [byAddress === 'yes'];
    const barred = kinds.map((kind) => reasonsOf(nodes, snapshot, kind));
    const [reasons] = barred;
    const all = barred.filter((each) => each.size === nodes.length);
    if (reasons === undefined || all.length === 0) return { faults: [] };
    if (all.length < barred.length) return { faults: [], unknown: [whyUnknown(snapshot)] };
    return { faults: [faultOf(snapshot, nodes, reasons, served)] };
  },
);

function isServed({ loadBalancerClass, deleting }: LoadBalancerService): boolean {
  return loadBalancerClass === undefined && !deleting;
}

function reasonsOf(
  nodes: readonly Node[],
  snapshot: ClusterSnapshot,
  byAddress: boolean,
): ReadonlyMap<Node, ExclusionReason> {
  const { managedCluster } = snapshot;
  const sku = clusterSku.of(snapshot);
  const pools = {
    byAddress,
    basic: sku.kind === 'read' && sku.value === 'basic',
    nodeResourceGroup:
      managedCluster.kind === 'read' ? managedCluster.value.nodeResourceGroup : undefined,
  };
  return new Map(
    nodes.flatMap((node) => {
      const reason = barredFromPools(node, pools);
      return reason === undefined ? [] : [[node, reason] as const];
    }),
  );
}

/** By what stands in the pools, else by what the cluster says. */
function poolsByAddress(snapshot: ClusterSnapshot): Tristate {
  const members = membershipOf(snapshot).pools.flatMap(({ pool }) => pool.members[0] ?? []);
  if (members.length > 0)
    return members.every((member) => member.kind === 'ip')
      ? 'yes'
      : members.every((member) => member.kind === 'nic')
        ? 'no'
        : 'unknown';
  if (valueOr(severalLoadBalancers.of(snapshot), false)) return 'yes';
  const cluster =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value : undefined;
  if (cluster === undefined) return 'unknown';
  return cluster.backendPoolType === 'nodeip' ? 'yes' : 'no';
}

function whyUnknown({ managedCluster }: ClusterSnapshot): string {
  return managedCluster.kind === 'unread'
    ? `managedCluster: ${managedCluster.why}`
    : 'whether pools are by NIC or by address could not be told, and labels count differently';
}

function faultOf(
  snapshot: ClusterSnapshot,
  nodes: readonly Node[],
  reasons: ReadonlyMap<Node, ExclusionReason>,
  services: readonly LoadBalancerService[],
): Fault {
  const counts = new Map<ExclusionReason, number>();
  for (const reason of reasons.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const causes = [...counts.keys()].toSorted(compareText);
  return {
    subject: { kind: 'Cluster', name: snapshot.name },
    title: `None of ${counted(nodes.length, 'node')} of ${snapshot.name} may be a backend`,
    message: `${counted(services.length, 'LoadBalancer Service')} ${services.length === 1 ? 'has' : 'have'} no node that the load balancer may take: ${itemized(causes.map((cause) => `${counted(counts.get(cause) ?? 0, 'node')} ${words[cause] ?? cause}`))}. Azure's cloud provider never empties a pool, so what is in the pools stays there until its machines are gone; no new node joins, and new Services get no backend.`,
    causes,
    evidence: {
      nodes: nodes.length,
      services: services.length,
      reasons: Object.fromEntries(causes.map((cause) => [cause, counts.get(cause) ?? 0])),
      sample: nodes.slice(0, 10).map((node) => node.name),
    },
    fixes: fixesOf(snapshot, nodes, reasons, services),
  };
}

const words: { readonly [Reason in ExclusionReason]?: string } = {
  'exclude-label': 'with the exclude label',
  deleting: 'being deleted',
  'autoscaler-taint': 'about to be deleted by the autoscaler',
  unmanaged: 'labelled as unmanaged',
  'other-resource-group': 'labelled for another resource group',
  'control-plane': 'of the control plane',
  'virtual-node': 'without a machine (virtual)',
};

/** The pool with most labelled nodes comes back; where none is labelled, only the events tell more. */
function fixesOf(
  snapshot: ClusterSnapshot,
  nodes: readonly Node[],
  reasons: ReadonlyMap<Node, ExclusionReason>,
  services: readonly LoadBalancerService[],
): readonly Fix[] {
  const labelled = nodes.filter((node) => reasons.get(node) === 'exclude-label');
  const pools = [...Map.groupBy(labelled, poolNameOf).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const [largest] = pools;
  if (largest !== undefined)
    return [removeExcludeLabel(snapshot, snapshot.managedCluster, largest)];
  return services.slice(0, 1).map(lookAtEvents);
}
