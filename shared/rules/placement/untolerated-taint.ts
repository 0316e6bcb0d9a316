import {
  compacted,
  compareText,
  counted,
  kindAndName,
  listed,
  subjectText,
  type Taint,
  type Workload,
} from '../../model/index.ts';
import { isNoExecute } from '../../placement/index.ts';
import { defineRule, type Fault, type Fix, type Subject } from '../rule.ts';
import { distinct, reasonsBySubjects, taintText } from '../../fixes/text.ts';
import { kubectlOn } from '../../fixes/commands.ts';
import { groupsOf } from '../../facts/groups.ts';
import { misplacedPods, type Misplaced } from '../../facts/misplaced-pods.ts';
import { distinctTaints, tolerate } from '../../fixes/toleration-fixes.ts';

/** Finds pods that run where they could not be scheduled any more: they may stay, and will not come back. */
export const untoleratedTaint = defineRule(
  {
    id: 'placement/untolerated-taint',
    title: 'Pods run on a node whose taint they do not tolerate',
    why: 'A taint that was added later does not evict them; when they terminate or their node is upgraded, they are scheduled elsewhere.',
    remedy: 'Add the toleration if the pods belong there, or restart them at a convenient time.',
    severity: 'info',
    source: 'Kubernetes: taints and tolerations',
  },
  { needs: ['deployments', 'statefulSets', misplacedPods] },
  ({ deployments, statefulSets, misplacedPods: { pods, unjudged } }) => {
    const workloads = [...deployments, ...statefulSets];
    return {
      faults: groupsOf(pods, ({ owner }) => kindAndName(owner))
        .toSorted(([a], [b]) => compareText(kindAndName(a.owner), kindAndName(b.owner)))
        .map((each) => faultOf(each, workloads)),
      unknown: reasonsBySubjects(unjudged),
    };
  },
);

function faultOf(
  pods: readonly [Misplaced, ...Misplaced[]],
  workloads: readonly Workload[],
): Fault {
  const [{ owner }] = pods;
  const name = subjectText(owner);
  const taints = distinctTaints(pods.flatMap((each) => each.taints));
  const evicted = pods.filter((each) => each.taints.some(isNoExecute)).length;
  const nodes = distinct(pods.map(({ node }) => node.name));
  return {
    subject: owner,
    title: `${counted(pods.length, 'pod')} of ${name} ${pods.length === 1 ? 'runs' : 'run'} on nodes with untolerated taints`,
    message: `${counted(pods.length, 'pod')} of ${owner.kind} ${name} on ${listed(nodes)} ${pods.length === 1 ? 'does' : 'do'} not tolerate ${listed(taints.map(taintText))}. ${sentence(pods.length, evicted)}`,
    causes: compacted([evicted > 0 && 'no-execute', evicted < pods.length && 'no-schedule']),
    evidence: {
      pods: distinct(pods.map(({ pod }) => pod)),
      podCount: pods.length,
      nodes,
      taints: taints.map(taintText),
    },
    fixes: fixesOf(owner, pods, workloads),
  };
}

function sentence(count: number, evicted: number): string {
  const stay =
    'A NoSchedule taint that was added later does not evict running pods: they stay, but are scheduled elsewhere when they terminate or their node is upgraded.';
  const gone =
    'A NoExecute taint evicts pods immediately: either it is new, or a finalizer or an unresponsive node delays termination.';
  if (evicted === 0) return stay;
  return evicted === count ? gone : `${stay} ${gone}`;
}

/**
 * Taints of system pools, of virtual nodes, on which nothing answers a load balancer, and of pools that
 * are being emptied into or out of node auto-provisioning.
 */
function isNotForUsers({ key }: Taint): boolean {
  return (
    key === 'CriticalAddonsOnly' ||
    key === 'virtual-kubelet.io/provider' ||
    key.startsWith('autoscaling.azure.com/')
  );
}

function fixesOf(
  subject: Subject,
  pods: readonly Misplaced[],
  workloads: readonly Workload[],
): readonly Fix[] {
  const { kind, namespace = 'default', name } = subject;
  const workload = workloads.find(
    (each) => each.kind === kind && each.namespace === namespace && each.name === name,
  );
  const taints = distinctTaints(pods.flatMap((each) => each.taints));
  const steps =
    workload === undefined
      ? pods
          .slice(0, 3)
          .map(({ pod }) => kubectlOn({ kind: 'Pod', namespace, name: pod }, 'delete'))
      : [kubectlOn(subject, 'rollout restart')];
  return compacted([
    !(workload === undefined || taints.some(isNotForUsers)) &&
      tolerate(workload, taints, [
        'pods are restarted',
        'more pods can be scheduled on such nodes',
      ]),
    {
      title: 'Restart the pods so that they move to nodes they tolerate',
      steps,
      price: compacted([
        'pods are restarted and need capacity elsewhere',
        kind === 'Pod' && 'a pod without a controller is not recreated',
      ]),
    },
  ]);
}
