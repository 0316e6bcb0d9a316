import { eligibleNodeMissing } from '../../../shared/rules/backend/eligible-node-missing.ts';
import { armId, unread, type Node } from '../../../shared/model/index.ts';
import {
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  service,
  taint,
  virtualNode,
  vmMember,
  vmNode,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const a = node('user-0');
const b = node('user-1');
const system = node('system-0');
const missing = {
  subject: 'LoadBalancer kubernetes',
  severity: 'medium',
  causes: ['node-missing-from-pool'],
} as const;

/** A pool with the nodes named, in a cluster that has one more. */
function lacking(one: Node, members: readonly Node[] = [a], changes: LoadBalancerChanges = {}) {
  return {
    nodes: [...members, one],
    loadBalancers: [loadBalancer({ members: members.map(nicMember), ...changes })],
  } satisfies SnapshotChanges;
}

const nodeIp = managedCluster({ backendPoolType: 'nodeip' });
const dual = { ipFamilies: ['IPv4', 'IPv6'] as const };
const outbound = loadBalancer({
  poolName: 'aksOutboundBackendPool',
  members: [nicMember(a), nicMember(b)],
}).backendPools;

describeRule(eligibleNodeMissing, {
  fires: [
    {
      name: 'a Ready node is in no pool, and nothing says why',
      given: lacking(b),
      finds: [
        {
          ...missing,
          evidence: { nodes: ['user-1'], nodePools: ['user'], pools: ['kubernetes/kubernetes'] },
        },
      ],
    },
    {
      name: 'cordoned, which is no reason for Azure',
      given: lacking(node('user-1', { unschedulable: true })),
      finds: [missing],
    },
    {
      name: 'the outbound pool alone is egress, and no way in',
      given: {
        nodes: [a, b],
        loadBalancers: [
          {
            ...loadBalancer({ members: [nicMember(a)] }),
            backendPools: [...outbound, ...loadBalancer({ members: [nicMember(a)] }).backendPools],
          },
        ],
      },
      finds: [missing],
    },
    {
      name: 'a pool by address lacks the address of a node',
      given: {
        managedCluster: nodeIp,
        nodes: [a, b],
        loadBalancers: [loadBalancer({ members: [ipMember(a)] })],
      },
      finds: [missing],
    },
    {
      name: 'Basic: a node of the VM set that the load balancer takes',
      given: lacking(b, [a], { sku: 'basic' }),
      finds: [missing],
    },
    {
      name: 'a machine of its own whose NIC is in no pool',
      given: { ...lacking(vmNode('user-1')), networkInterfaces: [nicOf(vmNode('user-1'))] },
      finds: [missing],
    },
    {
      name: 'the public and the internal load balancer both lack it: a finding each',
      given: {
        nodes: [a, b],
        services: [service(), service({ name: 'api', uid: 'b'.repeat(36) })],
        loadBalancers: [
          loadBalancer({ members: [nicMember(a)] }),
          loadBalancer({
            name: 'kubernetes-internal',
            members: [nicMember(a)],
            key: `a${'b'.repeat(31)}`,
          }),
        ],
      },
      finds: [missing, { ...missing, subject: 'LoadBalancer kubernetes-internal' }],
    },
  ],
  quiet: [
    { name: 'every node is a member', given: {} },
    { name: 'not Ready', given: lacking(node('user-1', { ready: 'false' })) },
    { name: 'readiness unknown', given: lacking(node('user-1', { ready: 'unknown' })) },
    { name: 'kept out by its label', given: lacking(excludedNode('user-1')) },
    {
      name: 'the label says false, which keeps it out and is a fault of its own',
      given: lacking(excludedNode('user-1', 'false')),
    },
    {
      name: 'unmanaged',
      given: lacking(
        node('user-1', { labels: new Map([['kubernetes.azure.com/managed', 'False']]) }),
      ),
    },
    {
      name: 'of another resource group',
      given: lacking(
        node('user-1', { labels: new Map([['kubernetes.azure.com/resource-group', 'elsewhere']]) }),
      ),
    },
    { name: 'being deleted', given: lacking(node('user-1', { deleting: true })) },
    {
      name: 'being removed by the autoscaler',
      given: lacking(
        node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] }),
      ),
    },
    { name: 'a virtual node', given: lacking(virtualNode()) },
    { name: 'Basic: a node of another VM set', given: lacking(system, [a, b], { sku: 'basic' }) },
    {
      name: 'a failed NIC',
      given: {
        ...lacking(vmNode('user-1')),
        networkInterfaces: [nicOf(vmNode('user-1'), { provisioningState: 'failed' })],
      },
    },
    {
      name: 'a machine that is being deleted',
      given: {
        ...lacking(vmNode('user-1')),
        virtualMachines: [
          {
            id: armId(vmNode('user-1').providerId.replace('azure://', '')),
            name: 'user-1',
            provisioningState: 'Deleting',
          },
        ],
      },
    },
    {
      name: 'held by another load balancer, which is a fault of its own',
      given: {
        nodes: [a, b],
        loadBalancers: [
          loadBalancer({ members: [nicMember(a)] }),
          loadBalancer({ name: 'legacy', key: 'other', members: [nicMember(b)] }),
        ],
      },
    },
    {
      name: 'several Standard load balancers: another rule',
      given: {
        ...lacking(b),
        loadBalancerConfigurations: [{ name: 'kubernetes', allowServicePlacement: true }],
      },
    },
    {
      name: 'a system node that AKS keeps in a group of its own',
      given: lacking(
        node('user-1', {
          providerId: node('user-1').providerId.replace('mc_rg_aks_westeurope', 'hosted-by-aks'),
        }),
      ),
    },
    {
      name: 'no Service has a rule, so nobody keeps the pool',
      given: { ...lacking(b), services: [] },
    },
    {
      name: 'a load balancer of somebody else in the same group',
      given: lacking(b, [a], { name: 'somebodys', key: 'somebody' }),
    },
    {
      name: 'dual stack: in the IPv4 pool only is a fault of its own',
      given: {
        managedCluster: nodeIp,
        services: [service(dual)],
        nodes: [a, node('user-1', { internalIps: ['10.224.4.5', 'fd00::5'] })],
        loadBalancers: [
          {
            ...loadBalancer({ members: [ipMember(a), ipMember(b)] }),
            backendPools: [
              ...loadBalancer({ members: [ipMember(a), ipMember(b)] }).backendPools,
              ...loadBalancer({ poolName: 'kubernetes-IPv6' }).backendPools,
            ],
          },
        ],
      },
    },
  ],
  boundary: [
    {
      name: 'a machine of its own, and whether its state keeps it out was not read',
      given: { ...lacking(vmNode('vm-0')), virtualMachines: unread('403') },
      finds: [{ ...missing, severity: 'low', evidence: { notRead: ['virtualMachines'] } }],
    },
    {
      name: 'the same beside a machine of a scale set, of which nobody has to say more',
      given: {
        ...lacking(vmNode('vm-0')),
        nodes: [a, b, vmNode('vm-0')],
        virtualMachines: unread('403'),
      },
      finds: [missing],
    },
    {
      name: 'joined four minutes ago',
      given: lacking(node('user-1', { createdAt: '2026-11-23T05:56:00Z' })),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'joined once the run had begun',
      given: lacking(node('user-1', { createdAt: '2026-11-23T06:30:00Z' })),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'a time that no run has yet',
      given: lacking(node('user-1', { createdAt: '2026-11-23T08:00:00Z' })),
      finds: [missing],
    },
    {
      name: 'became Ready four minutes ago',
      given: lacking(node('user-1', { readyChangedAt: '2026-11-23T05:56:00Z' })),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'joined five minutes ago',
      given: lacking(node('user-1', { createdAt: '2026-11-23T05:55:00Z' })),
      finds: [missing],
    },
    {
      name: 'an update of the Service failed: one cause',
      given: {
        ...lacking(b),
        serviceEvents: [
          {
            namespace: 'shop',
            service: 'web',
            reason: 'UpdateLoadBalancerFailed',
            type: 'Warning',
            message: 'no',
            lastSeen: '2026-11-23T05:00:00Z',
          },
        ],
      },
      finds: [{ ...missing, causes: ['update-failed'] }],
    },
    {
      name: 'in the pool of one of its two load balancers: not in none',
      given: {
        nodes: [a, b],
        services: [service(), service({ name: 'api', uid: 'b'.repeat(36) })],
        loadBalancers: [
          loadBalancer({ members: [nicMember(a), nicMember(b)] }),
          loadBalancer({
            name: 'kubernetes-internal',
            members: [nicMember(a)],
            key: `a${'b'.repeat(31)}`,
          }),
        ],
      },
      finds: [],
    },
    {
      name: 'an empty pool lacks every node',
      given: { nodes: [a, b], loadBalancers: [loadBalancer()] },
      finds: [{ ...missing, evidence: { nodes: ['user-0', 'user-1'] } }],
    },
    {
      name: 'the id of the member is spelt in capitals',
      given: {
        nodes: [a, node('user-1', { providerId: node('user-1').providerId.toUpperCase() })],
        loadBalancers: [loadBalancer({ members: [nicMember(a), nicMember(b)] })],
      },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'NICs that lead to members were not read',
      given: {
        nodes: [a, b],
        networkInterfaces: unread('403'),
        loadBalancers: [loadBalancer({ members: [nicMember(a), vmMember(vmNode('user-9'))] })],
      },
      why: 'networkInterfaces: 403',
    },
    {
      name: 'whether there are several load balancers was not read',
      given: { ...lacking(b), loadBalancerConfigurations: unread('404 preview') },
      why: 'loadBalancerConfigurations: 404 preview',
    },
    {
      name: 'Basic: the VM set of a node cannot be told',
      given: lacking(node('user-1', { providerId: '' }), [a], { sku: 'basic' }),
      why: 'user-1: whether it is eligible as a backend is not known',
    },
    {
      name: 'Basic: the VM set that an empty load balancer takes cannot be told',
      given: {
        managedCluster: unread('403'),
        nodes: [a],
        loadBalancers: [loadBalancer({ sku: 'basic' })],
      },
      why: 'user-0: whether it is eligible as a backend is not known',
    },
    {
      name: 'a node without a providerID cannot be found among NICs',
      given: lacking(node('user-1', { providerId: '' })),
      why: 'user-1: its providerID is not an Azure VM',
    },
  ],
});
