import { userPodsOnSystemPool } from '../../../shared/rules/placement/user-pods-on-system-pool.ts';
import {
  nodeName,
  type Node,
  type Pod,
  type Taint,
  type Toleration,
} from '../../../shared/model/index.ts';
import {
  managedCluster,
  node,
  nodePool,
  pod,
  podSpec,
  taint,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const pool = { subject: 'NodePool system', severity: 'medium' } as const;
const isolating = taint('CriticalAddonsOnly=true:NoSchedule');
const hint = taint('nodepool=system:PreferNoSchedule');
const everything: Toleration = { key: '', operator: 'Exists', value: '', effect: '' };
const managed = new Map([['kubernetes.azure.com/managedby', 'aks']]);

/** One system node with taints, a user node, and pods on the former. */
function on(taints: readonly Taint[], ...pods: readonly Pod[]): SnapshotChanges {
  return onNodes([node('system-0', { taints }), node('user-0')], pods);
}

function onNodes(nodes: readonly Node[], systemPods: readonly Pod[]): SnapshotChanges {
  return { nodes, systemPods };
}

function running(name = 'web-5d4f-a', changes: Partial<Pod> = {}): Pod {
  return pod(name, { node: nodeName('system-0'), ...changes });
}

const tolerating = running('web-5d4f-t', { spec: podSpec({ tolerations: [everything] }) });

describeRule(userPodsOnSystemPool, {
  fires: [
    {
      name: 'the story of 2019: a soft taint let a pod slip through',
      given: on([hint], running()),
      finds: [
        {
          ...pool,
          causes: ['soft-taint'],
          evidence: {
            pods: 1,
            names: ['shop/web-5d4f-a'],
            nodes: ['system-0'],
            hardTaints: [],
            softTaints: ['nodepool=system:PreferNoSchedule'],
          },
        },
      ],
    },
    {
      name: 'no taint, and several pods: one finding for the pool',
      given: on([], running(), running('web-5d4f-b'), running('api-0', { namespace: 'other' })),
      finds: [{ ...pool, causes: ['no-taint'], evidence: { pods: 3 } }],
    },
    {
      name: 'a hard taint, and a pod that tolerates everything',
      given: on([isolating], tolerating),
      finds: [
        {
          ...pool,
          causes: ['toleration'],
          evidence: { hardTaints: ['CriticalAddonsOnly=true:NoSchedule'] },
        },
      ],
    },
    {
      name: 'a hard taint that came after the pod',
      given: on([isolating], running()),
      finds: [{ ...pool, causes: ['before-taint'] }],
    },
    {
      name: 'several ways in are one finding',
      given: onNodes(
        [node('system-0', { taints: [isolating] }), node('system-1'), node('user-0')],
        [tolerating, running(), running('web-5d4f-c', { node: nodeName('system-1') })],
      ),
      finds: [
        { ...pool, causes: ['before-taint', 'no-taint', 'toleration'], evidence: { pods: 3 } },
      ],
    },
    {
      name: 'a bare pod, a Job, a StatefulSet',
      given: on(
        [],
        running('bare', { owner: undefined }),
        running('job-x', { owner: { kind: 'Job', name: 'job' } }),
        running('db-0', { owner: { kind: 'StatefulSet', name: 'db' } }),
      ),
      finds: [{ ...pool, causes: ['no-taint'], evidence: { pods: 3 } }],
    },
  ],
  quiet: [
    { name: 'no pod there', given: {} },
    {
      name: 'the system namespaces',
      given: on(
        [],
        ...[
          'kube-system',
          'kube-public',
          'kube-node-lease',
          'gatekeeper-system',
          'calico-system',
          'tigera-operator',
          'aks-istio-system',
          'app-routing-system',
          'aks-command',
        ].map((namespace) => running('x', { namespace })),
      ),
    },
    {
      name: 'a namespace that the policy adds',
      given: on([], running('agent', { namespace: 'platform' })),
      settings: { systemNamespaces: ['platform'] },
    },
    {
      name: 'pods of DaemonSets, and static pods',
      given: on(
        [],
        running('ds', { owner: { kind: 'DaemonSet', name: 'agent' } }),
        running('static', { mirror: true, owner: { kind: 'Node', name: 'system-0' } }),
      ),
    },
    { name: 'a pod that AKS manages', given: on([], running('x', { labels: managed })) },
    {
      name: 'a pod of a Deployment that AKS manages',
      given: { ...on([], running()), deployments: [workload({ labels: managed })] },
    },
    {
      name: 'a pod in a namespace that AKS manages',
      given: { ...on([], running()), namespaces: [{ name: 'shop', labels: managed }] },
    },
    {
      name: 'pods that are over, or on their way out',
      given: on(
        [],
        running('done', { phase: 'Succeeded' }),
        running('failed', { phase: 'Failed' }),
        running('leaving', { deleting: true }),
      ),
    },
    {
      name: 'pods on user nodes',
      given: on([], running('elsewhere', { node: nodeName('user-0') })),
    },
    {
      name: 'the system pool is the only one, so where else should they be',
      given: {
        ...on([], running()),
        managedCluster: managedCluster({ nodePools: [nodePool('system')] }),
      },
    },
    {
      name: 'a pod on a node that has gone since',
      given: on([], running('lost', { node: nodeName('system-9') })),
    },
  ],
  boundary: [
    {
      name: 'bound and still starting: it will run there',
      given: on([], running('starting', { phase: 'Pending' })),
      finds: [{ ...pool, causes: ['no-taint'] }],
    },
    {
      name: 'a taint that comes and goes says nothing of how it came there',
      given: on([taint('node.kubernetes.io/unreachable:NoExecute')], running()),
      finds: [{ ...pool, causes: ['no-taint'] }],
    },
    {
      name: 'a namespace that only sounds like one of the system',
      given: on([], running('x', { namespace: 'kube-systems' })),
      finds: [{ ...pool, causes: ['no-taint'] }],
    },
    {
      name: 'two system pools with pods: a finding for each',
      given: {
        ...onNodes(
          [node('system-0'), node('systemb-0')],
          [running(), running('web-5d4f-b', { node: nodeName('systemb-0') })],
        ),
        managedCluster: managedCluster({
          nodePools: [nodePool('system'), nodePool('systemb'), nodePool('user')],
        }),
      },
      finds: [
        { ...pool, causes: ['no-taint'] },
        { ...pool, subject: 'NodePool systemb', causes: ['no-taint'] },
      ],
    },
    {
      name: '60 pods: the lists end at 50 and the number does not',
      given: on([], ...Array.from({ length: 60 }, (_, index) => running(`web-5d4f-${index}`))),
      finds: [{ ...pool, causes: ['no-taint'], evidence: { pods: 60 } }],
    },
  ],
  unknown: [],
});
