import { heldByOtherLoadBalancer } from '../../../shared/rules/backend/held-by-other-load-balancer.ts';
import { unread, type Node } from '../../../shared/model/index.ts';
import {
  childId,
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  vmMember,
  vmNode,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const a = node('user-0');
const b = node('user-1');
const found = {
  subject: 'Node user-1',
  severity: 'high',
  causes: ['held-by-other-load-balancer'],
} as const;

/** `user-0` in the cluster's pool, the other node in that of another load balancer. */
function held(one: Node, by: LoadBalancerChanges = {}, own: LoadBalancerChanges = {}) {
  return {
    nodes: [a, one],
    loadBalancers: [
      loadBalancer({ members: [nicMember(a)], ...own }),
      loadBalancer({ name: 'legacy', key: 'legacy', members: [nicMember(one)], ...by }),
    ],
  } satisfies SnapshotChanges;
}

/** A machine of its own whose NIC says which pools it is in. */
function listed(...pools: readonly string[]) {
  const one = vmNode('user-1');
  const [configuration] = nicOf(one).ipConfigurations;
  if (configuration === undefined) throw new Error('a NIC has an ip configuration');
  const backendPoolIds = pools.map((name) => childId(name, 'backendAddressPools', 'pool'));
  return {
    nodes: [a, one],
    networkInterfaces: [nicOf(one, { ipConfigurations: [{ ...configuration, backendPoolIds }] })],
    loadBalancers: [loadBalancer({ members: [nicMember(a)] })],
  } satisfies SnapshotChanges;
}

describeRule(heldByOtherLoadBalancer, {
  fires: [
    {
      name: 'an instance of a scale set is in the pool of an unrelated load balancer',
      given: held(b),
      finds: [
        {
          ...found,
          evidence: {
            nodePool: 'user',
            heldBy: ['legacy/kubernetes'],
            notIn: ['kubernetes/kubernetes'],
          },
        },
      ],
    },
    {
      name: 'a NIC says so itself, of a load balancer that nobody read',
      given: listed('elsewhere'),
      finds: [{ ...found, evidence: { heldBy: ['elsewhere/pool'] } }],
    },
    {
      name: 'an internal one with another name',
      given: held(b, { name: 'legacy-internal' }),
      finds: [{ ...found, evidence: { heldBy: ['legacy-internal/kubernetes'] } }],
    },
    {
      name: 'a Basic one holds it as well',
      given: held(b, { sku: 'basic' }),
      finds: [found],
    },
    {
      name: 'not Ready, which is no matter',
      given: held(node('user-1', { ready: 'false' })),
      finds: [found],
    },
  ],
  quiet: [
    { name: 'every node is in the cluster’s own pool only', given: {} },
    {
      name: 'the internal twin is no other load balancer',
      given: held(b, { name: 'kubernetes-internal' }),
    },
    { name: 'the twin in capitals', given: held(b, { name: 'Kubernetes-INTERNAL' }) },
    { name: 'a NIC that is in no pool', given: listed() },
    {
      name: 'the outbound pool holds nothing back',
      given: held(b, { poolName: 'aksOutboundBackendPool' }),
    },
    {
      name: 'pools by address do not ask what else holds a NIC',
      given: {
        nodes: [a, b],
        managedCluster: managedCluster({ backendPoolType: 'nodeip' }),
        loadBalancers: [
          loadBalancer({ members: [ipMember(a)] }),
          loadBalancer({ name: 'legacy', key: 'legacy', members: [nicMember(b)] }),
        ],
      },
    },
    { name: 'labelled out: it would not be a backend anyway', given: held(excludedNode('user-1')) },
  ],
  boundary: [
    {
      name: 'in the cluster’s pool and in another one: it stays where it is',
      given: held(b, {}, { members: [nicMember(a), nicMember(b)] }),
      finds: [],
    },
    {
      name: 'a Basic load balancer of the cluster does not ask',
      given: held(b, {}, { sku: 'basic' }),
      finds: [],
    },
    {
      name: 'an empty pool of a cluster by address',
      given: {
        ...held(b, {}, { members: [] }),
        managedCluster: managedCluster({ backendPoolType: 'nodeip' }),
      },
      finds: [],
    },
    {
      name: 'an empty pool of a cluster by NIC',
      given: held(b, {}, { members: [] }),
      finds: [found],
    },
  ],
  unknown: [
    {
      name: 'the NICs were not read, and a machine of its own may be anywhere',
      given: { ...listed('elsewhere'), networkInterfaces: unread('403') },
      why: 'user-1: networkInterfaces: 403',
    },
    {
      name: 'a node of a scale set is found without them',
      given: {
        ...held(b),
        networkInterfaces: unread('403'),
        nodes: [a, b, vmNode('vm-0')],
        loadBalancers: [
          loadBalancer({ members: [nicMember(a), vmMember(vmNode('vm-0'))] }),
          loadBalancer({ name: 'legacy', key: 'legacy', members: [nicMember(b)] }),
        ],
      },
      finds: [found],
      why: 'vm-0: networkInterfaces: 403',
    },
  ],
});
