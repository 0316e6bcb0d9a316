import {
  portsPerAddress,
  type NodeCounts,
  type OutboundAddresses,
} from '../load-balancing/index.ts';
import type { Cluster } from '../facts/index.ts';
import { compacted, counted, type ManagedCluster } from '../model/index.ts';
import { aksNodePool, aksUpdate } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Fixes for the way out of a cluster; each says what it costs. Commands are shown, never run. */

/** What so many ports for each of so many nodes takes. */
export interface Demand {
  readonly ports: number;
  readonly nodes: number;
}

/** AKS manages no more for one cluster. */
const mostManagedAddresses = 100;
/** Azure deals out ports in eights. */
const portUnit = 8;

/** Ports for the demand, and addresses that have as many; not offered where AKS allows no more of them. */
export function moreAddresses(
  cluster: Cluster,
  addresses: OutboundAddresses,
  { ports, nodes }: Demand,
): readonly Fix[] {
  const { least } = addresses;
  const wanted = Math.max(least, Math.ceil((ports * nodes) / portsPerAddress));
  if (wanted > mostManagedAddresses) return [];
  const more = wanted - least;
  const flags = more === 0 ? '' : `${addressFlag(addresses, wanted)} `;
  return [
    {
      title: `Allocate ${ports} outbound ports per node for ${nodes} nodes, with ${counted(wanted, 'outbound address', 'outbound addresses')}`,
      steps: [aksUpdate(cluster, `${flags}--load-balancer-outbound-ports ${ports}`)],
      price: compacted([
        more !== 0 &&
          `${counted(more, 'more public IP address', 'more public IP addresses')} to pay for, and to add to the allow lists of external systems`,
        portsAnew,
      ]),
    },
  ];
}

/** The list of addresses is replaced as a whole: those that are there stay in it. */
function addressFlag({ managed, ids }: OutboundAddresses, wanted: number): string {
  if (managed) return `--load-balancer-managed-outbound-ip-count ${wanted}`;
  const prefixes = ids.some((id) => id.includes('/publicipprefixes/'));
  const list = compacted([
    ...ids.slice(0, 3).map(quoted),
    ids.length > 3 && 'OTHER_IDS',
    'NEW_IDS',
  ]);
  return `--load-balancer-outbound-${prefixes ? 'ip-prefixes' : 'ips'} ${list.join(',')}`;
}

const portsAnew = 'outbound connections may break while ports are reallocated';

/** So many ports that every node gets its part of what there is. */
export function fewerPorts(
  cluster: Cluster,
  addresses: OutboundAddresses,
  nodes: number,
): readonly Fix[] {
  const ports = Math.floor((portsPerAddress * addresses.least) / nodes / portUnit) * portUnit;
  if (ports < portUnit) return [];
  return [
    {
      title: `Allocate ${ports} outbound ports per node`,
      steps: [aksUpdate(cluster, `--load-balancer-outbound-ports ${ports}`)],
      price: [
        `all pods of a node together can have at most ${ports} concurrent connections to one external address and port`,
        portsAnew,
      ],
    },
  ];
}

/** The largest limit of one autoscaled pool that keeps the cluster within so many nodes, where one pool alone can do that. */
export function lowerMaximum(
  cluster: Cluster,
  managedCluster: ManagedCluster,
  countsOf: (managedCluster: ManagedCluster) => NodeCounts,
  nodes: number,
): readonly Fix[] {
  const scaled = managedCluster.nodePools
    .filter((pool) => pool.autoscaling && pool.maxCount !== undefined)
    .toSorted((a, b) => (b.maxCount ?? 0) - (a.maxCount ?? 0));
  for (const pool of scaled) {
    const least = Math.max(pool.minCount ?? 0, pool.count ?? 0, 1);
    for (let maxCount = (pool.maxCount ?? 0) - 1; maxCount >= least; maxCount--) {
      const nodePools = managedCluster.nodePools.map((each) =>
        each === pool ? { ...pool, maxCount } : each,
      );
      if (largestNodeCount(countsOf({ ...managedCluster, nodePools })) > nodes) continue;
      return [
        {
          title: `Limit pool ${pool.name} to ${maxCount} nodes`,
          steps: [
            aksNodePool(
              cluster,
              'update',
              pool.name,
              `--update-cluster-autoscaler --min-count ${pool.minCount ?? 0} --max-count ${maxCount}`,
            ),
          ],
          price: [`pods that need more than ${maxCount} nodes of the pool stay Pending`],
        },
      ];
    }
  }
  return [];
}

/** Another way out, without a fixed number of ports per node. */
export function natGateway(cluster: Cluster): Fix {
  return {
    title: 'Use a NAT gateway for egress (allocates SNAT ports on demand)',
    steps: [useManagedNatGateway(cluster)],
    price: [
      'egress IP addresses change, and outbound connections break once',
      'the gateway is billed per hour and per GB processed',
      'with your own virtual network you create the gateway yourself (userAssignedNATGateway)',
    ],
  };
}

/** The step of {@link natGateway}. */
export function useManagedNatGateway(cluster: Cluster): FixStep {
  const flags = '--outbound-type managedNATGateway --nat-gateway-managed-outbound-ip-count 2';
  return aksUpdate(cluster, flags);
}

/** Every node that may be there at a time. */
export function largestNodeCount({ most, surge }: NodeCounts): number {
  return most + surge;
}

/** `user: up to 10, 1 more during upgrades` */
export function poolTexts({ pools }: NodeCounts): readonly string[] {
  return pools
    .filter(({ most }) => most > 0)
    .map(({ name, most, surge }) =>
      surge === 0
        ? `${name}: up to ${most}`
        : `${name}: up to ${most}, ${surge} more during upgrades`,
    );
}
