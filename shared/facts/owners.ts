import type { Pod, Subject, Workload } from '../model/index.ts';

/**
 * What stands above a pod: the Deployment of its ReplicaSet where there is one, else its owner. The
 * label by which a Deployment tells its ReplicaSets apart says it too, whatever the list lacks. The
 * pod itself where it has no owner, or one of a kind that is nobody's workload here.
 */
export function ownerOf(
  { namespace, name: pod, owner, labels }: Pod,
  deployments: readonly Workload[],
): Subject {
  switch (owner?.kind) {
    case 'ReplicaSet': {
      const name = owner.name.replace(/-[^-]+$/u, '');
      const isDeployment =
        owner.name === `${name}-${labels.get('pod-template-hash') ?? ''}` ||
        deployments.some((each) => each.namespace === namespace && each.name === name);
      return isDeployment
        ? { kind: 'Deployment', namespace, name }
        : { kind: 'ReplicaSet', namespace, name: owner.name };
    }
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return { kind: owner.kind, namespace, name: owner.name };
    case undefined:
    default:
      return { kind: 'Pod', namespace, name: pod };
  }
}
