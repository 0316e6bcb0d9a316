import {
  portsPerAddress,
  type NodeCounts,
  type OutboundAddresses,
} from '../../load-balancing/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { itemized } from '../../fixes/text.ts';
import { egress, nodeCounting, outboundIps, type Cluster } from '../../facts/index.ts';
import { counted, reasonOf } from '../../model/index.ts';
import {
  fewerPorts,
  lowerMaximum,
  moreAddresses,
  natGateway,
  poolTexts,
  largestNodeCount,
} from '../../fixes/outbound-fixes.ts';

/** Finds clusters that may grow beyond what their outbound addresses have ports for. */
export const snatPortsExhausted = defineRule(
  {
    id: 'outbound/snat-ports-exhausted',
    title: 'Not enough SNAT ports for the maximum number of nodes',
    why: 'Each node gets a fixed number of SNAT ports; when none are left, scaling and upgrades fail.',
    remedy:
      'Add outbound addresses, allocate fewer ports per node, or use a NAT gateway for egress.',
    severity: 'medium',
    source: 'AKS: allocated outbound ports of the Standard load balancer',
  },
  { needs: ['managedCluster', egress, nodeCounting], helps: [outboundIps] },
  ({ cluster, managedCluster, egress: way, nodeCounting: countsOf, outboundIps: addresses }) => {
    if (way.kind === 'other' || way.ports === 0) return { faults: [] };
    if (addresses.kind === 'unread') return { faults: [], unknown: [reasonOf(addresses)] };
    const { ports } = way;
    const { open, doubtful, least } = addresses.value;
    const counts = countsOf(managedCluster);
    const fits = ports * largestNodeCount(counts) <= portsPerAddress * least;
    if (!fits && open.length === 0)
      return {
        faults: [
          faultOf(cluster, { ports, addresses: addresses.value, counts }, (limit) =>
            lowerMaximum(cluster, managedCluster, countsOf, limit),
          ),
        ],
      };
    if (fits && doubtful !== undefined) return { faults: [], unknown: [doubtful] };
    const [why] = fits ? counts.open : open;
    return { faults: [], unknown: why === undefined ? [] : [{ why }] };
  },
);

interface PortShortage {
  readonly ports: number;
  readonly addresses: OutboundAddresses;
  readonly counts: NodeCounts;
}

function faultOf(
  cluster: Cluster,
  { ports, addresses, counts }: PortShortage,
  lower: (nodes: number) => readonly Fix[],
): Fault {
  const nodes = largestNodeCount(counts);
  const room = Math.floor((portsPerAddress * addresses.least) / ports);
  const cause =
    counts.now > room ? 'node-count' : counts.most > room ? 'autoscaler-maximum' : 'upgrade-surge';
  const shared = counted(addresses.least, 'outbound address', 'outbound addresses');
  return {
    subject: { kind: 'Cluster', name: cluster.name },
    title: `SNAT ports suffice for ${counted(room, 'node')}; the cluster can scale to ${nodes}`,
    message: `Each node gets ${ports} SNAT ports from ${shared} with ${portsPerAddress} ports each: enough for ${counted(room, 'node')}. ${sentence(cause, counts)} Node pools: ${itemized(poolTexts(counts))}. Above ${room} nodes, scaling out and upgrades fail because no ports are left, and a node without ports cannot open outbound connections.`,
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
      return `The cluster already has ${now} nodes.`;
    case 'autoscaler-maximum':
      return `It has ${now} nodes now, and the autoscaler can scale it to ${most}.`;
    case 'upgrade-surge':
      return `${now === most ? `Its ${now} nodes fit` : `The autoscaler maximum of ${most} fits`}, but upgrades add ${surge} more, which do not.`;
  }
}
