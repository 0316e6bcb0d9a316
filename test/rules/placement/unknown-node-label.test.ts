import { unknownNodeLabel } from '../../../shared/rules/placement/unknown-node-label.ts';
import type {
  ManagedCluster,
  Node,
  NodeSelectorTerm,
  PodSpec,
  Requirement,
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

const low = { subject: 'Deployment shop/web', severity: 'low' } as const;
const unknownValue = { ...low, causes: ['unknown-value'] } as const;
const unknownKey = { ...low, causes: ['unknown-key'] } as const;
const pool = 'kubernetes.azure.com/agentpool';

function requirement(key: string, operator: string, ...values: readonly string[]): Requirement {
  return { key, operator, values };
}

function term(...matchExpressions: readonly Requirement[]): NodeSelectorTerm {
  return { matchExpressions, matchFields: [] };
}

function required(...terms: readonly NodeSelectorTerm[]): Partial<PodSpec> {
  return { requiredNodeAffinity: terms };
}

function preferred(each: NodeSelectorTerm): Partial<PodSpec> {
  return { preferredNodeAffinity: [{ weight: 1, term: each }] };
}

function labelled(name: string, labels: Readonly<Record<string, string>>): Node {
  return node(name, { labels: new Map(Object.entries(labels)) });
}

const nodes = [node('system-0'), labelled('user-0', { tier: 'front', generation: '5' })];

/** Deployment `shop/web` in a cluster with pools `system` and `user`. */
function deployed(spec: Partial<PodSpec>, changes: SnapshotChanges = {}): SnapshotChanges {
  return { nodes, deployments: [workload({ spec })], daemonSets: [], ...changes };
}

function pools(...more: readonly Partial<ManagedCluster>[]): SnapshotChanges {
  return { managedCluster: managedCluster(Object.assign({}, ...more) as Partial<ManagedCluster>) };
}

describeRule(unknownNodeLabel, {
  fires: [
    {
      name: 'one of two pools of a list is not there',
      given: deployed(required(term(requirement(pool, 'In', 'user', 'usr-large')))),
      finds: [{ ...unknownValue, evidence: { labels: [`${pool}=usr-large`], nearest: [] } }],
    },
    {
      name: 'a slip beside what works: the nearest value is offered',
      given: deployed(required(term(requirement(pool, 'In', 'user', 'systm')))),
      finds: [{ ...unknownValue, evidence: { nearest: ['system'] } }],
    },
    {
      name: 'a whole term that fits nothing beside one that does',
      given: deployed(
        required(term(requirement('tier', 'In', 'Front')), term(requirement(pool, 'Exists'))),
      ),
      finds: [{ ...unknownValue, evidence: { labels: ['tier=Front'], nearest: ['front'] } }],
    },
    {
      name: 'a key that no node has, with the nearest',
      given: deployed(
        required(term(requirement('tiers', 'Exists')), term(requirement(pool, 'Exists'))),
      ),
      finds: [{ ...unknownKey, evidence: { labels: ['tiers'], nearest: ['tier'] } }],
    },
    {
      name: 'the right name without its prefix',
      given: deployed(
        required(
          term(requirement('agentpools/agentpool', 'In', 'user')),
          term(requirement(pool, 'Exists')),
        ),
      ),
      finds: [{ ...unknownKey, evidence: { nearest: [pool] } }],
    },
    {
      name: 'a number that no node reaches',
      given: deployed(
        required(term(requirement('generation', 'Gt', '7')), term(requirement(pool, 'Exists'))),
      ),
      finds: [{ ...unknownValue, evidence: { labels: ['generation=7'] } }],
    },
    {
      name: 'a preference for what was misspelt',
      given: deployed(preferred(term(requirement(pool, 'In', 'sytem')))),
      finds: [{ ...low, causes: ['prefers-nothing'], evidence: { nearest: ['system'] } }],
    },
    {
      name: 'keeping off a pool that is spelt otherwise',
      given: deployed(required(term(requirement(pool, 'NotIn', 'System')))),
      finds: [{ ...low, causes: ['excludes-nothing'], evidence: { nearest: ['system'] } }],
    },
    {
      name: 'a StatefulSet, a DaemonSet and a Pending pod of a Job',
      given: deployed(
        {},
        {
          statefulSets: [
            workload({
              kind: 'StatefulSet',
              name: 'db',
              spec: required(term(requirement(pool, 'In', 'user', 'data'))),
            }),
          ],
          daemonSets: [
            workload({
              kind: 'DaemonSet',
              name: 'agent',
              replicas: undefined,
              spec: required(term(requirement(pool, 'In', 'user', 'edge'))),
            }),
          ],
          pendingPods: [
            pod('report-x', {
              phase: 'Pending',
              owner: { kind: 'Job', name: 'report' },
              spec: podSpec(required(term(requirement(pool, 'In', 'user', 'batch')))),
            }),
          ],
        },
      ),
      finds: [
        { ...unknownValue, subject: 'DaemonSet shop/agent' },
        { ...unknownValue, subject: 'StatefulSet shop/db' },
        { ...unknownValue, subject: 'Job shop/report' },
      ],
    },
  ],
  quiet: [
    { name: 'the healthy cluster', given: {} },
    {
      name: 'every label of the affinity is on some node',
      given: deployed(
        required(
          term(requirement('tier', 'In', 'front'), requirement('generation', 'Gt', '4')),
          term(requirement(pool, 'In', 'system', 'user')),
        ),
      ),
    },
    {
      name: 'nothing fits at all: that is another finding',
      given: deployed(required(term(requirement(pool, 'In', 'usre')))),
    },
    {
      name: 'a selector fits nothing: that is another finding',
      given: deployed({ nodeSelector: new Map([['tier', 'frnt']]) }),
    },
    {
      name: 'a list for any cluster: architectures, systems, zones',
      given: deployed(
        required(
          term(
            requirement('kubernetes.io/os', 'In', 'linux', 'windows'),
            requirement('topology.kubernetes.io/zone', 'In', '0', 'westeurope-3'),
          ),
          term(requirement('kubernetes.io/arch', 'In', 'amd64', 'arm64')),
        ),
      ),
    },
    {
      name: 'keeping off virtual nodes where there are none',
      given: deployed(required(term(requirement('type', 'NotIn', 'virtual-kubelet')))),
    },
    {
      name: 'keeping off control planes where there are none',
      given: deployed(
        required(
          term(
            requirement('node-role.kubernetes.io/master', 'DoesNotExist'),
            requirement('node-role.kubernetes.io/control-plane', 'DoesNotExist'),
          ),
        ),
        { nodes: [...nodes, labelled('user-1', { 'node-role.kubernetes.io/agent': '' })] },
      ),
    },
    {
      name: 'a preference for spot nodes where there are none',
      given: deployed(
        preferred(term(requirement('kubernetes.azure.com/scalesetpriority', 'In', 'spot'))),
      ),
    },
    {
      name: 'a preference for a label of other clusters',
      given: deployed(preferred(term(requirement('disk', 'In', 'nvme')))),
    },
    {
      name: 'keeping off another pool of a series',
      given: deployed(required(term(requirement(pool, 'NotIn', 'batch-7'))), {
        nodes: [...nodes, node('batch-1-0', { pool: 'batch-1' })],
      }),
    },
    {
      name: 'the label of a pool without nodes',
      given: deployed(required(term(requirement(pool, 'In', 'user', 'burst'))), {
        ...pools({ nodePools: [nodePool('user'), nodePool('burst', { count: 0 })] }),
      }),
    },
    {
      name: 'what AKS runs itself',
      given: deployed(
        {},
        {
          deployments: [
            workload({
              namespace: 'kube-system',
              spec: required(term(requirement(pool, 'In', 'user', 'gone'))),
            }),
            workload({
              name: 'managed',
              labels: new Map([['kubernetes.azure.com/managedby', 'aks']]),
              spec: required(term(requirement(pool, 'In', 'user', 'gone'))),
            }),
          ],
        },
      ),
    },
    {
      name: 'scaled to zero',
      given: deployed(
        {},
        {
          deployments: [
            workload({
              replicas: 0,
              spec: required(term(requirement(pool, 'In', 'user', 'gone'))),
            }),
          ],
        },
      ),
    },
  ],
  boundary: [
    {
      name: 'a value that differs in its number only is another one, not a slip',
      given: deployed(required(term(requirement(pool, 'In', 'pool-1', 'pool-2'))), {
        nodes: [...nodes, node('pool-1-0', { pool: 'pool-1' })],
      }),
      finds: [{ ...unknownValue, evidence: { labels: [`${pool}=pool-2`], nearest: [] } }],
    },
    {
      name: 'a value of a known list in another spelling is a slip',
      given: deployed(
        required(
          term(requirement('kubernetes.io/os', 'In', 'Linux')),
          term(requirement(pool, 'Exists')),
        ),
      ),
      finds: [{ ...unknownValue, evidence: { nearest: ['linux'] } }],
    },
    {
      name: 'a zone that the region does not have',
      given: deployed(
        required(term(requirement('topology.kubernetes.io/zone', 'In', '0', 'westeurope-4'))),
      ),
      finds: [unknownValue],
    },
    {
      name: 'a DaemonSet that fits no node has nothing that still matches',
      given: deployed(
        {},
        {
          daemonSets: [
            workload({
              kind: 'DaemonSet',
              name: 'agent',
              replicas: undefined,
              spec: required(term(requirement('gpu', 'Exists'))),
            }),
          ],
        },
      ),
      finds: [],
    },
    {
      name: 'a taint that passes does not make it unschedulable',
      given: deployed(required(term(requirement(pool, 'In', 'user', 'gone'))), {
        nodes: [node('user-0', { taints: [taint('node.kubernetes.io/not-ready:NoExecute')] })],
      }),
      finds: [unknownValue],
    },
    {
      name: 'a label of ARM that has not reached the nodes yet',
      given: deployed(required(term(requirement('tier', 'In', 'front', 'middle'))), {
        ...pools({ nodePools: [nodePool('user', { labels: new Map([['tier', 'middle']]) })] }),
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'node auto-provisioning may make a node with the label',
      given: deployed(required(term(requirement(pool, 'In', 'user', 'gone'))), {
        ...pools({ nodeAutoProvisioning: true }),
      }),
      why: `shop/web: whether node auto-provisioning can create a node with the required ${pool} was not read`,
    },
    {
      name: 'ARM does not tell the label of a pool without nodes',
      given: deployed(
        required(
          term(requirement('kubernetes.azure.com/sku-cpu', 'In', '8')),
          term(requirement(pool, 'Exists')),
        ),
        { ...pools({ nodePools: [nodePool('user'), nodePool('burst', { count: 0 })] }) },
      ),
      why: 'shop/web: which kubernetes.azure.com/sku-cpu the nodes of an empty pool would have',
    },
  ],
});
