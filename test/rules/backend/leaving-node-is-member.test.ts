import { leavingNodeIsMember } from '../../../shared/rules/backend/leaving-node-is-member.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  nicMember,
  node,
  taint,
  vmMember,
  vmNode,
  withNodes,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
const a = node('user-0');
const autoscaled = taint('ToBeDeletedByClusterAutoscaler=1700000000:NoSchedule');
const found = {
  subject: 'Node user-1',
  severity: 'info',
  causes: ['autoscaler-taint'],
} as const;

describeRule(leavingNodeIsMember, {
  fires: [
    {
      name: 'being removed by the autoscaler',
      given: withNodes([a, node('user-1', { taints: [autoscaled] })]),
      finds: [{ ...found, evidence: { nodePool: 'user', pools: ['kubernetes/kubernetes'] } }],
    },
    {
      name: 'being deleted',
      given: withNodes([a, node('user-1', { deleting: true })]),
      finds: [{ ...found, causes: ['being-deleted'] }],
    },
    {
      name: 'by address',
      given: {
        nodes: [a, node('user-1', { taints: [autoscaled] })],
        loadBalancers: [loadBalancer({ members: [ipMember(node('user-1'))] })],
      },
      finds: [found],
    },
  ],
  quiet: [
    { name: 'no node is leaving', given: {} },
    {
      name: 'cordoned, which is no way out',
      given: withNodes([a, node('user-1', { unschedulable: true })]),
    },
    {
      name: 'tainted, and out of the pool',
      given: withNodes([a, node('user-1', { taints: [autoscaled] })], [a]),
    },
    {
      name: 'a candidate of the autoscaler, which may stay',
      given: withNodes([
        a,
        node('user-1', {
          taints: [taint('DeletionCandidateOfClusterAutoscaler=1:PreferNoSchedule')],
        }),
      ]),
    },
  ],
  boundary: [
    {
      name: 'the taint counts with any effect and any value',
      given: withNodes([
        a,
        node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler:PreferNoSchedule')] }),
      ]),
      finds: [found],
    },
    {
      name: 'labelled out as well: both are true',
      given: withNodes([
        a,
        node('user-1', { taints: [autoscaled], labels: new Map([[key, 'true']]) }),
      ]),
      finds: [found],
    },
  ],
  unknown: [
    {
      name: 'NICs that lead to members were not read',
      given: {
        nodes: [a, vmNode('user-1', { deleting: true })],
        networkInterfaces: unread('403'),
        loadBalancers: [loadBalancer({ members: [nicMember(a), vmMember(vmNode('user-1'))] })],
      },
      why: 'user-1: networkInterfaces: 403',
    },
  ],
});
