import { valueOr, type ClusterSnapshot, type Pod } from '../../model/index.ts';
import type { RuleSettings } from '../rule.ts';
import { subjectText } from '../subject.ts';
import { ownerOf } from './owners.ts';

/**
 * Tells pods that somebody runs for themselves from those of the cluster: not in a system namespace,
 * not of a DaemonSet, not static, not AKS's own, and still running.
 */
export function userPodTest(
  snapshot: ClusterSnapshot,
  settings: RuleSettings,
): (pod: Pod) => boolean {
  const system = new Set(settings.systemNamespaces);
  for (const namespace of valueOr(snapshot.namespaces, []))
    if (isManagedByAks(namespace)) system.add(namespace.name);
  const managedOwners = new Set(
    [...valueOr(snapshot.deployments, []), ...valueOr(snapshot.statefulSets, [])]
      .filter(isManagedByAks)
      .map((owner) => `${owner.kind} ${subjectText(owner)}`),
  );
  return (pod) => {
    if (system.has(pod.namespace) || isManagedByAks(pod) || isOver(pod) || isPerNode(pod))
      return false;
    const owner = ownerOf(pod, snapshot);
    return !managedOwners.has(`${owner.kind} ${subjectText(owner)}`);
  };
}

function isManagedByAks({ labels }: { readonly labels: ReadonlyMap<string, string> }): boolean {
  return labels.get('kubernetes.azure.com/managedby') === 'aks';
}

function isOver({ phase, deleting }: Pod): boolean {
  return deleting || phase === 'Succeeded' || phase === 'Failed';
}

function isPerNode({ mirror, owner }: Pod): boolean {
  return mirror || owner?.kind === 'DaemonSet' || owner?.kind === 'Node';
}
