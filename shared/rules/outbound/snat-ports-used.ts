import { counted, lacking, listed, percent, valueOr, type SnatPorts } from '../../model/index.ts';
import { clusterView, type Cluster } from '../../facts/index.ts';
import { aksUpdate } from '../../fixes/commands.ts';
import { useManagedNatGateway } from '../../fixes/outbound-fixes.ts';
import { canonicalAddress } from '../../load-balancing/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';

interface NodeUse {
  readonly node: string;
  readonly part: number;
  readonly ports: SnatPorts;
}

/** Finds clusters with nodes that have most of their outbound ports in use, as Azure Monitor counts them. */
export const snatPortsUsed = defineRule(
  {
    id: 'outbound/snat-ports-used',
    title: 'Nodes are running out of SNAT ports',
    why: 'A node without a free SNAT port cannot open outbound connections: they time out without any other error.',
    remedy:
      'Reuse connections, allocate more ports per node, add outbound addresses, or use a NAT gateway.',
    severity: 'medium',
    source: 'Azure: SNAT port allocation; metrics UsedSnatPorts and AllocatedSnatPorts',
  },
  { needs: ['loadBalancerMetrics', clusterView] },
  ({ loadBalancerMetrics, clusterView: view, cluster }, { settings }) => {
    const nameOf = new Map(
      [...view.nodes].flatMap(([name, { node }]) =>
        node.internalIps.map((ip) => [canonicalAddress(ip), String(name)] as const),
      ),
    );
    const used = loadBalancerMetrics
      .flatMap(({ snat }) => valueOr(snat, []))
      .filter(({ allocated }) => allocated > 0)
      .map((ports): NodeUse => ({
        node: nameOf.get(canonicalAddress(ports.backendIp)) ?? ports.backendIp,
        part: ports.used / ports.allocated,
        ports,
      }))
      .filter(({ part }) => part >= settings.snatUsedMedium)
      .toSorted((a, b) => b.part - a.part || (a.node < b.node ? -1 : 1));
    return {
      faults: used.length === 0 ? [] : [faultOf(used, cluster, settings.snatUsedHigh)],
      unknown: loadBalancerMetrics.flatMap(({ snat }) =>
        snat.kind === 'unread'
          ? [{ subject: { name: cluster.name }, ...lacking('loadBalancerMetrics', snat) }]
          : [],
      ),
    };
  },
);

function faultOf(used: readonly NodeUse[], cluster: Cluster, high: number): Fault {
  const nodes = [...new Set(used.map(({ node }) => node))];
  const most = used[0]?.part ?? 0;
  return {
    subject: { kind: 'Cluster', name: cluster.name },
    severity: most >= high ? 'high' : 'medium',
    title: `${counted(nodes.length, 'node')} of ${cluster.name} ${nodes.length === 1 ? 'uses' : 'use'} up to ${percent(most)} of the SNAT ports`,
    message: `In the last hour ${listed(used.map(({ node, part, ports }) => `${node} used ${Math.round(ports.used)} of ${Math.round(ports.allocated)} ${ports.protocol} ports (${percent(part)})`))}. With all ports in use, new outbound connections from the node fail.`,
    causes: [most >= high ? 'nearly-exhausted' : 'mostly-used'],
    evidence: {
      nodes: used.map(({ node, part, ports }) => ({
        node,
        protocol: ports.protocol,
        used: Math.round(ports.used),
        allocated: Math.round(ports.allocated),
        part: Math.round(part * 1000) / 1000,
      })),
    },
    fixes: fixesFor(cluster),
  };
}

function fixesFor(cluster: Cluster): readonly Fix[] {
  return [
    {
      title: 'Use a NAT gateway for egress (allocates SNAT ports on demand)',
      steps: [useManagedNatGateway(cluster)],
      price: ['egress IP addresses change, and open connections break once', 'billed by the hour'],
    },
    {
      title: 'Allocate more SNAT ports per node and add outbound addresses',
      steps: [
        aksUpdate(
          cluster,
          '--load-balancer-outbound-ports PORTS --load-balancer-managed-outbound-ip-count ADDRESSES',
        ),
      ],
      price: ['each address is billed', 'open connections may break while ports are reallocated'],
    },
  ];
}
