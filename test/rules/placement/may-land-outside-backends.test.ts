import { mayLandOutsideBackends } from '../../../shared/rules/placement/may-land-outside-backends.ts';
import {
  armId,
  unread,
  type LoadBalancer,
  type Node,
  type NodePool,
  type PodSpec,
} from '../../../shared/model/index.ts';
import {
  endpoint,
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodePool,
  pinned,
  service,
  slice,
  taint,
  virtualNode,
  vmNode,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const user = node('user-0');
const system = node('system-0');
const excludeLabel = new Map([['node.kubernetes.io/exclude-from-external-load-balancers', 'true']]);
const medium = { subject: 'Deployment shop/web', severity: 'medium' } as const;
const excluded = { ...medium, causes: ['exclude-label'] } as const;
const toleratesAll = { tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] };

/** Nodes, all of which the load balancer would take if it may, and a workload with free choice. */
function free(nodes: readonly Node[], spec: Partial<PodSpec> = {}): SnapshotChanges {
  return {
    managedCluster: managedCluster({ nodePools: [nodePool('user')] }),
    nodes,
    loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
    deployments: [workload({ spec })],
    endpointSlices: [],
  };
}

/** The cluster has a further pool, without a node. */
function withEmpty(changes: Partial<NodePool>): SnapshotChanges {
  return {
    ...free([user]),
    managedCluster: managedCluster({
      nodePools: [
        nodePool('user'),
        nodePool('batch', { count: 0, autoscaling: true, maxCount: 3, ...changes }),
      ],
    }),
  };
}

const basic = [loadBalancer({ sku: 'basic', members: [nicMember(user)] })];

const heldVm = vmNode('user-1');
const held = nicOf(heldVm, {
  ipConfigurations: [
    {
      id: armId('x'),
      family: 'IPv4',
      backendPoolIds: [
        armId(
          '/subscriptions/s/resourcegroups/g/providers/microsoft.network/loadbalancers/legacy/backendaddresspools/p',
        ),
      ],
    },
  ],
});

/** A pool by address that comes after AKS's outbound pool by NIC, as on live clusters. */
const byAddress: LoadBalancer = {
  ...loadBalancer({ members: [ipMember(user)] }),
  backendPools: [
    ...loadBalancer({ poolName: 'aksOutboundBackendPool', members: [nicMember(user)] })
      .backendPools,
    ...loadBalancer({ members: [ipMember(user)] }).backendPools,
  ],
};

