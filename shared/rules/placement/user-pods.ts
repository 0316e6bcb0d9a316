import { valueOr, type ClusterSnapshot, type Pod, type Workload } from '../../model/index.ts';
import type { RuleSettings } from '../rule.ts';
import { subjectText } from '../../model/index.ts';
import { ownerOf } from '../../facts/owners.ts';

/**
 * Tells pods that somebody runs for themselves from those of the cluster: not in a system namespace,
 * not of a DaemonSet, not static, not AKS's own, and still running.
 */
export function userPodTest(
  snapshot: ClusterSnapshot,
  settings: RuleSettings,
): (pod: Pod) => boolean {
  const system = systemNamespaces(snapshot, settings);
  const managedOwners = new Set(
    [...valueOr(snapshot.deployments, []), ...valueOr(snapshot.statefulSets, [])]
      .filter(isManagedByAks)
      .map((owner) => `${owner.kind} ${subjectText(owner)}`),
  );
  return (pod) => {
    if (system.has(pod.namespace) || isManagedByAks(pod) || isOver(pod) || isPerNode(pod))
      return false;
    const owner = ownerOf(pod, snapshot.deployments);
    return !managedOwners.has(`${owner.kind} ${subjectText(owner)}`);
  };
}

/** The same for a workload; DaemonSets count. */
export function userWorkloadTest(
  snapshot: ClusterSnapshot,
  settings: RuleSettings,
): (workload: Pick<Workload, 'namespace' | 'labels'>) => boolean {
  const system = systemNamespaces(snapshot, settings);
  return (workload) => !system.has(workload.namespace) && !isManagedByAks(workload);
}

function systemNamespaces(snapshot: ClusterSnapshot, settings: RuleSettings): ReadonlySet<string> {
  const marked = valueOr(snapshot.namespaces, []).filter(isManagedByAks);
  return new Set([...settings.systemNamespaces, ...marked.map(({ name }) => name)]);
}

function isManagedByAks({ labels }: { readonly labels: ReadonlyMap<string, string> }): boolean {
  return labels.get('kubernetes.azure.com/managedby') === 'aks';
}

/** On its way out, or ended. */
export function isOver({ phase, deleting }: Pod): boolean {
  return deleting || phase === 'Succeeded' || phase === 'Failed';
}

/** One for each node, which no scheduler chose: of a DaemonSet, or static. */
export function isPerNode({ mirror, owner }: Pod): boolean {
  return mirror || owner?.kind === 'DaemonSet' || owner?.kind === 'Node';
}
