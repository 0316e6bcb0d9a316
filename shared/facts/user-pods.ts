import {
  kindAndName,
  lacking,
  valueOr,
  type Namespace,
  type Pod,
  type Read,
  type Reason,
  type Workload,
} from '../model/index.ts';
import { derived } from './derived.ts';
import { ownerOf } from './owners.ts';

type LabelledWorkload = Pick<Workload, 'namespace' | 'labels'>;

/** Tells what somebody runs for themselves from what is the cluster's. */
export interface UserTests {
  /**
   * A pod that is not in a system namespace, not of a DaemonSet, not static, not AKS's own, and still
   * running; a reason where it may be AKS's own.
   */
  readonly isUserPod: (pod: Pod, systemNamespaces: readonly string[]) => boolean | Reason;
  /** The same for a workload; DaemonSets count, and so does what may be AKS's own. */
  readonly isUserWorkload: (
    workload: LabelledWorkload,
    systemNamespaces: readonly string[],
  ) => boolean;
}

/** Tells pods and workloads of users from those of AKS, by namespaces, labels and owners. */
export const userTests = derived(
  'userTests',
  { needs: [], helps: ['namespaces', 'deployments', 'statefulSets'] },
  ({ namespaces, deployments, statefulSets }): UserTests => {
    const marked = new Set(
      valueOr(namespaces, [])
        .filter(isManagedByAks)
        .map(({ name }) => name),
    );
    const managedOwners = new Set(
      [...valueOr(deployments, []), ...valueOr(statefulSets, [])]
        .filter(isManagedByAks)
        .map(kindAndName),
    );
    const isSystem = (namespace: string, names: readonly string[]): boolean =>
      marked.has(namespace) || names.includes(namespace);
    return {
      isUserPod(pod, systemNamespaces) {
        if (isSystem(pod.namespace, systemNamespaces) || isManagedByAks(pod)) return false;
        if (isOver(pod) || isPerNode(pod)) return false;
        const owner = ownerOf(pod, valueOr(deployments, []));
        if (managedOwners.has(kindAndName(owner))) return false;
        return whyNotSure(pod, { namespaces, deployments, statefulSets }) ?? true;
      },
      isUserWorkload: (workload, systemNamespaces) =>
        !isSystem(workload.namespace, systemNamespaces) && !isManagedByAks(workload),
    };
  },
);

/** The list that could say that a pod is AKS's own, where it was not read. */
function whyNotSure(
  { owner }: Pod,
  lists: {
    readonly namespaces: Read<readonly Namespace[]>;
    readonly deployments: Read<readonly Workload[]>;
    readonly statefulSets: Read<readonly Workload[]>;
  },
): Reason | undefined {
  const { namespaces, deployments, statefulSets } = lists;
  if (namespaces.kind === 'unread') return lacking('namespaces', namespaces);
  if (owner?.kind === 'ReplicaSet' && deployments.kind === 'unread')
    return lacking('deployments', deployments);
  return owner?.kind === 'StatefulSet' && statefulSets.kind === 'unread'
    ? lacking('statefulSets', statefulSets)
    : undefined;
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
