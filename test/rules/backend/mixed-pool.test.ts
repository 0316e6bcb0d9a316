import { mixedPool } from '../../../shared/rules/backend/mixed-pool.ts';
import {
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const a = node('user-0');
const b = node('user-1');
const found = {
  subject: 'LoadBalancer kubernetes',
  severity: 'medium',
  causes: ['pool-type-half-changed'],
} as const;

function given(...balancers: readonly LoadBalancerChanges[]): SnapshotChanges {
  return { nodes: [a, b], loadBalancers: balancers.map(loadBalancer) };
}

const both = [nicMember(a), ipMember(b)];

describeRule(mixedPool, {
  fires: [
    {
      name: 'one node by its NIC, the other by its address',
      given: given({ members: both }),
      finds: [{ ...found, evidence: { pools: [{ pool: 'kubernetes', nics: 1, addresses: 1 }] } }],
    },
    {
      name: 'the same node twice, by NIC and by address',
      given: given({ members: [nicMember(a), nicMember(b), ipMember(a)] }),
      finds: [{ ...found, evidence: { pools: [{ pool: 'kubernetes', nics: 2, addresses: 1 }] } }],
    },
    {
      name: 'while the cluster says that it wants addresses',
      given: {
        ...given({ members: both }),
        managedCluster: managedCluster({
          backendPoolType: 'nodeip',
          provisioningState: 'Updating',
        }),
      },
      finds: [{ ...found, evidence: { backendPoolType: 'nodeip', clusterState: 'Updating' } }],
    },
    {
      name: 'the public and the internal load balancer',
      given: given({ members: both }, { name: 'kubernetes-internal', members: both }),
      finds: [found, { ...found, subject: 'LoadBalancer kubernetes-internal' }],
    },
  ],
  quiet: [
    { name: 'by NIC only', given: {} },
    { name: 'by address only', given: given({ members: [ipMember(a), ipMember(b)] }) },
    { name: 'empty', given: given({}) },
    {
      name: 'the outbound pool, which is by NIC whatever the others are',
      given: given({ poolName: 'aksOutboundBackendPool', members: both }),
    },
  ],
  boundary: [
    {
      name: 'one pool by NIC, the other by address: each is of one kind',
      given: {
        nodes: [a, b],
        loadBalancers: [
          {
            ...loadBalancer({ members: [nicMember(a)] }),
            backendPools: [
              ...loadBalancer({ members: [nicMember(a)] }).backendPools,
              ...loadBalancer({ poolName: 'shop-web', members: [ipMember(a)] }).backendPools,
            ],
          },
        ],
      },
      finds: [],
    },
  ],
  unknown: [],
});
