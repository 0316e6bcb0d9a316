import {
  compareText,
  kindAndName,
  workloadSubject,
  type Pod,
  type PodSpec,
  type Subject,
  type Workload,
} from '../model/index.ts';
import { ownerOf } from './owners.ts';

/** A workload that wants to be placed, and where its pods stand. */
export interface ToPlace {
  readonly subject: Subject;
  readonly spec: PodSpec;
  readonly pending: number;
  readonly running: number;
}

/**
 * What is to be placed: workloads with replicas, judged by a Pending pod of theirs where there is
 * one (admission adds to what the template says), and Pending pods of anything else but DaemonSets.
 * @param deployments All of them: a Pending pod is judged with its Deployment.
 */
export function toPlace(
  workloads: readonly Workload[],
  pendingPods: readonly Pod[],
  deployments: readonly Workload[],
): readonly ToPlace[] {
  const waiting = pendingPods
    .filter(
      (pod) =>
        !pod.deleting && pod.node === undefined && !pod.mirror && pod.owner?.kind !== 'DaemonSet',
    )
    .toSorted((a, b) => compareText(a.name, b.name));
  const byOwner = Map.groupBy(waiting, (pod) => kindAndName(ownerOf(pod, deployments)));
  const own = workloads
    .filter((workload) => workload.replicas !== 0)
    .map((workload): ToPlace => {
      const subject = workloadSubject(workload);
      const pods = byOwner.get(kindAndName(subject)) ?? [];
      const spec = pods[0]?.spec ?? workload.podSpec;
      return { subject, spec, pending: pods.length, running: workload.statusCount ?? 0 };
    });
  const known = new Set(workloads.map((workload) => kindAndName(workload)));
  const others = [...byOwner].flatMap(([key, pods]): readonly ToPlace[] => {
    const [pod] = pods;
    if (pod === undefined || known.has(key)) return [];
    const subject = ownerOf(pod, deployments);
    return [{ subject, spec: pod.spec, pending: pods.length, running: 0 }];
  });
  return [...own, ...others];
}
