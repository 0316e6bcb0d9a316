import { addressFamilyGap } from '../../../shared/rules/backend/address-family-gap.ts';
import { unread, type Node } from '../../../shared/model/index.ts';
import {
  dualStack,
  excludedNode,
  ipMember,
  ipv6Member,
  loadBalancer,
  nicMember,
  node,
  service,
  vmMember,
  vmNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const dual = service({ ipFamilies: ['IPv4', 'IPv6'] });
const a = node('user-0', { internalIps: ['10.224.4.4', 'fd00::4'] });
const b = node('user-1', { internalIps: ['10.224.4.5', 'fd00::5'] });
const found = {
  subject: 'Node user-1',
  severity: 'low',
  causes: ['node-missing-from-pool'],
} as const;

/** Nodes in the pool of either family. */
function given(nodes: readonly Node[], ipv4: readonly Node[], ipv6: readonly Node[]) {
  return {
    nodes,
    services: [dual],
    loadBalancers: [dualStack(ipv4.map(ipMember), ipv6.map(ipv6Member))],
  } satisfies SnapshotChanges;
}

const single = node('user-1');
const windows = node('user-1', {
  internalIps: b.internalIps,
  labels: new Map([['kubernetes.azure.com/os-sku', 'Windows2019']]),
});

describeRule(addressFamilyGap, {
  fires: [
    {
      name: 'in the pool of IPv4 only, with an address of IPv6',
      given: given([a, b], [a, b], [a]),
      finds: [
        {
          ...found,
          evidence: { in: ['kubernetes/kubernetes'], notIn: ['kubernetes/kubernetes-IPv6'] },
        },
      ],
    },
    {
      name: 'without an address of IPv6',
      given: given([a, single], [a, single], [a]),
      finds: [{ ...found, causes: ['no-address-of-family'] }],
    },
    {
      name: 'Windows Server 2019 knows no IPv6 backends',
      given: given([a, windows], [a, windows], [a]),
      finds: [{ ...found, causes: ['windows-2019'] }],
    },
    {
      name: 'the other way round',
      given: given([a, b], [a], [a, b]),
      finds: [{ ...found, evidence: { notIn: ['kubernetes/kubernetes'] } }],
    },
    {
      name: 'one finding for a node that two load balancers lack',
      given: {
        nodes: [a, b],
        services: [
          dual,
          service({ name: 'api', uid: 'b'.repeat(36), ipFamilies: ['IPv4', 'IPv6'] }),
        ],
        loadBalancers: [
          dualStack([a, b].map(ipMember), [ipv6Member(a)]),
          dualStack([a, b].map(ipMember), [ipv6Member(a)], {
            name: 'kubernetes-internal',
            key: `a${'b'.repeat(31)}`,
          }),
        ],
      },
      finds: [found],
    },
  ],
  quiet: [
    { name: 'one family, one pool', given: {} },
    { name: 'every node in both', given: given([a, b], [a, b], [a, b]) },
    { name: 'in neither: other rules', given: given([a, b], [a], [a]) },
    {
      name: 'labelled out, and still in one',
      given: given([a, excludedNode('user-1')], [a, single], [a]),
    },
    {
      name: 'the pool of IPv6 belongs to no rule of a Service',
      given: {
        nodes: [a, b],
        loadBalancers: [
          {
            ...loadBalancer({ members: [a, b].map(ipMember) }),
            backendPools: [
              ...loadBalancer({ members: [a, b].map(ipMember) }).backendPools,
              ...loadBalancer({ poolName: 'kubernetes-IPv6', members: [] }).backendPools,
            ],
          },
        ],
      },
    },
  ],
  boundary: [
    {
      name: 'the suffix of the pool in lower case, as others write it',
      given: {
        ...given([a, b], [a, b], [a]),
        loadBalancers: [
          dualStack([a, b].map(ipMember), [ipv6Member(a)], { poolName: 'Kubernetes' }),
        ],
      },
      finds: [found],
    },
    {
      name: 'a Service with pools of its own',
      given: {
        nodes: [a, b],
        services: [dual],
        loadBalancers: [dualStack([a, b].map(ipMember), [ipv6Member(a)], { poolName: 'shop-web' })],
      },
      finds: [{ ...found, evidence: { notIn: ['kubernetes/shop-web-IPv6'] } }],
    },
  ],
  unknown: [
    {
      name: 'NICs that lead to members were not read',
      given: {
        nodes: [a, vmNode('user-1')],
        services: [dual],
        networkInterfaces: unread('403'),
        loadBalancers: [dualStack([nicMember(a), vmMember(vmNode('user-1'))], [nicMember(a)])],
      },
      why: 'kubernetes: networkInterfaces: 403',
    },
  ],
});
