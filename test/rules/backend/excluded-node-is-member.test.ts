import { excludedNodeIsMember } from '../../../shared/rules/backend/excluded-node-is-member.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodePool,
  taint,
  virtualNode,
  vmMember,
  vmNode,
  withNodes,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
const a = node('user-0');
const out = excludedNode('user-1');
const provisioned = vmNode('user-1', {
  labels: new Map([
    [key, 'true'],
    ['karpenter.sh/nodepool', 'default'],
  ]),
});
const unlabelled = vmNode('user-1', { labels: new Map([['karpenter.sh/nodepool', 'default']]) });
const found = {
  subject: 'Node user-1',
  severity: 'low',
  causes: ['pool-not-updated'],
} as const;

describeRule(excludedNodeIsMember, {
  fires: [
    {
      name: 'labelled out and still in',
      given: withNodes([a, out]),
      finds: [
        {
          ...found,
          evidence: { nodePool: 'user', label: `${key}=true`, pools: ['kubernetes/kubernetes'] },
        },
      ],
    },
    {
      name: 'a node of node auto-provisioning in a pool by NIC',
      given: {
        nodes: [a, provisioned],
        networkInterfaces: [nicOf(provisioned)],
        loadBalancers: [loadBalancer({ members: [vmMember(provisioned)] })],
      },
      finds: [{ ...found, causes: ['node-auto-provisioning'] }],
    },
    { name: 'any value but no', given: withNodes([a, excludedNode('user-1', '')]), finds: [found] },
    {
      name: 'by address',
      given: { nodes: [a, out], loadBalancers: [loadBalancer({ members: [ipMember(out)] })] },
      finds: [found],
    },
    {
      name: 'labelled by its node pool',
      given: {
        ...withNodes([a, out]),
        managedCluster: managedCluster({
          nodePools: [nodePool('user', { labels: new Map([[key, 'true']]) })],
        }),
      },
      finds: [found],
    },
    {
      name: 'all of them, since a pool is never emptied',
      given: withNodes([excludedNode('user-0'), out]),
      finds: [{ ...found, subject: 'Node user-0' }, found],
    },
  ],
  quiet: [
    {
      name: 'a node of node auto-provisioning without the label',
      given: {
        nodes: [a, unlabelled],
        networkInterfaces: [nicOf(unlabelled)],
        loadBalancers: [loadBalancer({ members: [vmMember(unlabelled)] })],
      },
    },
    { name: 'no node is labelled', given: {} },
    { name: 'labelled out, and out', given: withNodes([a, out], [a]) },
    {
      name: 'about to be deleted, without the label: another rule',
      given: withNodes([
        a,
        node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] }),
      ]),
    },
    {
      name: 'in the outbound pool only',
      given: {
        nodes: [a, out],
        loadBalancers: [
          {
            ...loadBalancer({ members: [nicMember(a)] }),
            backendPools: [
              ...loadBalancer({ members: [nicMember(a)] }).backendPools,
              ...loadBalancer({
                poolName: 'aksOutboundBackendPool',
                members: [nicMember(a), nicMember(out)],
              }).backendPools,
            ],
          },
        ],
      },
    },
    {
      name: 'a virtual node, which its label keeps out',
      given: withNodes([a, { ...virtualNode(), labels: new Map([[key, 'true']]) }], [a]),
    },
  ],
  boundary: [
    {
      name: 'a node of node auto-provisioning in a pool by address',
      given: {
        nodes: [a, provisioned],
        loadBalancers: [loadBalancer({ members: [ipMember(provisioned)] })],
      },
      finds: [found],
    },
    {
      name: 'the value false keeps it in for the service controller: another rule',
      given: withNodes([a, excludedNode('user-1', 'false')]),
      finds: [],
    },
    {
      name: 'false in another spelling than Go reads is no false',
      given: withNodes([a, excludedNode('user-1', 'fAlse')]),
      finds: [found],
    },
  ],
  unknown: [
    {
      name: 'NICs that lead to members were not read',
      given: {
        nodes: [a, excludedNode('user-1')],
        networkInterfaces: unread('403'),
        loadBalancers: [loadBalancer({ members: [nicMember(a), vmMember(vmNode('user-9'))] })],
      },
      why: 'user-1: networkInterfaces: 403',
    },
  ],
});
