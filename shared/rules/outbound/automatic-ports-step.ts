import {
  automaticPorts,
  nodesOfStep,
  outboundAddresses,
  type NodeCounts,
} from '../../load-balancing/index.ts';
import type { ClusterSnapshot } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { counted, itemized } from '../../fixes/text.ts';
import { egressOf } from '../../facts/egress.ts';
import {
  countsOf,
  lowerMaximum,
  moreAddresses,
  natGateway,
  poolTexts,
  sizeOf,
} from '../../fixes/outbound-fixes.ts';

/** Finds clusters that may grow over a step at which Azure halves the outbound ports of every node. */
export const automaticPortsStep = defineRule(
  {
    id: 'outbound/automatic-ports-step',
    title: 'Growth halves the outbound ports of every node',
    why: 'Where ports are dealt out by the number of nodes, one node too many takes half of everyone’s and breaks connections.',
    remedy: 'Give each node a fixed number of ports, with addresses to match.',
    severity: 'low',
    source: 'AKS: allocated outbound ports; Azure: default port allocation',
  },
  ['managedCluster'],
  ({ managedCluster }, { snapshot }) => {
    const egress = egressOf(managedCluster, snapshot);
    if (egress.kind === 'unknown') return { faults: [], unknown: [egress.why] };
    if (egress.kind === 'other' || egress.ports > 0) return { faults: [] };
    const counts = countsOf(snapshot, managedCluster);
    if (automaticPorts(sizeOf(counts)) < automaticPorts(counts.now))
      return { faults: [faultOf(counts, snapshot)] };
    return { faults: [], unknown: counts.open.slice(0, 1) };
  },
);

function faultOf(counts: NodeCounts, snapshot: ClusterSnapshot): Fault {
  const nodes = sizeOf(counts);
  const limit = nodesOfStep(counts.now);
  const [before, after] = [automaticPorts(counts.now), automaticPorts(nodes)];
  const addresses = outboundAddresses(snapshot);
  return {
    subject: { kind: 'Cluster', name: snapshot.name },
    title: `Beyond ${limit} nodes every node has ${after} outbound ports in place of ${before}`,
    message: `Azure deals out the outbound ports by the number of nodes: with ${counted(counts.now, 'node')} each has ${before}, from ${limit + 1} on fewer. The cluster may grow to ${counts.most}, and to ${nodes} while pools are upgraded, which leaves ${after} for each. Node pools: ${itemized(poolTexts(counts))}. At the step the ports of running nodes are taken away: connections outwards break, and nodes that hold more than ${after} to one destination run out.`,
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
    fixes: [
      ...(addresses === undefined
        ? []
        : moreAddresses(snapshot, addresses, { ports: before, nodes })),
      ...lowerMaximum(snapshot, limit),
      natGateway(snapshot),
    ],
  };
}
