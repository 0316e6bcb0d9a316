import { untoleratedTaint } from '../../../shared/rules/placement/untolerated-taint.ts';
import { unread, type Pod, type Toleration } from '../../../shared/model/index.ts';
import {
  endpoint,
  node,
  pod,
  podSpec,
  service,
  slice,
  taint,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const info = { subject: 'Deployment shop/web', severity: 'info' } as const;
const stays = { ...info, causes: ['no-schedule'] } as const;
const gpu = 'sku=gpu:NoSchedule';
const toleratesGpu: Toleration = {
  key: 'sku',
  operator: 'Equal',
  value: 'gpu',
  effect: 'NoSchedule',
};

/** Service and Deployment `shop/web` with a pod on `gpu-0`, which has these taints, and one on `user-0`. */
function tainted(taints: readonly string[], changes: SnapshotChanges = {}): SnapshotChanges {
  return {
    nodes: [node('user-0'), node('gpu-0', { taints: taints.map(taint) })],
    endpointSlices: [slice([endpoint('web-5d4f-a', 'gpu-0'), endpoint('web-5d4f-b', 'user-0')])],
    deployments: [workload()],
    daemonSets: [],
    ...changes,
  };
}

/** A pod on `system-0`, which has these taints. */
function onSystem(taints: readonly string[], ...pods: readonly Partial<Pod>[]): SnapshotChanges {
  const system = node('system-0', { taints: taints.map(taint) });
  return {
    nodes: [system, node('user-0')],
    endpointSlices: [],
    deployments: [workload()],
    daemonSets: [],
    systemPods: pods.map((each, index) => pod(`web-5d4f-${index}`, { node: system.name, ...each })),
  };
}

const critical = 'CriticalAddonsOnly=true:NoSchedule';
const everything = { key: '', operator: 'Exists', value: '', effect: '' };

describeRule(untoleratedTaint, {
  fires: [
    {
      name: 'an endpoint on a node whose taint its template does not tolerate',
      given: tainted([gpu]),
      finds: [
        {
          ...stays,
          evidence: { pods: ['web-5d4f-a'], podCount: 1, nodes: ['gpu-0'], taints: [gpu] },
        },
      ],
    },
    {
      name: 'pods of a system node that came before the taint',
      given: onSystem([critical], {}, {}),
      finds: [{ ...stays, evidence: { podCount: 2, taints: [critical] } }],
    },
    {
      name: 'NoExecute should have removed it',
      given: tainted(['sku=gpu:NoExecute']),
      finds: [{ ...info, causes: ['no-execute'] }],
    },
    {
      name: 'both effects, and each taint named',
      given: tainted([gpu, 'team=a:NoExecute'], {
        endpointSlices: [slice([endpoint('web-5d4f-a', 'gpu-0'), endpoint('web-5d4f-b', 'gpu-0')])],
      }),
      finds: [
        {
          ...info,
          causes: ['no-execute'],
          evidence: { podCount: 2, taints: [gpu, 'team=a:NoExecute'] },
        },
      ],
    },
    {
      name: 'a StatefulSet, a Job, a bare pod and a ReplicaSet of nobody on a system node',
      given: onSystem(
        [critical],
        { owner: { kind: 'StatefulSet', name: 'db' } },
        { owner: { kind: 'Job', name: 'report' } },
        { owner: undefined },
        { owner: { kind: 'ReplicaSet', name: 'old-6b7' } },
      ),
      finds: [
        { ...stays, subject: 'Job shop/report' },
        { ...stays, subject: 'Pod shop/web-5d4f-2' },
        { ...stays, subject: 'ReplicaSet shop/old-6b7' },
        { ...stays, subject: 'StatefulSet shop/db' },
      ],
    },
    {
      name: 'of two workloads behind a Service each by its own pods',
      given: tainted([gpu], {
        deployments: [
          workload({ spec: { tolerations: [toleratesGpu] } }),
          workload({ name: 'web-canary', podLabels: new Map([['app', 'web']]) }),
        ],
        endpointSlices: [
          slice([endpoint('web-5d4f-a', 'gpu-0'), endpoint('web-canary-77-x', 'gpu-0')]),
        ],
      }),
      finds: [{ ...stays, subject: 'Deployment shop/web-canary' }],
    },
  ],
  quiet: [
    { name: 'the healthy cluster', given: {} },
    { name: 'no taint', given: tainted([]) },
    { name: 'a soft taint', given: tainted(['sku=gpu:PreferNoSchedule']) },
    {
      name: 'it tolerates the taint',
      given: tainted([gpu], { deployments: [workload({ spec: { tolerations: [toleratesGpu] } })] }),
    },
    {
      name: 'a taint that comes and goes',
      given: tainted([
        'node.kubernetes.io/unreachable:NoSchedule',
        'ToBeDeletedByClusterAutoscaler=1:NoSchedule',
      ]),
    },
    {
      name: 'a pod of the system node that tolerates everything',
      given: onSystem([critical], { spec: podSpec({ tolerations: [everything] }) }),
    },
    {
      name: 'pods that nobody scheduled, and pods that are over',
      given: onSystem(
        [critical],
        { owner: { kind: 'DaemonSet', name: 'agent' } },
        { mirror: true, owner: { kind: 'Node', name: 'system-0' } },
        { phase: 'Succeeded' },
        { deleting: true },
      ),
    },
    {
      name: 'a DaemonSet behind the Service has a finding of its own',
      given: tainted([gpu], {
        deployments: [],
        daemonSets: [workload({ kind: 'DaemonSet', replicas: undefined })],
      }),
    },
    {
      name: 'an endpoint on its way out',
      given: tainted([gpu], {
        endpointSlices: [slice([endpoint('web-5d4f-a', 'gpu-0', { terminating: true })])],
      }),
    },
    {
      name: 'endpoints that are no pods, or on no node',
      given: tainted([gpu], {
        endpointSlices: [
          slice([endpoint('x', 'gpu-0', { pod: undefined }), endpoint('web-5d4f-a', undefined)]),
        ],
      }),
    },
    {
      name: 'a Service that is being deleted',
      given: tainted([gpu], { services: [service({ deleting: true })] }),
    },
  ],
  boundary: [
    {
      name: 'the pod itself tolerates what its template does not: admission added it',
      given: {
        ...onSystem([critical], { spec: podSpec({ tolerations: [everything] }) }),
        endpointSlices: [slice([endpoint('web-5d4f-0', 'system-0')])],
      },
      finds: [],
    },
    {
      name: 'behind two Services it is found once',
      given: tainted([gpu], {
        services: [service(), service({ name: 'web-internal' })],
        endpointSlices: [
          slice([endpoint('web-5d4f-a', 'gpu-0')]),
          slice([endpoint('web-5d4f-a', 'gpu-0')], { service: 'web-internal', name: 'w-2' }),
        ],
      }),
      finds: [{ ...stays, evidence: { podCount: 1 } }],
    },
    {
      name: 'a not-ready pod runs there all the same',
      given: tainted([gpu], {
        endpointSlices: [slice([endpoint('web-5d4f-a', 'gpu-0', { ready: false })])],
      }),
      finds: [stays],
    },
    {
      name: 'one toleration of two taints is not enough',
      given: tainted([gpu, 'team=a:NoSchedule'], {
        deployments: [workload({ spec: { tolerations: [toleratesGpu] } })],
      }),
      finds: [{ ...stays, evidence: { taints: ['team=a:NoSchedule'] } }],
    },
  ],
  unknown: [
    {
      name: 'nothing was found that runs the pods',
      given: tainted([gpu], { deployments: [] }),
      why: 'shop/web: the workload of its pods was not found',
    },
    {
      name: 'a DaemonSet may run them, and was not read',
      given: tainted([gpu], { deployments: [], daemonSets: unread('403') }),
      why: 'shop/web: daemonSets: 403',
    },
  ],
});
