import type { PodPlacement, WorkloadDescription } from './description.ts';

/**
 * A Deployment with one ready pod on each node that is named; a node may be named twice. With
 * `spread: true` (the default) the scheduler would keep its pods on different nodes.
 */
export function deployment(
  key: string,
  on: readonly (string | PodPlacement)[],
  given: Partial<WorkloadDescription> & { readonly spread?: boolean } = {},
): WorkloadDescription {
  const [namespace, name] = splitKey(key);
  const { spread: spreads = true, ...rest } = given;
  const labels = rest.labels ?? { app: name };
  return {
    kind: 'Deployment',
    namespace,
    name,
    labels,
    pods: on.map((place) => (typeof place === 'string' ? { node: place } : place)),
    replicas: on.length,
    ...rest,
    spec: { ...(spreads ? spread(labels) : {}), ...rest.spec },
  };
}

/** A hard spread over nodes: at most one pod more on one than on another. */
export function spread(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: labels },
      },
    ],
  };
}

/** Required node affinity to node pools. */
export function onPools(...pools: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: pools },
              ],
            },
          ],
        },
      },
    },
  };
}

/** `user-0`, `user-1`, … */
export function nodesOfPool(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

/** Namespace and name. */
export function splitKey(key: string): readonly [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
