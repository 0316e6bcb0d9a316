import {
  compareText,
  counted,
  isVirtualNode,
  lacking,
  poolNameOf,
  valueOr,
  type LoadBalancerService,
  type ManagedCluster,
  type Node,
  type Read,
  type Reason,
} from '../../model/index.ts';
import { barredFromPools, excludeLabel, type ExclusionReason } from '../../load-balancing/index.ts';
import { azureServices, unjudged, type Cluster } from '../../facts/index.ts';
import { clusterSku, severalLoadBalancers, type KnownSku } from '../../facts/cluster-sku.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { removeExcludeLabel } from '../../fixes/node-fixes.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { itemized } from '../../fixes/text.ts';
import { membership, type Membership } from '../../facts/membership.ts';

/** Finds clusters with LoadBalancer Services and no node left that may be a backend. */
export const allNodesExcluded = defineRule(
  {
    id: 'backend/all-nodes-excluded',
    title: 'All nodes are excluded from the load balancers',
    why: 'The cloud provider never empties a pool: old members stay, new nodes do not join, and once the old nodes are gone every Service is down.',
    remedy: 'Remove the exclude label from at least one node pool.',
    severity: 'critical',
    source: "Azure's cloud provider and the service controller (event UnAvailableLoadBalancer)",
  },
  {
    needs: ['nodes', 'services'],
    helps: [membership, clusterSku, severalLoadBalancers, 'managedCluster'],
  },
  ({ nodes, services, cluster, managedCluster, ...helps }) => {
    const served = azureServices(services);
    if (nodes.length === 0 || served.length === 0) return { faults: [] };
    const virtual = nodes.some((node) => isVirtualNode(node) && !excludeLabel(node).present);
    const barred = poolsOf({ managedCluster, ...helps }, virtual).map((pools) =>
      reasonsOf(nodes, pools),
    );
    const [reasons] = barred;
    const all = barred.filter((each) => each.size === nodes.length);
    if (reasons === undefined || all.length === 0) return { faults: [] };
    if (all.length < barred.length)
      return {
        faults: [],
        unknown: unjudged([cluster], whyUnknown(managedCluster, helps.membership, virtual)),
      };
    return { faults: [faultOf({ cluster, managedCluster, nodes, reasons, services: served })] };
  },
);

type Pools = Parameters<typeof barredFromPools>[1];

interface PoolKindSources {
  readonly managedCluster: Read<ManagedCluster>;
  readonly membership: Read<Membership>;
  readonly clusterSku: Read<KnownSku>;
  readonly severalLoadBalancers: Read<boolean>;
}

/** Every kind that the pools may be of, by what was read. */
function poolsOf(helps: PoolKindSources, virtual: boolean): readonly Pools[] {
  const kinds = kindsOfPools(helps);
  // Whether a virtual node that nothing excludes is in a pool by address is not known.
  return virtual
    ? kinds.flatMap((each) => (each.byAddress ? [each, { ...each, virtualNodes: true }] : [each]))
    : kinds;
}

function kindsOfPools(helps: PoolKindSources): readonly Pools[] {
  const { managedCluster, clusterSku: sku } = helps;
  const profile = valueOr(managedCluster, undefined);
  const basic = sku.kind === 'read' && sku.value === 'basic';
  return kindsOf(helps).flatMap((byAddress) =>
    profile === undefined
      ? // Labels for other groups and roles count or not, as the profile says.
        [
          { byAddress, basic, nodeResourceGroup: undefined },
          { byAddress, basic: true, nodeResourceGroup: undefined },
          { byAddress, basic: false, nodeResourceGroup: '' },
        ]
      : [{ byAddress, basic, nodeResourceGroup: profile.nodeResourceGroup }],
  );
}

function reasonsOf(nodes: readonly Node[], pools: Pools): ReadonlyMap<Node, ExclusionReason> {
  return new Map(
    nodes.flatMap((node) => {
      const reason = barredFromPools(node, pools);
      return reason === undefined ? [] : [[node, reason] as const];
    }),
  );
}

/** By address, by NIC, or either: by what stands in the pools, else by what the cluster says. */
function kindsOf({
  membership: members,
  severalLoadBalancers: several,
  managedCluster,
}: PoolKindSources): readonly boolean[] {
  const either = [true, false];
  if (valueOr(several, false)) return [true];
  if (members.kind === 'unread') return either;
  const kinds = new Set(members.value.pools.flatMap(({ pool }) => pool.members[0]?.kind ?? []));
  if (kinds.size > 1) return either;
  if (kinds.size === 1) return [kinds.has('ip')];
  return managedCluster.kind === 'unread'
    ? either
    : [managedCluster.value.backendPoolType === 'nodeip'];
}

function whyUnknown(
  managedCluster: Read<ManagedCluster>,
  members: Read<Membership>,
  virtual: boolean,
): Reason {
  if (managedCluster.kind === 'unread') return lacking('managedCluster', managedCluster);
  if (members.kind === 'unread') return members;
  return {
    why: virtual
      ? 'whether a virtual node without the exclude label is in an IP-based backend pool is not known'
      : 'the backend pool type (NIC or IP) is not known, and it decides which labels count',
  };
}

interface AllExcluded {
  readonly cluster: Cluster;
  readonly managedCluster: Read<ManagedCluster>;
  readonly nodes: readonly Node[];
  readonly reasons: ReadonlyMap<Node, ExclusionReason>;
  readonly services: readonly LoadBalancerService[];
}

function faultOf(excluded: AllExcluded): Fault {
  const { cluster, nodes, reasons, services } = excluded;
  const counts = new Map<ExclusionReason, number>();
  for (const reason of reasons.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const causes = [...counts.keys()].toSorted(compareText);
  return {
    subject: { kind: 'Cluster', name: cluster.name },
    title: `None of the ${counted(nodes.length, 'node')} of ${cluster.name} can be a backend`,
    message: `${counted(services.length, 'LoadBalancer Service')} ${services.length === 1 ? 'has' : 'have'} no eligible node: ${itemized(causes.map((cause) => `${counted(counts.get(cause) ?? 0, 'node')} ${words[cause] ?? cause}`))}. Azure's cloud provider never empties a pool, so current members stay until their VMs are deleted; new nodes do not join, and new Services get no backends.`,
    causes,
    evidence: {
      nodes: nodes.length,
      services: services.length,
      reasons: Object.fromEntries(causes.map((cause) => [cause, counts.get(cause) ?? 0])),
      sample: nodes.slice(0, 10).map((node) => node.name),
    },
    fixes: fixesOf(excluded),
  };
}

const words: { readonly [Why in ExclusionReason]?: string } = {
  'exclude-label': 'with the exclude label',
  deleting: 'being deleted',
  'autoscaler-taint': 'being removed by the autoscaler',
  unmanaged: 'labeled as unmanaged',
  'other-resource-group': 'labeled for another resource group',
  'control-plane': 'of the control plane',
  'virtual-node': 'that are virtual nodes',
};

/** The pool with most labelled nodes comes back; where none is labelled, only the events tell more. */
function fixesOf({
  cluster,
  managedCluster,
  nodes,
  reasons,
  services,
}: AllExcluded): readonly Fix[] {
  const labelled = nodes.filter(
    (node) => reasons.get(node) === 'exclude-label' && !isVirtualNode(node),
  );
  const pools = [...Map.groupBy(labelled, poolNameOf).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const [largest] = pools;
  if (largest !== undefined) return [removeExcludeLabel(cluster, managedCluster, largest)];
  return services.slice(0, 1).map(lookAtEvents);
}
