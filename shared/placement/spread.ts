import { matchesLabelSelector, type PodSpec } from '../model/index.ts';

const host = 'kubernetes.io/hostname';

/** How sure "one pod per node" is (placement.md §7.2). */
export type Spread = 'guaranteed' | 'bounded' | 'hoped-for';

/**
 * By what a workload's pods keep apart: required anti-affinity to their own kind by host guarantees
 * it, a `DoNotSchedule` spread by host bounds it, anything else is hope.
 */
export function spreadByHost(
  podLabels: ReadonlyMap<string, string>,
  namespace: string,
  spec: PodSpec,
): Spread {
  const apart = spec.requiredPodAntiAffinity.some(
    (term) =>
      term.topologyKey === host &&
      matchesLabelSelector(term.labelSelector, podLabels) &&
      ((term.namespaces.length === 0 && term.namespaceSelector === undefined) ||
        term.namespaces.includes(namespace) ||
        (term.namespaceSelector !== undefined && isEmpty(term.namespaceSelector))),
  );
  if (apart) return 'guaranteed';
  const bounded = spec.topologySpread.some(
    (constraint) =>
      constraint.topologyKey === host &&
      constraint.whenUnsatisfiable === 'DoNotSchedule' &&
      matchesLabelSelector(constraint.labelSelector, podLabels),
  );
  return bounded ? 'bounded' : 'hoped-for';
}

function isEmpty(
  selector: NonNullable<PodSpec['topologySpread'][number]['labelSelector']>,
): boolean {
  return selector.matchLabels.size === 0 && selector.matchExpressions.length === 0;
}

/**
 * A hard spread by host that counts tainted nodes as empty domains: replicas beyond `maxSkew` per
 * node stay Pending as long as some node keeps the pods off by a taint.
 */
export function countsTaintedNodes(spec: PodSpec): boolean {
  return spec.topologySpread.some(
    (constraint) =>
      constraint.topologyKey === host &&
      constraint.whenUnsatisfiable === 'DoNotSchedule' &&
      constraint.nodeTaintsPolicy !== 'Honor',
  );
}
