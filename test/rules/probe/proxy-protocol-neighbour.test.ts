import { proxyProtocolNeighbour } from '../../../shared/rules/probe/proxy-protocol-neighbour.ts';
import {
  unread,
  type LoadBalancer,
  type LoadBalancerService,
} from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  service,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const members = [nicMember(node('user-0')), nicMember(node('user-1'))];
const link = { 'azure-pls-create': 'true', 'azure-pls-proxy-protocol': 'true' };
const otherUid = '11111111-2222-3333-4444-555555555555';
const otherKey = `a${otherUid.replaceAll('-', '')}`.slice(0, 32);

/** Service `shop/web` beside `shop/link`, whose rule is on the same load balancer. */
function beside(
  annotations: Readonly<Record<string, string>>,
  changes: LoadBalancerChanges = {},
  own: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  const first = loadBalancer({ members, ...changes });
  const second = loadBalancer({ key: otherKey, ports: [{ port: 81 }], probe: 'none' });
  const both: LoadBalancer = { ...first, rules: [...first.rules, ...second.rules] };
  const neighbour = service({
    name: 'link',
    uid: otherUid,
    annotations: azure(annotations),
    ports: [{ name: '', protocol: 'TCP', port: 81, nodePort: 30_081 }],
  });
  return { services: [service(own), neighbour], loadBalancers: [both] };
}

const found = [
  {
    subject: 'Service shop/web',
    severity: 'high',
    causes: ['proxy-protocol'],
    evidence: { neighbour: 'shop/link' },
  },
] as const;

describeRule(proxyProtocolNeighbour, {
  fires: [
    { name: 'the health check of Local', given: beside(link), finds: found },
    {
      name: 'the shared probe of Cluster',
      given: beside(link, { probe: 'kube-proxy' }, { externalTrafficPolicy: 'Cluster' }),
      finds: found,
    },
  ],
  quiet: [
    { name: 'no Private Link Service', given: beside({}) },
    { name: 'without the PROXY protocol', given: beside({ 'azure-pls-create': 'true' }) },
    { name: 'a probe of the node port', given: beside(link, { probe: 'node-port' }) },
  ],
  boundary: [
    {
      name: 'PROXY protocol asked for and no Private Link Service',
      given: beside({ 'azure-pls-proxy-protocol': 'true' }),
      finds: [],
    },
    {
      name: 'in another letter case',
      given: beside({ ...link, 'azure-pls-create': 'True' }),
      finds: found,
    },
  ],
  unknown: [
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});
