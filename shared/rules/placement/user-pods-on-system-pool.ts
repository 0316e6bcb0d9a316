import type { ClusterSnapshot, Node, NodeName, NodePool, Pod } from '../../model/index.ts';
import { firstUntolerated, isHard, isSoft, poolNameOf } from '../../placement/index.ts';
import { isolateSystemPool } from '../../fixes/cluster-fixes.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { counted, distinct, listed, taintText } from '../../fixes/text.ts';
import { lastingTaints } from '../../facts/pool-nodes.ts';
import { poolsByMode, type PoolModes } from '../../facts/pool-modes.ts';
import { editOwners, restartPods } from '../../fixes/pod-fixes.ts';
import { userPodTest } from './user-pods.ts';

/** Finds user pods that run on system pools, and says what let them in. */
export const userPodsOnSystemPool = defineRule(
  {
    id: 'placement/user-pods-on-system-pool',
    title: 'User pods run on a system pool',
    why: 'They compete with the add-ons that the cluster lives on, and behind a Local Service they pull the traffic there.',
    remedy: 'Taint the system pool hard, and restart the pods so that they move to a user pool.',
    severity: 'medium',
    source: 'AKS: system node pools; Kubernetes: taints and tolerations',
  },
  ['managedCluster', 'nodes', 'systemPods'],
  ({ managedCluster, nodes, systemPods }, { snapshot, settings }) => {
    const modes = poolsByMode(managedCluster, nodes);
    if (!modes.roomForUsers) return { faults: [], unknown: modes.unknown };
    const nodeOf = new Map(nodes.map((node) => [node.name, node]));
    const isUserPod = userPodTest(snapshot, settings);
    const placed = systemPods.flatMap((pod) => placedPod(pod, nodeOf, isUserPod));
    return {
      faults: modes.system.flatMap((pool): readonly Fault[] => {
        const own = placed.filter(({ node }) => poolNameOf(node) === pool.name);
        return own.length === 0 ? [] : [faultOf(pool, own, modes, snapshot)];
      }),
      unknown: modes.unknown,
    };
  },
);

/** What let a pod onto its node. */
type LetIn = 'no-taint' | 'soft-taint' | 'toleration' | 'before-taint';

interface Placed {
  readonly pod: Pod;
  readonly node: Node;
  readonly letIn: LetIn;
}

function placedPod(
  pod: Pod,
  nodeOf: ReadonlyMap<NodeName, Node>,
  isUserPod: (pod: Pod) => boolean,
): readonly Placed[] {
  const node = pod.node === undefined ? undefined : nodeOf.get(pod.node);
  if (node === undefined || !isUserPod(pod)) return [];
  const taints = lastingTaints(node);
  const untolerated = firstUntolerated(taints, pod.spec.tolerations, isHard);
  if (untolerated !== undefined) return [{ pod, node, letIn: 'before-taint' }];
  if (taints.some(isHard)) return [{ pod, node, letIn: 'toleration' }];
  return [{ pod, node, letIn: taints.some(isSoft) ? 'soft-taint' : 'no-taint' }];
}

function faultOf(
  pool: NodePool,
  placed: readonly Placed[],
  { linuxElsewhere }: PoolModes,
  snapshot: ClusterSnapshot,
): Fault {
  const taints = placed.flatMap(({ node }) => lastingTaints(node));
  const hard = distinct(taints.filter(isHard).map(taintText));
  const soft = distinct(taints.filter(isSoft).map(taintText));
  const names = distinct(placed.map(({ pod }) => `${pod.namespace}/${pod.name}`));
  const causes = [...new Set(placed.map(({ letIn }) => letIn))].toSorted();
  return {
    subject: { kind: 'NodePool', name: pool.name },
    title: `${counted(placed.length, 'user pod runs', 'user pods run')} on system pool ${pool.name}`,
    message: `${listed(names)} ${names.length === 1 ? 'runs' : 'run'} on nodes that are meant for the cluster's add-ons. ${causes.map((cause) => sentence(cause, placed, hard, soft)).join(' ')}`,
    causes,
    evidence: {
      pods: placed.length,
      names,
      nodes: distinct(placed.map(({ node }) => node.name)),
      hardTaints: hard,
      softTaints: soft,
    },
    fixes: causes.flatMap((cause): readonly Fix[] => {
      const pods = placed.filter(({ letIn }) => letIn === cause).map(({ pod }) => pod);
      if (cause === 'toleration') return [editOwners(pods, snapshot.deployments)];
      if (cause === 'before-taint') return [restartPods(pods, snapshot.deployments)];
      // No taint and a soft one have the same cure: once is enough.
      if (cause === 'no-taint' && causes.includes('soft-taint')) return [];
      return [isolateSystemPool(snapshot, pool, linuxElsewhere)];
    }),
  };
}

function sentence(
  cause: LetIn,
  placed: readonly Placed[],
  hard: readonly string[],
  soft: readonly string[],
): string {
  const count = placed.filter(({ letIn }) => letIn === cause).length;
  const all = count === placed.length;
  const one = count === 1;
  const who = all ? (one ? 'It' : 'They') : `${count} of them`;
  switch (cause) {
    case 'no-taint':
      return `Nothing kept ${all ? (one ? 'it' : 'them') : who} off: ${all ? 'the pool has' : one ? 'its node has' : 'their nodes have'} no taint.`;
    case 'soft-taint':
      return `${listed(soft)} let ${all ? (one ? 'it' : 'them') : who} in: a soft taint is a hint that the scheduler may overrule.`;
    case 'toleration':
      return `${who} ${one ? 'tolerates' : 'tolerate'} ${listed(hard)}.`;
    case 'before-taint':
      return `${who} ${one ? 'does' : 'do'} not tolerate ${listed(hard)}, came before the taint or ${one ? 'was' : 'were'} bound by hand, and will not come back once restarted.`;
  }
}
