import { counted } from '../../model/index.ts';
import { automaticPorts, nodesOfStep, type NodeCounts } from '../../load-balancing/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { itemized } from '../../fixes/text.ts';
import { egress, nodeCounting, outboundIps, type Cluster } from '../../facts/index.ts';
import {
  lowerMaximum,
  moreAddresses,
  natGateway,
  poolTexts,
  largestNodeCount,
  type Demand,
} from '../../fixes/outbound-fixes.ts';

/** Finds clusters that may grow over a step at which Azure halves the outbound ports of every node. */
export const automaticPortsStep = defineRule(
  {
    id: 'outbound/automatic-ports-step',
    title: 'Scaling up will reduce the SNAT ports per node',
    why: 'With automatic allocation, one node over the limit halves every node’s ports and breaks connections.',
    remedy: 'Allocate a fixed number of ports per node, with enough outbound addresses.',
    severity: 'low',
    source: 'AKS: allocated outbound ports; Azure: default port allocation',
  },
  { needs: ['managedCluster', egress, nodeCounting], helps: [outboundIps] },
  ({ cluster, managedCluster, egress: way, nodeCounting: countsOf, outboundIps: addresses }) => {
    if (way.kind === 'other' || way.ports > 0) return { faults: [] };
    const counts = countsOf(managedCluster);
    if (automaticPorts(largestNodeCount(counts)) < automaticPorts(counts.now))
      return {
        faults: [
          faultOf(cluster, counts, (limit, demand) => [
            ...(addresses.kind === 'read' ? moreAddresses(cluster, addresses.value, demand) : []),
            ...lowerMaximum(cluster, managedCluster, countsOf, limit),
            natGateway(cluster),
          ]),
        ],
      };
    return { faults: [], unknown: counts.open.slice(0, 1).map((why) => ({ why })) };
  },
);

function faultOf(
  { name }: Cluster,
  counts: NodeCounts,
  fixesFor: (limit: number, demand: Demand) => readonly Fix[],
): Fault {
  const nodes = largestNodeCount(counts);
  const limit = nodesOfStep(counts.now);
  const [before, after] = [automaticPorts(counts.now), automaticPorts(nodes)];
  return {
    subject: { kind: 'Cluster', name },
    title: `Above ${limit} nodes, every node has ${after} SNAT ports instead of ${before}`,
    message: `Azure allocates SNAT ports by the number of nodes: with ${counted(counts.now, 'node')} each has ${before}, from ${limit + 1} nodes fewer. The cluster can grow to ${counts.most} nodes, and to ${nodes} during upgrades, which leaves ${after} per node. Node pools: ${itemized(poolTexts(counts))}. When the limit is crossed, running nodes lose ports: outbound connections break, and nodes that hold more than ${after} to one destination run out.`,
    causes: [counts.most > limit ? 'autoscaler-maximum' : 'upgrade-surge'],
    evidence: {
      portsNow: before,
      portsThen: after,
      step: limit,
      nodesNow: counts.now,
      mostNodes: counts.most,
      surgeNodes: counts.surge,
      nodePools: poolTexts(counts),
    },
    fixes: fixesFor(limit, { ports: before, nodes }),
  };
}
