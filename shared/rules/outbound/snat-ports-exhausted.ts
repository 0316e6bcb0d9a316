import {
  portsPerAddress,
  type NodeCounts,
  type OutboundAddresses,
} from '../../load-balancing/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { counted, itemized } from '../../fixes/text.ts';
import { egress, nodeCounting, outboundIps, type Cluster } from '../../facts/index.ts';
import {
  fewerPorts,
  lowerMaximum,
  moreAddresses,
  natGateway,
  poolTexts,
  sizeOf,
} from '../../fixes/outbound-fixes.ts';

/** Finds clusters that may grow beyond what their outbound addresses have ports for. */
export const snatPortsExhausted = defineRule(
  {
    id: 'outbound/snat-ports-exhausted',
    title: 'There are not enough outbound ports for all the nodes that may come',
    why: 'Each node is given a fixed number of ports; once they are dealt out, scaling and upgrades fail.',
    remedy: 'Add outbound addresses, give each node fewer ports, or leave by a NAT gateway.',
    severity: 'medium',
    source: 'AKS: allocated outbound ports of the Standard load balancer',
  },
  { needs: ['managedCluster', egress, nodeCounting], helps: [outboundIps] },
  ({ cluster, managedCluster, egress: way, nodeCounting: countsOf, outboundIps: addresses }) => {
    if (way.kind === 'other' || way.ports === 0) return { faults: [] };
    if (addresses.kind === 'unread') return { faults: [], unknown: [addresses.why] };
    const { ports } = way;
    const { open, doubtful = [], least } = addresses.value;
    const counts = countsOf(managedCluster);
    const fits = ports * sizeOf(counts) <= portsPerAddress * least;
    if (!fits && open.length === 0)
      return {
        faults: [
          faultOf(cluster, { ports, addresses: addresses.value, counts }, (limit) =>
            lowerMaximum(cluster, managedCluster, countsOf, limit),
          ),
        ],
      };
    return { faults: [], unknown: (fits ? [...doubtful, ...counts.open] : open).slice(0, 1) };
  },
);

interface Found {
  readonly ports: number;
  readonly addresses: OutboundAddresses;
  readonly counts: NodeCounts;
}

function faultOf(
  cluster: Cluster,
  { ports, addresses, counts }: Found,
  lower: (nodes: number) => readonly Fix[],
): Fault {
  const nodes = sizeOf(counts);
  const room = Math.floor((portsPerAddress * addresses.least) / ports);
  const cause =
    counts.now > room ? 'node-count' : counts.most > room ? 'autoscaler-maximum' : 'upgrade-surge';
  const shared = counted(addresses.least, 'outbound address', 'outbound addresses');
  return {
    subject: { kind: 'Cluster', name: cluster.name },
    title: `Outbound ports are enough for ${counted(room, 'node')}, and ${nodes} may come`,
    message: `Each node is given ${ports} ports of ${shared}, ${portsPerAddress} ports each: enough for ${counted(room, 'node')}. ${sentence(cause, counts)} Node pools: ${itemized(poolTexts(counts))}. Beyond ${room} Azure has no ports left for a new node: scaling out or upgrading fails, and a node without ports cannot open connections outwards.`,
    causes: [cause],
    evidence: {
      allocatedPorts: ports,
      outboundAddresses: addresses.least,
      roomForNodes: room,
      nodesNow: counts.now,
      mostNodes: counts.most,
      surgeNodes: counts.surge,
      nodePools: poolTexts(counts),
    },
    fixes: [
      ...moreAddresses(cluster, addresses, { ports, nodes }),
      ...fewerPorts(cluster, addresses, nodes),
      ...lower(room),
      natGateway(cluster),
    ],
  };
}

function sentence(
  cause: 'node-count' | 'autoscaler-maximum' | 'upgrade-surge',
  { now, most, surge }: NodeCounts,
): string {
  switch (cause) {
    case 'node-count':
      return `There are ${now} nodes already.`;
    case 'autoscaler-maximum':
      return `There are ${now} now, and the autoscaler may bring ${most}.`;
    case 'upgrade-surge':
      return `There may be ${most}, which fits, and ${surge} more while pools are upgraded, which does not.`;
  }
}
