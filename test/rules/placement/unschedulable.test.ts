import { unschedulable } from '../../../shared/rules/placement/unschedulable.ts';
import type {
  NodePool,
  Pod,
  PodSpec,
  TopologySpreadConstraint,
  Workload,
} from '../../../shared/model/index.ts';
import {
  managedCluster,
  node,
  nodePool,
  pinned,
  pod,
  podSpec,
  taint,
  virtualNode,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Deployment shop/web', severity: 'high' } as const;
const noLabel = { ...high, causes: ['no-matching-label'] } as const;
const nvme: Partial<PodSpec> = { nodeSelector: new Map([['disk', 'nvme']]) };
const toleratesAll = { key: '', operator: 'Exists', value: '', effect: '' };

/** Deployment `shop/web` in a cluster with one open node of pool `user`. */
function deployed(spec: Partial<PodSpec>, changes: SnapshotChanges = {}): SnapshotChanges {
  return {
    managedCluster: managedCluster({ nodePools: [nodePool('user')] }),
    nodes: [node('user-0')],
    deployments: [workload({ spec })],
    daemonSets: [],
    ...changes,
  };
}

/** A hard spread by host over two open nodes, beside a tainted one; four replicas, two of them Pending. */
function spreadPods(
  constraint: Partial<TopologySpreadConstraint> = {},
  changes: SnapshotChanges = {},
  own: Partial<Workload> = {},
): SnapshotChanges {
  const labelSelector = { matchLabels: new Map([['app', 'web']]), matchExpressions: [] };
  const hard: TopologySpreadConstraint = {
    topologyKey: 'kubernetes.io/hostname',
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    ...constraint,
  };
  const spec = podSpec({ topologySpread: [hard] });
  return {
    managedCluster: managedCluster(),
    nodes: [
      node('system-0', { taints: [taint('CriticalAddonsOnly=true:NoSchedule')] }),
      node('user-0'),
      node('user-1'),
    ],
    deployments: [workload({ replicas: 4, spec, statusCount: 2, ...own })],
    daemonSets: [],
    pendingPods: [pending('web-5d4f-a', { spec }), pending('web-5d4f-b', { spec })],
    ...changes,
  };
}

const heldDown = {
  ...high,
  severity: 'medium',
  causes: ['spread-counts-tainted-nodes'],
} as const;

function withPool(changes: Partial<NodePool>): SnapshotChanges {
  return {
    managedCluster: managedCluster({
      nodePools: [nodePool('user'), nodePool('fast', { count: 0, ...changes })],
    }),
  };
}

function pending(name: string, changes: Partial<Pod> = {}): Pod {
  return pod(name, { phase: 'Pending', spec: podSpec(nvme), ...changes });
}

describeRule(unschedulable, {
  fires: [
    {
      name: 'a label that no pool has',
      given: deployed(nvme),
      finds: [
        {
          ...noLabel,
          evidence: { pools: ['user: label disk=nvme is missing'], pendingPods: 0, readyPods: 0 },
        },
      ],
    },
    {
      name: 'a value in another letter case: the one that is meant is named',
      given: deployed({ nodeSelector: new Map([['kubernetes.azure.com/agentpool', 'User']]) }),
      finds: [{ ...noLabel, evidence: { nearest: ['kubernetes.azure.com/agentpool=user'] } }],
    },
    {
      name: 'an affinity to a pool that is not there',
      given: deployed(pinned('gone')),
      finds: [noLabel],
    },
    {
      name: 'a taint that is not tolerated',
      given: deployed({}, { nodes: [node('user-0', { taints: [taint('a=b:NoSchedule')] })] }),
      finds: [
        {
          ...high,
          causes: ['untolerated-taint'],
          evidence: { pools: ['user: taint a=b:NoSchedule is not tolerated'] },
        },
      ],
    },
    {
      name: 'each pool has something else in the way',
      given: deployed(pinned('fast'), {
        nodes: [node('user-0'), node('fast-0', { taints: [taint('a=b:NoExecute')] })],
      }),
      finds: [{ ...high, causes: ['no-matching-label', 'untolerated-taint'] }],
    },
    {
      name: 'the pool that fits is stopped',
      given: deployed(
        nvme,
        withPool({ labels: new Map([['disk', 'nvme']]), powerState: 'Stopped' }),
      ),
      finds: [{ ...high, causes: ['no-matching-label', 'pool-stopped'] }],
    },
    {
      name: 'a StatefulSet, a Job, a bare pod and a ReplicaSet of nobody',
      given: deployed(
        {},
        {
          statefulSets: [workload({ kind: 'StatefulSet', name: 'db', spec: nvme })],
          pendingPods: [
            pending('report-x', { owner: { kind: 'Job', name: 'report' } }),
            pending('bare', { owner: undefined }),
            pending('rollout-1', { owner: { kind: 'ReplicaSet', name: 'rollout-6b7' } }),
            pending('rollout-2', { owner: { kind: 'ReplicaSet', name: 'rollout-6b7' } }),
          ],
        },
      ),
      finds: [
        { ...noLabel, subject: 'StatefulSet shop/db' },
        { ...noLabel, subject: 'Pod shop/bare' },
        { ...noLabel, subject: 'Job shop/report', evidence: { pendingPods: 1 } },
        { ...noLabel, subject: 'ReplicaSet shop/rollout-6b7', evidence: { pendingPods: 2 } },
      ],
    },
    {
      name: 'a Deployment that the list lacks, by what it writes on its pods',
      given: deployed(
        {},
        {
          pendingPods: [
            pending('api-6b7-x', {
              owner: { kind: 'ReplicaSet', name: 'api-6b7' },
              labels: new Map([['pod-template-hash', '6b7']]),
            }),
          ],
        },
      ),
      finds: [{ ...noLabel, subject: 'Deployment shop/api' }],
    },
    {
      name: 'its Pending pods are counted, and those of nobody else',
      given: deployed(nvme, {
        pendingPods: [
          pending('web-5d4f-a'),
          pending('web-5d4f-b'),
          pending('web-admin-7c9-x', { owner: { kind: 'ReplicaSet', name: 'web-admin-7c9' } }),
        ],
        deployments: [workload({ spec: nvme }), workload({ name: 'web-admin', replicas: 0 })],
      }),
      finds: [{ ...noLabel, evidence: { pendingPods: 2 } }],
    },
    {
      name: 'a hard spread counts a tainted node, which stays empty',
      given: spreadPods(),
      finds: [
        {
          ...heldDown,
          evidence: {
            replicas: 4,
            placeable: 2,
            placeableWithHonor: 4,
            pendingPods: 2,
            readyPods: 2,
            nodesThatStayEmpty: ['system-0'],
          },
        },
      ],
    },
    {
      name: 'the same with a virtual node',
      given: spreadPods({}, { nodes: [node('user-0'), node('user-1'), virtualNode()] }),
      finds: [heldDown],
    },
  ],
  quiet: [
    {
      name: 'a hard spread that leaves tainted nodes out',
      given: spreadPods({ nodeTaintsPolicy: 'Honor' }),
    },
    {
      name: 'a hard spread that counts pods of others, which may stand on the tainted node',
      given: spreadPods(
        {},
        {
          statefulSets: [
            workload({ kind: 'StatefulSet', name: 'old', podLabels: new Map([['app', 'web']]) }),
          ],
        },
      ),
    },
    {
      name: 'a hard spread, and no tainted node',
      given: spreadPods({}, { nodes: [node('user-0'), node('user-1')] }),
    },
    {
      name: 'the autoscaler adds nodes for pods that wait',
      given: spreadPods(
        {},
        {
          managedCluster: managedCluster({
            nodePools: [
              nodePool('system'),
              nodePool('user', { autoscaling: true, count: 2, maxCount: 5 }),
            ],
          }),
        },
      ),
    },
    { name: 'an open node', given: deployed({}) },
    {
      name: 'one of two pools fits',
      given: deployed(nvme, {
        nodes: [node('user-0'), node('fast-0', { labels: new Map([['disk', 'nvme']]) })],
      }),
    },
    {
      name: 'a pool at zero that grows by itself',
      given: deployed(
        nvme,
        withPool({ labels: new Map([['disk', 'nvme']]), autoscaling: true, maxCount: 3 }),
      ),
    },
    {
      name: 'a pool at zero that grows by hand',
      given: deployed(nvme, withPool({ labels: new Map([['disk', 'nvme']]) })),
    },
    {
      name: 'scaled to zero',
      given: deployed(nvme, { deployments: [workload({ replicas: 0, spec: nvme })] }),
    },
    {
      name: 'every node is cordoned or not Ready, which passes',
      given: deployed({}, { nodes: [node('user-0', { unschedulable: true, ready: 'false' })] }),
    },
    {
      name: 'a virtual node can host it',
      given: deployed(
        {
          nodeSelector: new Map([['type', 'virtual-kubelet']]),
          tolerations: [toleratesAll],
        },
        { nodes: [node('user-0'), virtualNode()] },
      ),
    },
    {
      name: 'Pending for want of room alone',
      given: deployed({}, { pendingPods: [pending('web-5d4f-a', { spec: podSpec() })] }),
    },
    {
      name: 'a Pending pod that has its node, one on its way out, one of a DaemonSet',
      given: deployed(
        {},
        {
          pendingPods: [
            pending('a', { owner: undefined, node: node('user-0').name }),
            pending('b', { owner: undefined, deleting: true }),
            pending('c', { owner: { kind: 'DaemonSet', name: 'agent' } }),
          ],
        },
      ),
    },
  ],
  boundary: [
    {
      name: 'a skew that leaves room for all of them',
      given: spreadPods({ maxSkew: 2 }),
      finds: [],
    },
    {
      name: 'one replica more than the skew leaves room for',
      given: spreadPods({ maxSkew: 2 }, {}, { replicas: 5 }),
      finds: [{ ...heldDown, evidence: { placeable: 4 } }],
    },
    {
      name: 'all pods run: they were placed before the taint',
      given: spreadPods({}, { pendingPods: [] }, { statusCount: 4 }),
      finds: [],
    },
    {
      name: 'admission gave the Pending pod a toleration that the template lacks',
      given: deployed(
        {},
        {
          nodes: [node('user-0', { taints: [taint('nvidia.com/gpu=present:NoSchedule')] })],
          pendingPods: [pending('web-5d4f-a', { spec: podSpec({ tolerations: [toleratesAll] }) })],
        },
      ),
      finds: [],
    },
    {
      name: 'an affinity with an empty list of terms fits no node',
      given: deployed({ requiredNodeAffinity: [] }),
      finds: [noLabel],
    },
    {
      name: 'pods run, and will not come back',
      given: deployed(nvme, { deployments: [workload({ spec: nvme, statusCount: 3 })] }),
      finds: [{ ...noLabel, evidence: { readyPods: 3 } }],
    },
    {
      name: 'a key that speaks of taints is still a label',
      given: deployed({ nodeSelector: new Map([['example.com/taint', 'x']]) }),
      finds: [noLabel],
    },
    {
      name: 'a condition beside what lasts is not named',
      given: deployed(nvme, {
        nodes: [node('user-0', { taints: [taint('node.kubernetes.io/not-ready:NoExecute')] })],
      }),
      finds: [{ ...noLabel, evidence: { pools: ['user: label disk=nvme is missing'] } }],
    },
  ],
  unknown: [
    {
      name: 'node auto-provisioning may make a node that fits',
      given: deployed(nvme, { managedCluster: managedCluster({ nodeAutoProvisioning: true }) }),
      why: 'shop/web: no pool can host it now, and whether node auto-provisioning',
    },
    {
      name: 'AKS keeps the system nodes, and may let it in',
      given: deployed(nvme, { managedCluster: managedCluster({ hostedSystemPools: true }) }),
      why: 'shop/web: whether a node pool can host it is not known',
    },
    {
      name: 'a pool at zero of which ARM does not tell the label',
      given: deployed(
        { nodeSelector: new Map([['kubernetes.azure.com/sku-cpu', '8']]) },
        withPool({}),
      ),
      why: 'shop/web: whether a node pool can host it is not known',
    },
    {
      name: 'seven workloads with one reason are one line',
      given: deployed(
        {},
        {
          managedCluster: managedCluster({ nodeAutoProvisioning: true }),
          deployments: Array.from({ length: 7 }, (_, index) =>
            workload({ name: `web-${index}`, spec: nvme }),
          ),
        },
      ),
      why: 'shop/web-0, shop/web-1, shop/web-2, shop/web-3, shop/web-4 and 2 more: no pool',
    },
  ],
});
