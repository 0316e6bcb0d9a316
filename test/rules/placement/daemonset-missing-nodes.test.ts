import { daemonsetMissingNodes } from '../../../shared/rules/placement/daemonset-missing-nodes.ts';
import type { Node, Workload } from '../../../shared/model/index.ts';
import {
  kubeProxy,
  node,
  pinned,
  taint,
  virtualNode,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const gpuTaint = taint('sku=gpu:NoSchedule');
const gpu = node('gpu-0', { taints: [gpuTaint] });
const user = node('user-0');
const windows = node('win-0', {
  labels: new Map([['kubernetes.io/os', 'windows']]),
  taints: [taint('os=windows:NoSchedule')],
});

function agent(changes: Parameters<typeof workload>[0] = {}): Workload {
  return workload({
    kind: 'DaemonSet',
    name: 'agent',
    namespace: 'monitoring',
    replicas: undefined,
    ...changes,
  });
}

function given(nodes: readonly Node[], ...daemonSets: readonly Workload[]): SnapshotChanges {
  return { nodes, daemonSets };
}

function plan(text: string, nodePool = 'user') {
  return { plannedTaints: [{ nodePool, taint: text }] };
}

const found = {
  subject: 'DaemonSet monitoring/agent',
  severity: 'medium',
  causes: ['untolerated-taint'],
} as const;
const planned = { ...found, causes: ['planned-taint'] } as const;
const proxy = {
  ...found,
  subject: 'DaemonSet kube-system/kube-proxy',
  severity: 'critical',
} as const;
const toleration = { key: 'sku', operator: 'Exists', value: '', effect: '' };

describeRule(daemonsetMissingNodes, {
  fires: [
    {
      name: 'a hard taint that is not tolerated',
      given: given([user, gpu], agent()),
      finds: [
        {
          ...found,
          evidence: {
            nodes: ['gpu-0'],
            nodeCount: 1,
            nodePools: ['gpu'],
            taints: ['sku=gpu:NoSchedule'],
            plannedOnly: false,
          },
        },
      ],
    },
    {
      name: 'in kube-system: high',
      given: given([user, gpu], agent({ namespace: 'kube-system', name: 'node-logger' })),
      finds: [{ ...found, subject: 'DaemonSet kube-system/node-logger', severity: 'high' }],
    },
    {
      name: 'kube-proxy: critical, the question of 2019',
      given: given([user, gpu], kubeProxy({ tolerations: [] })),
      finds: [proxy],
    },
    {
      name: 'two nodes and three taints: one finding with all of them',
      given: given(
        [
          node('gpu-0', { taints: [gpuTaint, taint('a=b:NoExecute')] }),
          node('spot-0', {
            taints: [taint('kubernetes.azure.com/scalesetpriority=spot:NoSchedule')],
          }),
        ],
        agent(),
      ),
      finds: [
        {
          ...found,
          evidence: {
            nodeCount: 2,
            taints: [
              'a=b:NoExecute',
              'kubernetes.azure.com/scalesetpriority=spot:NoSchedule',
              'sku=gpu:NoSchedule',
            ],
          },
        },
      ],
    },
    {
      name: 'a planned taint would keep it off',
      given: given([user, node('user-1')], agent()),
      settings: plan('dedicated=shop:NoSchedule'),
      finds: [
        { ...planned, evidence: { nodes: ['user-0', 'user-1'], nodeCount: 0, plannedOnly: true } },
      ],
    },
    {
      name: 'kube-proxy would not tolerate a planned taint',
      given: given([user], kubeProxy({ tolerations: [] })),
      settings: plan('CriticalAddonsOnly=true:NoExecute'),
      finds: [{ ...proxy, causes: ['planned-taint'] }],
    },
    {
      name: 'left out now, and elsewhere with the planned taint',
      given: given([user, gpu], agent()),
      settings: plan('dedicated=shop:NoSchedule'),
      finds: [
        {
          ...found,
          causes: ['planned-taint', 'untolerated-taint'],
          evidence: {
            nodes: ['gpu-0'],
            nodeCount: 1,
            planned: { nodeCount: 1, taints: ['dedicated=shop:NoSchedule'] },
          },
        },
      ],
    },
    {
      name: 'a DaemonSet for Windows on Windows nodes',
      given: given(
        [windows],
        agent({ spec: { nodeSelector: new Map([['kubernetes.io/os', 'windows']]) } }),
      ),
      finds: [found],
    },
  ],
  quiet: [
    {
      name: 'an isolated system pool: the taint is there to keep such pods off',
      given: given(
        [user, node('system-0', { taints: [taint('CriticalAddonsOnly=true:NoSchedule')] })],
        agent(),
      ),
    },
    { name: 'kube-proxy as AKS runs it', given: given([user, gpu], kubeProxy()) },
    { name: 'no taint', given: given([user], agent()) },
    {
      name: 'the taint is tolerated',
      given: given([gpu], agent({ spec: { tolerations: [toleration] } })),
    },
    {
      name: 'the selector means other nodes',
      given: given([user, gpu], agent({ spec: { nodeSelector: new Map([['disk', 'ssd']]) } })),
    },
    {
      name: 'the affinity means other pools',
      given: given([user, gpu], agent({ spec: pinned('user') })),
    },
    {
      name: 'a soft taint keeps no DaemonSet off',
      given: given([node('gpu-0', { taints: [taint('sku=gpu:PreferNoSchedule')] })], agent()),
    },
    { name: 'virtual nodes run no DaemonSet', given: given([user, virtualNode()], agent()) },
    {
      name: 'Windows nodes, and a DaemonSet that says nothing of the system',
      given: given([user, windows], agent()),
    },
    {
      name: 'a planned soft taint',
      given: given([user], agent()),
      settings: plan('a=b:PreferNoSchedule'),
    },
    {
      name: 'a planned taint that is tolerated',
      given: given([user], agent({ spec: { tolerations: [toleration] } })),
      settings: plan('sku=gpu:NoExecute'),
    },
  ],
  boundary: [
    {
      name: 'conditions and cordons pass',
      given: given(
        [
          node('user-0', {
            unschedulable: true,
            ready: 'false',
            taints: [
              taint('node.kubernetes.io/unschedulable:NoSchedule'),
              taint('node.kubernetes.io/not-ready:NoExecute'),
              taint('node.cilium.io/agent-not-ready=true:NoExecute'),
              taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule'),
            ],
          }),
        ],
        agent(),
      ),
      finds: [],
    },
    {
      name: 'a toleration of NoSchedule leaves NoExecute open',
      given: given(
        [node('gpu-0', { taints: [taint('sku=gpu:NoExecute')] })],
        agent({ spec: { tolerations: [{ ...toleration, effect: 'NoSchedule' }] } }),
      ),
      finds: [{ ...found, evidence: { taints: ['sku=gpu:NoExecute'] } }],
    },
    {
      name: 'a toleration of another value',
      given: given(
        [gpu],
        agent({
          spec: { tolerations: [{ ...toleration, operator: 'Equal', value: 'GPU' }] },
        }),
      ),
      finds: [found],
    },
    {
      name: 'kube-proxy of another namespace is nobody special',
      given: given([gpu], agent({ name: 'kube-proxy' })),
      finds: [{ ...found, subject: 'DaemonSet monitoring/kube-proxy' }],
    },
    {
      name: '60 nodes: the lists end at 50 and the number does not',
      given: given(
        Array.from({ length: 60 }, (_, index) => node(`gpu-${index}`, { taints: [gpuTaint] })),
        agent(),
      ),
      finds: [{ ...found, evidence: { nodeCount: 60 } }],
    },
  ],
  unknown: [
    {
      name: 'a planned taint that is none',
      given: given([user], agent()),
      settings: plan('dedicated=shop'),
      why: 'user: the planned taint "dedicated=shop" is not key=value:Effect',
    },
    {
      name: 'a planned taint for a pool without nodes',
      given: given([user, gpu], agent()),
      settings: plan('a=b:NoSchedule', 'nosuch'),
      why: 'nosuch: the node pool has no nodes, so the planned taint "a=b:NoSchedule" cannot be evaluated',
      finds: [found],
    },
  ],
});
