import { compacted, type Node, type NodePool, type Taint } from '../model/index.ts';
import type { NodePoolChange } from './types.ts';

/** The pool with the count, taints and labels of a change. */
export function withPoolFields(pool: NodePool, change: NodePoolChange): NodePool {
  return {
    ...pool,
    ...(change.count !== undefined && { count: change.count }),
    taints: changedTaints(pool.taints, change),
    labels: changedLabels(pool.labels, change),
  };
}

/** The same of one of its nodes. */
export function withTaintsAndLabels(node: Node, change: NodePoolChange): Node {
  return {
    ...node,
    taints: changedTaints(node.taints, change),
    labels: changedLabels(node.labels, change),
  };
}

/** A taint is known by key and effect; a new value replaces the old one. */
function changedTaints(taints: readonly Taint[], change: NodePoolChange): readonly Taint[] {
  const kept = taints.filter(
    (taint) =>
      !change.removeTaints.some((key) => isNamed(taint, key)) &&
      !change.addTaints.some((added) => added.key === taint.key && added.effect === taint.effect),
  );
  return change.addTaints.length === 0 && kept.length === taints.length
    ? taints
    : [...kept, ...change.addTaints];
}

/** Whether `KEY` or `KEY:EFFECT` means the taint. */
export function isNamed({ key, effect }: Taint, wanted: string): boolean {
  return wanted === key || wanted === `${key}:${effect}`;
}

function changedLabels(
  labels: ReadonlyMap<string, string>,
  { labels: added, removeLabels }: NodePoolChange,
): ReadonlyMap<string, string> {
  if (added.size === 0 && removeLabels.length === 0) return labels;
  return new Map([...[...labels].filter(([key]) => !removeLabels.includes(key)), ...added]);
}

/** What is added and taken away of taints and labels, as the plan lists it. */
export function taintAndLabelTexts(change: NodePoolChange): readonly string[] {
  return [
    ...change.addTaints.map(
      ({ key, value, effect }) => `taint ${key}${value === '' ? '' : `=${value}`}:${effect} added`,
    ),
    ...change.removeTaints.map((key) => `taint ${key} removed`),
    ...[...change.labels]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `label ${key}: ${value}`),
    ...change.removeLabels.map((key) => `label ${key} removed`),
  ];
}

/** What AKS does not let people do to a system pool; the plan shows it all the same. */
export function refusedByAks(
  pool: NodePool | undefined,
  change: NodePoolChange,
): readonly string[] {
  if (pool?.mode !== 'system') return [];
  const hard = change.addTaints.find(
    ({ key, effect }) => effect !== 'PreferNoSchedule' && key !== 'CriticalAddonsOnly',
  );
  return compacted([
    change.count === 0 && 'AKS refuses this: a system pool has at least one node',
    hard !== undefined &&
      `AKS refuses taint ${hard.key} on a system pool: it takes CriticalAddonsOnly, or PreferNoSchedule with any key`,
  ]);
}
