import type { Pod, PodSpec, Workload } from '../../model/index.ts';
import { canBeScheduled, describeObstacle } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, RuleContext, Subject } from '../rule.ts';
import { workloadSubject } from '../services.ts';
import { capped, distinct, listed, quoted } from '../text.ts';

/** Finds workloads that no node pool can host, and names what stands in the way on each. */
export const unschedulable = defineRule(
  {
    id: 'placement/unschedulable',
    title: 'No node pool can host a workload',
    why: 'Its pods stay Pending, or will not come back once they end.',
    remedy: 'Correct the selector or affinity, tolerate the taint, or add a pool that fits.',
    severity: 'high',
    source: 'placement.md Q2, Q7',
  },
  ['managedCluster', 'nodes', 'deployments', 'statefulSets', 'pendingPods'],
  ({ managedCluster, nodes, deployments, statefulSets, pendingPods }, context) => {
    const unknown: string[] = [];
    const judge = (subject: Subject, spec: PodSpec, kind: string): readonly Fault[] => {
      const result = canBeScheduled(spec, managedCluster, nodes);
      const name =
        subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
      if (result.answer === 'unknown')
        unknown.push(`${name}: whether a node pool can host it cannot be told from what was read`);
      if (result.answer !== 'no') return [];
      const reasons = result.perPool.map(
        ({ pool, landing }) =>
          `${pool}: ${listed(distinct(landing.obstacles.map((each) => describeObstacle(each))))}`,
      );
      return [faultOf(subject, kind, name, reasons, context)];
    };
    const workloads = [...deployments, ...statefulSets].filter(
      (workload: Workload) => workload.replicas !== 0,
    );
    const alone = new Map<string, { subject: Subject; pod: Pod }>();
    for (const pod of pendingPods) {
      const subject = ownSubject(pod);
      if (subject !== undefined)
        alone.set(`${subject.kind} ${pod.namespace}/${subject.name}`, { subject, pod });
    }
    return {
      faults: [
        ...workloads.flatMap((workload) =>
          judge(workloadSubject(workload), workload.podSpec, workload.kind),
        ),
        ...[...alone.values()].flatMap(({ subject, pod }) =>
          judge(subject, pod.spec, subject.kind),
        ),
      ],
      unknown,
    };
  },
);

/** Pending pods that no Deployment or StatefulSet stands for: those of Jobs, and bare ones. */
function ownSubject(pod: Pod): Subject | undefined {
  if (pod.deleting || pod.node !== undefined || pod.mirror) return undefined;
  if (pod.owner === undefined) return { kind: 'Pod', namespace: pod.namespace, name: pod.name };
  if (pod.owner.kind === 'Job')
    return { kind: 'Job', namespace: pod.namespace, name: pod.owner.name };
  return undefined;
}

function faultOf(
  subject: Subject,
  kind: string,
  name: string,
  reasons: readonly string[],
  { snapshot }: RuleContext,
): Fault {
  const pending =
    snapshot.pendingPods.kind === 'read'
      ? snapshot.pendingPods.value.filter(
          (pod) =>
            pod.namespace === subject.namespace &&
            (pod.name === subject.name || pod.name.startsWith(`${subject.name}-`)),
        ).length
      : 0;
  return {
    subject,
    title: `No node pool can host ${name}`,
    message: `${kind} ${name} fits on no node pool: ${listed(reasons, 8)}. Resources, host ports and volumes are not judged here.`,
    causes: distinct(
      reasons.map((reason) =>
        reason.includes('taint') ? 'untolerated-taint' : 'no-matching-label',
      ),
    ),
    evidence: { pools: capped(reasons), pendingPods: pending },
    fixes: [
      {
        title: 'Correct what stands in the way',
        steps: [
          {
            tool: 'kubectl',
            text: `kubectl -n ${quoted(subject.namespace ?? 'default')} edit ${subject.kind.toLowerCase()} ${quoted(subject.name)}`,
          },
        ],
        price: ['pods are restarted'],
      },
    ],
  };
}
