import { allNodesExcluded } from '../../../shared/rules/backend/all-nodes-excluded.ts';
import { unread, type Node } from '../../../shared/model/index.ts';
import {
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  service,
  taint,
  virtualNode,
  withNodes,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
const a = excludedNode('user-0');
const b = excludedNode('user-1');
const found = {
  subject: 'Cluster aks',
  severity: 'critical',
  causes: ['exclude-label'],
} as const;

/** All the nodes of a cluster, in the pool as a guard leaves them. */
function all(...nodes: readonly Node[]): SnapshotChanges {
  return withNodes(nodes);
}

function unmanaged(name: string): Node {
  return node(name, { labels: new Map([['kubernetes.azure.com/managed', 'false']]) });
}

const leaving = node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] });

describeRule(allNodesExcluded, {
  fires: [
    {
      name: 'every node is labelled out',
      given: all(a, b),
      finds: [{ ...found, evidence: { nodes: 2, services: 1, reasons: { 'exclude-label': 2 } } }],
    },
    {
      name: 'by the labels of its node pools',
      given: {
        ...all(a, b),
        managedCluster: managedCluster({
          nodePools: [nodePool('user', { labels: new Map([[key, 'true']]) })],
        }),
      },
      finds: [found],
    },
    {
      name: 'labelled out, or on its way out',
      given: all(a, leaving),
      finds: [{ ...found, causes: ['autoscaler-taint', 'exclude-label'] }],
    },
    {
      name: 'what is left is a virtual node, which has no machine',
      given: { ...all(a), nodes: [a, virtualNode()] },
      finds: [{ ...found, causes: ['exclude-label', 'virtual-node'] }],
    },
    {
      name: 'unmanaged nodes are no backends by NIC',
      given: all(unmanaged('user-0'), unmanaged('user-1')),
      finds: [{ ...found, causes: ['unmanaged'] }],
    },
    {
      name: 'no load balancer yet, since there never was a node for one',
      given: { nodes: [a, b], loadBalancers: [] },
      finds: [found],
    },
  ],
  quiet: [
    { name: 'no node is labelled', given: {} },
    { name: 'one node is not', given: all(a, node('user-1')) },
    {
      name: 'the one that is left is not Ready, and may be a backend all the same',
      given: all(a, node('user-1', { ready: 'false' })),
    },
    { name: 'nobody needs a backend', given: { ...all(a, b), services: [] } },
    {
      name: 'the only Service is one of another controller',
      given: { ...all(a, b), services: [service({ loadBalancerClass: 'example.com/lb' })] },
    },
    {
      name: 'the only Service is being deleted',
      given: { ...all(a, b), services: [service({ deleting: true })] },
    },
    { name: 'there is no node at all', given: { nodes: [] } },
  ],
  boundary: [
    {
      name: 'the value false keeps nodes out of pools by NIC as well',
      given: all(excludedNode('user-0', 'false'), b),
      finds: [found],
    },
    {
      name: 'by address the value false keeps nobody out',
      given: {
        nodes: [excludedNode('user-0', 'false'), b],
        loadBalancers: [loadBalancer({ members: [ipMember(a), ipMember(b)] })],
      },
      finds: [],
    },
    {
      name: 'by address unmanaged nodes are backends',
      given: {
        nodes: [unmanaged('user-0'), b],
        loadBalancers: [],
        managedCluster: managedCluster({ backendPoolType: 'nodeip' }),
      },
      finds: [],
    },
    {
      name: 'several load balancers are by address',
      given: {
        nodes: [unmanaged('user-0'), b],
        loadBalancers: [],
        managedCluster: unread('403'),
        loadBalancerConfigurations: [{ name: 'kubernetes', allowServicePlacement: true }],
      },
      finds: [],
    },
    {
      name: 'Basic takes control-plane nodes',
      given: {
        nodes: [node('user-0', { labels: new Map([['kubernetes.io/role', 'master']]) }), b],
        managedCluster: managedCluster({ loadBalancerSku: 'basic' }),
        loadBalancers: [],
      },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'what is left is a virtual node that nothing excludes from a pool by address',
      given: {
        nodes: [excludedNode('user-0'), virtualNode()],
        loadBalancers: [loadBalancer({ members: [ipMember(excludedNode('user-0'))] })],
      },
      why: 'whether a virtual node without the exclude label is in an IP-based backend pool is not known',
    },
    {
      name: 'the kind of the pools is not known, and unmanaged nodes count in one only',
      given: {
        nodes: [unmanaged('user-0'), b],
        loadBalancers: [],
        managedCluster: unread('403'),
      },
      why: 'managedCluster: 403',
    },
    {
      name: 'a pool of both kinds',
      given: {
        nodes: [unmanaged('user-0'), b],
        loadBalancers: [
          loadBalancer({ members: [ipMember(a)] }),
          loadBalancer({ name: 'kubernetes-internal', members: [nicMember(b)] }),
        ],
      },
      why: 'backend pool type (NIC or IP)',
    },
  ],
});
