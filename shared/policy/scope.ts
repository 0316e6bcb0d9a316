import { matchesAny } from './glob.ts';
import type { Policy, ExemptionScope } from './policy.ts';

/** What scopes look at. A report holds no tags: who applies a policy hands them over beside it. */
export interface ClusterFacts {
  /** ARM id, lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly tags?: ReadonlyMap<string, string>;
}

/** Whether a scope holds for a cluster, leaving its namespaces aside; no scope = everywhere. */
export function holdsForCluster(scope: ExemptionScope | undefined, cluster: ClusterFacts): boolean {
  if (scope === undefined) return true;
  const { subscription, cluster: names, tag } = scope;
  const subscriptionId = cluster.subscriptionId ?? '';
  return (
    (subscription === undefined || anyLower(subscription, [subscriptionId])) &&
    (names === undefined || anyLower(names, [cluster.name, cluster.id])) &&
    Object.entries(tag ?? {}).every(([name, values]) => {
      const value = tagOf(cluster, name);
      return value !== undefined && matchesAny(values, value);
    })
  );
}

/** Whether it holds for something in a namespace; what has no namespace matches no namespace. */
export function holdsFor(
  scope: ExemptionScope | undefined,
  cluster: ClusterFacts,
  namespace: string | undefined,
): boolean {
  if (!holdsForCluster(scope, cluster)) return false;
  if (scope?.namespace === undefined) return true;
  return namespace !== undefined && matchesAny(scope.namespace, namespace);
}

/** Whether a run audits a cluster, by the policy's `scan`. */
export function isScanned(policy: Policy, cluster: ClusterFacts): boolean {
  const { include, exclude } = policy.scan;
  const wanted = include?.some((scope) => holdsForCluster(scope, cluster)) ?? true;
  return wanted && !exclude.some((scope) => holdsForCluster(scope, cluster));
}

/** A tag's value; Azure ignores letter case in the names of tags. */
export function tagOf(cluster: ClusterFacts, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of cluster.tags ?? []) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

function anyLower(patterns: string | readonly string[], texts: readonly string[]): boolean {
  const lowered = typeof patterns === 'string' ? [patterns] : patterns;
  return texts.some((text) =>
    matchesAny(
      lowered.map((pattern) => pattern.toLowerCase()),
      text.toLowerCase(),
    ),
  );
}