describeRule(mayLandOutsideBackends, {
  fires: [
    {
      name: 'a pool that is kept out of load balancers is open to the workload',
      given: free([user, excludedNode('batch-0')]),
      finds: [
        {
          ...excluded,
          evidence: {
            services: ['shop/web'],
            nodePools: ['batch'],
            nodes: ['batch-0'],
            nodeCount: 1,
          },
        },
      ],
    },
    {
      name: 'the story of 2019: a Basic load balancer takes the VM set of one pool',
      given: { ...free([user, system]), loadBalancers: basic },
      finds: [{ ...medium, causes: ['other-vm-set'], evidence: { nodePools: ['system'] } }],
    },
    {
      name: 'nodes of another resource group, and unmanaged ones',
      given: free([
        user,
        node('far-0', { labels: new Map([['kubernetes.azure.com/resource-group', 'far']]) }),
        node('own-0', { labels: new Map([['kubernetes.azure.com/managed', 'false']]) }),
      ]),
      finds: [{ ...medium, causes: ['other-resource-group', 'unmanaged'] }],
    },
    {
      name: 'another load balancer holds the NIC of a node',
      given: { ...free([user, heldVm]), networkInterfaces: [held] },
      finds: [{ ...medium, causes: ['held-by-other-load-balancer'] }],
    },
    {
      name: 'a virtual node whose taint is tolerated',
      given: free([user, virtualNode()], toleratesAll),
      finds: [
        {
          ...medium,
          causes: ['virtual-node'],
          evidence: { nodePools: [], nodes: ['virtual-node-aci-linux'] },
        },
      ],
    },
    {
      name: 'a pool at zero that grows by itself carries the label',
      given: withEmpty({ labels: excludeLabel }),
      finds: [{ ...excluded, evidence: { nodePools: ['batch'], nodes: [], nodeCount: 0 } }],
    },
    {
      name: 'Basic: a pool at zero would be another VM set',
      given: { ...withEmpty({}), loadBalancers: basic },
      finds: [{ ...medium, causes: ['other-vm-set'] }],
    },
    {
      name: 'a DaemonSet and a StatefulSet, and two Services: a finding for each workload',
      given: {
        ...free([user, excludedNode('batch-0')]),
        services: [service(), service({ name: 'web-2', uid: 'b'.repeat(36) })],
        deployments: [],
        statefulSets: [
          workload({ kind: 'StatefulSet', name: 'db', podLabels: new Map([['app', 'web']]) }),
        ],
        daemonSets: [workload({ kind: 'DaemonSet', replicas: undefined })],
      },
      finds: [
        {
          ...excluded,
          subject: 'StatefulSet shop/db',
          evidence: { services: ['shop/web', 'shop/web-2'] },
        },
        { ...excluded, subject: 'DaemonSet shop/web' },
      ],
    },
  ],
  quiet: [
    { name: 'every node may be a backend', given: free([user, system]) },
    {
      name: 'judged by what Azure does, not by the members of today',
      given: { ...free([user, system]), loadBalancers: [loadBalancer()] },
    },
    {
      name: 'required affinity keeps it off',
      given: free([user, excludedNode('batch-0')], pinned('user')),
    },
    {
      name: 'a hard taint keeps it off',
      given: free([
        user,
        node('batch-0', { labels: excludeLabel, taints: [taint('batch=true:NoSchedule')] }),
      ]),
    },
    { name: 'the taint of a virtual node keeps it off', given: free([user, virtualNode()]) },
    {
      name: 'Cluster reaches pods wherever they are',
      given: {
        ...free([user, excludedNode('batch-0')]),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
    },
    {
      name: 'several Standard load balancers follow the endpoints',
      given: {
        ...free([user, excludedNode('batch-0')]),
        loadBalancerConfigurations: [{ name: 'kubernetes', allowServicePlacement: true }],
      },
    },
    {
      name: 'ARM says that there are several, whose list was not read',
      given: {
        ...free([user, excludedNode('batch-0')]),
        managedCluster: managedCluster({ multipleLoadBalancers: true }),
        loadBalancerConfigurations: unread('404'),
      },
    },
    {
      name: 'scaled to zero',
      given: {
        ...free([user, excludedNode('batch-0')]),
        deployments: [workload({ replicas: 0 })],
      },
    },
    {
      name: 'the Service is being deleted, or of another controller, or without a selector',
      given: {
        ...free([user, excludedNode('batch-0')]),
        services: [
          service({ deleting: true }),
          service({ name: 'b', loadBalancerClass: 'tailscale' }),
          service({ name: 'c', selector: undefined }),
        ],
      },
    },
    { name: 'a stopped pool', given: withEmpty({ labels: excludeLabel, powerState: 'Stopped' }) },
    {
      name: 'a node on its way out, which is nothing to do with placement',
      given: free([user, node('user-1', { deleting: true })]),
    },
    {
      name: 'an unmanaged node, where the pool is by address: it stays in',
      given: {
        ...free([
          user,
          node('own-0', { labels: new Map([['kubernetes.azure.com/managed', 'false']]) }),
        ]),
        loadBalancers: [byAddress],
      },
    },
  ],
  boundary: [
    {
      name: 'a soft taint keeps nothing off',
      given: free([
        user,
        node('batch-0', { labels: excludeLabel, taints: [taint('batch=true:PreferNoSchedule')] }),
      ]),
      finds: [excluded],
    },
    {
      name: 'a preferred affinity keeps nothing off',
      given: free([user, excludedNode('batch-0')], {
        preferredNodeAffinity: [
          {
            weight: 100,
            term: (pinned('user').requiredNodeAffinity ?? [])[0] ?? {
              matchExpressions: [],
              matchFields: [],
            },
          },
        ],
      }),
      finds: [excluded],
    },
    {
      name: 'the label says false: a pool by NIC leaves the node out',
      given: free([user, excludedNode('batch-0', 'false')]),
      finds: [excluded],
    },
    {
      name: 'the label says false: a pool by address keeps the node',
      given: { ...free([user, excludedNode('batch-0', 'false')]), loadBalancers: [byAddress] },
      finds: [],
    },
    {
      name: 'a pool at zero that grows by hand is no place yet',
      given: withEmpty({ labels: excludeLabel, autoscaling: false }),
      finds: [],
    },
    {
      name: 'a cordoned node will be open again',
      given: free([user, node('batch-0', { labels: excludeLabel, unschedulable: true })]),
      finds: [excluded],
    },
    {
      name: 'dual stack: a node that serves one family is a backend',
      given: {
        ...free([user, node('user-1', { internalIps: ['10.224.4.5'] })]),
        services: [service({ ipFamilies: ['IPv4', 'IPv6'] })],
        loadBalancers: [
          {
            ...byAddress,
            backendPools: [
              ...byAddress.backendPools,
              ...loadBalancer({ poolName: 'kubernetes-IPv6' }).backendPools,
            ],
          },
        ],
      },
      finds: [],
    },
    {
      name: 'ARM was not read: live nodes are enough to find it',
      given: { ...free([user, excludedNode('batch-0')]), managedCluster: unread('403') },
      finds: [excluded],
    },
  ],
  unknown: [
    {
      name: 'a virtual node that nothing excludes from a pool by address',
      given: {
        ...free([user, virtualNode()], toleratesAll),
        loadBalancers: [loadBalancer({ members: [ipMember(user)] })],
      },
      why: 'shop/web: whether a virtual node without the exclude label is in an IP-based backend pool is not known',
    },
    {
      name: 'the load balancer of the Service is not there',
      given: { ...free([user]), loadBalancers: [] },
      why: 'shop/web: the load balancer of shop/web was not found',
    },
    {
      name: 'whether there are several load balancers was not read',
      given: { ...free([user]), loadBalancerConfigurations: unread('404') },
      why: 'loadBalancerConfigurations: 404',
    },
    {
      name: 'pools without nodes were not read',
      given: { ...free([user]), managedCluster: unread('403') },
      why: 'shop/web: managedCluster: 403',
    },
    {
      name: 'DaemonSets were not read',
      given: { ...free([user]), daemonSets: unread('403') },
      why: 'shop/web: daemonSets: 403',
    },
    {
      name: 'nobody knows what runs the pods of the Service',
      given: {
        ...free([user]),
        deployments: [],
        endpointSlices: [slice([endpoint('rollout-x', 'user-0')])],
      },
      why: 'shop/web: the workload of its pods was not found',
    },
    {
      name: 'Basic: the VM set of a node cannot be told',
      given: { ...free([user, node('odd-0', { providerId: '' })]), loadBalancers: basic },
      why: 'shop/web: whether some nodes are eligible as backends is not known',
    },
    {
      name: 'whether pods fit a barred pool at zero cannot be told',
      given: {
        ...withEmpty({ labels: excludeLabel }),
        deployments: [
          workload({ spec: { nodeSelector: new Map([['kubernetes.azure.com/sku-cpu', '8']]) } }),
        ],
      },
      why: 'shop/web: whether its pods can be scheduled on pool batch is not known',
    },
  ],
});
