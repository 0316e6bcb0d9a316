import type { Policy } from './policy.ts';
import { holdsFor, holdsForCluster, tagOf, type ClusterFacts } from './scope.ts';

/**
 * The owner of a cluster: its tag, then the first owner with a scope that holds for it and names no
 * namespace. A tag is only a key into the policy's owners: one that is none counts for nothing.
 */
export function ownerOfCluster(policy: Policy, cluster: ClusterFacts): string | undefined {
  return known(policy, tagOf(cluster, policy.ownerTag)) ?? byScope(policy, cluster, undefined);
}

/** The owner of a namespace, if it has one of its own: its label, then the scopes that name it. */
export function ownerOfNamespace(
  policy: Policy,
  cluster: ClusterFacts,
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
): string | undefined {
  return known(policy, labels?.get(policy.ownerLabel)) ?? byScope(policy, cluster, namespace);
}

function byScope(
  policy: Policy,
  cluster: ClusterFacts,
  namespace: string | undefined,
): string | undefined {
  const found = Object.entries(policy.owners).find(([, { scopes }]) =>
    scopes.some((scope) =>
      scope.namespace === undefined
        ? namespace === undefined && holdsForCluster(scope, cluster)
        : namespace !== undefined && holdsFor(scope, cluster, namespace),
    ),
  );
  return found?.[0];
}

function known(policy: Policy, value: string | undefined): string | undefined {
  const name = value?.trim().toLowerCase();
  return name !== undefined && Object.hasOwn(policy.owners, name) ? name : undefined;
}
