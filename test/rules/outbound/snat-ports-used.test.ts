import { snatPortsUsed } from '../../../shared/rules/outbound/snat-ports-used.ts';
import { read, unread, type SnatPorts } from '../../../shared/model/index.ts';
import { metrics, node, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const nodes = [node('system-0'), node('user-0'), node('user-1')];
const ipOf = (at: number): string => nodes[at]?.internalIps[0] ?? '';

function used(
  ...rows: readonly (Partial<SnatPorts> & { readonly used: number })[]
): SnapshotChanges {
  const snat = rows.map((row) => ({
    backendIp: ipOf(1),
    protocol: 'TCP',
    allocated: 1000,
    ...row,
  }));
  return { nodes, loadBalancerMetrics: [metrics({ snat: read(snat) })] };
}

const medium = { subject: 'Cluster aks', severity: 'medium', causes: ['mostly-used'] } as const;
const high = { subject: 'Cluster aks', severity: 'high', causes: ['nearly-exhausted'] } as const;

describeRule(snatPortsUsed, {
  fires: [
    {
      name: 'one node at 80 %',
      given: used({ used: 800 }),
      finds: [
        {
          ...medium,
          evidence: {
            nodes: [{ node: 'user-0', protocol: 'TCP', used: 800, allocated: 1000, part: 0.8 }],
          },
        },
      ],
    },
    {
      name: 'two nodes, the worst first',
      given: used({ used: 760 }, { used: 990, backendIp: ipOf(2) }),
      finds: [{ ...high, evidence: { nodes: [{ node: 'user-1' }, { node: 'user-0' }] } }],
    },
  ],
  quiet: [
    { name: 'half of the ports are in use', given: used({ used: 500 }) },
    { name: 'no outbound ports are allocated', given: used({ used: 0, allocated: 0 }) },
    { name: 'nothing was measured', given: { nodes, loadBalancerMetrics: [metrics()] } },
  ],
  boundary: [
    { name: '74.9 %', given: used({ used: 749 }), finds: [] },
    { name: '75 %', given: used({ used: 750 }), finds: [medium] },
    { name: '94.9 %', given: used({ used: 949 }), finds: [medium] },
    { name: '95 %', given: used({ used: 950 }), finds: [high] },
    {
      name: 'UDP by itself',
      given: used({ used: 100 }, { used: 960, protocol: 'UDP' }),
      finds: [{ ...high, evidence: { nodes: [{ protocol: 'UDP' }] } }],
    },
    {
      name: 'limits of the policy',
      given: used({ used: 800 }),
      settings: { snatUsedMedium: 0.9, snatUsedHigh: 0.99 },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the ports of a load balancer were not read',
      given: { nodes, loadBalancerMetrics: [metrics({ snat: unread('UsedSnatPorts: 429') })] },
      why: 'aks: loadBalancerMetrics: UsedSnatPorts: 429',
    },
    {
      name: 'there is no right to metrics',
      given: { nodes, loadBalancerMetrics: unread('metrics: 403', 'forbidden') },
      why: 'loadBalancerMetrics: metrics: 403',
    },
  ],
});
