import {
  counted,
  listed,
  poolNameOf,
  subjectText,
  valueOr,
  type Node,
  type NodeName,
  type NodePool,
  type Pod,
  type Reason,
  type Workload,
} from '../../model/index.ts';
import { firstUntolerated, isHard, isSoft, lastingTaints } from '../../placement/index.ts';
import { isolation } from '../../fixes/isolation.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import { distinct, taintText } from '../../fixes/text.ts';
import { unjudged } from '../../facts/index.ts';
import { poolModes } from '../../facts/pool-modes.ts';
import { editOwners, restartPods } from '../../fixes/pod-fixes.ts';
import { userTests } from '../../facts/user-pods.ts';

/** Finds user pods that run on system pools, and says what let them in. */
export const userPodsOnSystemPool = defineRule(
  {
    id: 'placement/user-pods-on-system-pool',
    title: 'User pods run on a system node pool',
    why: 'They compete with critical add-ons, and behind a Local Service they attract traffic to the system pool.',
    remedy:
      'Add a hard taint to the system pool, and restart the pods so that they move to a user pool.',
    severity: 'medium',
    source: 'AKS: system node pools; Kubernetes: taints and tolerations',
  },
  {
    needs: ['nodes', 'systemPods', poolModes, userTests],
    helps: ['deployments'],
    fixes: [isolation],
  },
  (
    {
      nodes,
      systemPods,
      poolModes: modes,
      userTests: { isUserPod },
      deployments,
      isolation: isolate,
      cluster,
    },
    { settings },
  ) => {
    if (!modes.roomForUsers) return { faults: [], unknown: modes.unjudged };
    const nodeOf = new Map(nodes.map((node) => [node.name, node]));
    const placed = systemPods.flatMap((pod) =>
      placedPod(pod, nodeOf, isUserPod(pod, settings.systemNamespaces)),
    );
    const fixesFor = (pool: NodePool, pods: readonly Placed[]): readonly Fix[] =>
      fixesOf(pods, valueOr(deployments, []), isolate(cluster, pool));
    const { faults, unknown } = judgeEach(modes.system, (pool) => {
      const own = placed.filter(({ node }) => poolNameOf(node) === pool.name);
      const sure = own.filter(({ perhaps }) => perhaps === undefined);
      if (sure.length > 0) return faultOf(pool, sure, fixesFor(pool, sure));
      const [reason] = own.flatMap(({ perhaps }) => perhaps ?? []);
      return reason && unjudged([pool], reason);
    });
    return { faults, unknown: [...modes.unjudged, ...unknown] };
  },
);

/** What let a pod onto its node. */
type LetIn = 'no-taint' | 'soft-taint' | 'toleration' | 'before-taint';

interface Placed {
  readonly pod: Pod;
  readonly node: Node;
  readonly letIn: LetIn;
  /** Why it may be AKS's own. */
  readonly perhaps?: Reason;
}

function placedPod(
  pod: Pod,
  nodeOf: ReadonlyMap<NodeName, Node>,
  isUserPod: boolean | Reason,
): readonly Placed[] {
  const node = pod.node === undefined ? undefined : nodeOf.get(pod.node);
  if (node === undefined || isUserPod === false) return [];
  const placed = { pod, node, ...(isUserPod !== true && { perhaps: isUserPod }) };
  const taints = lastingTaints(node);
  const untolerated = firstUntolerated(taints, pod.spec.tolerations, isHard);
  if (untolerated !== undefined) return [{ ...placed, letIn: 'before-taint' }];
  if (taints.some(isHard)) return [{ ...placed, letIn: 'toleration' }];
  return [{ ...placed, letIn: taints.some(isSoft) ? 'soft-taint' : 'no-taint' }];
}

function faultOf(pool: NodePool, placed: readonly Placed[], fixes: readonly Fix[]): Fault {
  const taints = placed.flatMap(({ node }) => lastingTaints(node));
  const hard = distinct(taints.filter(isHard).map(taintText));
  const soft = distinct(taints.filter(isSoft).map(taintText));
  const names = distinct(placed.map(({ pod }) => subjectText(pod)));
  const causes = causesOf(placed);
  return {
    subject: { kind: 'NodePool', name: pool.name },
    title: `${counted(placed.length, 'user pod runs', 'user pods run')} on system node pool ${pool.name}`,
    message: `${listed(names)} ${names.length === 1 ? 'runs' : 'run'} on nodes reserved for cluster add-ons. ${causes.map((cause) => sentence(cause, placed, hard, soft)).join(' ')}`,
    causes,
    evidence: {
      pods: placed.length,
      names,
      nodes: distinct(placed.map(({ node }) => node.name)),
      hardTaints: hard,
      softTaints: soft,
    },
    fixes,
  };
}

function causesOf(placed: readonly Placed[]): readonly LetIn[] {
  return [...new Set(placed.map(({ letIn }) => letIn))].toSorted();
}

function fixesOf(
  placed: readonly Placed[],
  deployments: readonly Workload[],
  isolated: Fix,
): readonly Fix[] {
  const causes = causesOf(placed);
  return causes.flatMap((cause): readonly Fix[] => {
    const pods = placed.filter(({ letIn }) => letIn === cause).map(({ pod }) => pod);
    if (cause === 'toleration') return [editOwners(pods, deployments)];
    if (cause === 'before-taint') return [restartPods(pods, deployments)];
    // No taint and a soft one have the same cure: once is enough.
    return cause === 'no-taint' && causes.includes('soft-taint') ? [] : [isolated];
  });
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
      return `${all ? 'The pool has' : one ? 'The node of one of them has' : `The nodes of ${count} of them have`} no taint.`;
    case 'soft-taint':
      return `${listed(soft)} did not keep ${all ? (one ? 'it' : 'them') : `${count} of them`} off: the scheduler can ignore a soft taint.`;
    case 'toleration':
      return `${who} ${one ? 'tolerates' : 'tolerate'} ${listed(hard)}.`;
    case 'before-taint':
      return `${who} ${one ? 'does' : 'do'} not tolerate ${listed(hard)}, started before the taint or ${one ? 'was' : 'were'} bound manually, and will be scheduled elsewhere after a restart.`;
  }
}
