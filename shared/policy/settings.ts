import {
  defaultSettings,
  defaultThresholds,
  type RuleSettings,
  type Thresholds,
} from '../findings/index.ts';
import { matchesAny, matchesGlob } from './glob.ts';
import type { Policy } from './policy.ts';
import { thresholdNames, thresholdRules } from './schema.ts';
import { holdsFor, holdsForCluster, type ClusterFacts } from './scope.ts';

/** What a policy tells the rules about one cluster: limits, planned taints, Services that need the client IP. */
export function settingsFor(policy: Policy, cluster: ClusterFacts): RuleSettings {
  const needs = policy.sourceIp
    .filter(({ scope }) => holdsForCluster(scope, cluster))
    .flatMap(({ services }) => services);
  return {
    ...thresholdsIn(policy, cluster, undefined),
    thresholdsOf: (namespace) => thresholdsIn(policy, cluster, namespace),
    systemNamespaces: [...defaultSettings.systemNamespaces, ...policy.systemNamespaces],
    needsSourceIp: (namespace, name) => matchesAny(needs, `${namespace}/${name}`),
    plannedTaints: policy.plannedTaints
      .filter(({ scope }) => holdsForCluster(scope, cluster))
      .map(({ nodePool, taint }) => ({ nodePool, taint })),
    attribution: policy.attribution,
  };
}

function thresholdsIn(
  policy: Policy,
  cluster: ClusterFacts,
  namespace: string | undefined,
): Thresholds {
  const limits = { ...defaultThresholds };
  for (const { rule, scope, thresholds } of policy.rules) {
    if (thresholds === undefined || !holdsFor(scope, cluster, namespace)) continue;
    for (const name of thresholdNames)
      if (matchesGlob(rule, thresholdRules[name])) limits[name] = thresholds[name] ?? limits[name];
  }
  // One of the two may come from another entry, or from nowhere.
  return {
    ...limits,
    unevenHighRatio: Math.max(limits.unevenHighRatio, limits.unevenMediumRatio),
    snatUsedHigh: Math.max(limits.snatUsedHigh, limits.snatUsedMedium),
  };
}
