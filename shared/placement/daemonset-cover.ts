import type { Node, Taint, Workload } from '../model/index.ts';
import { daemonSetOn, daemonSetTolerations } from './daemonset.ts';
import { lastingTaints } from './pool-taints.ts';
import { firstUntolerated, isHard } from './tolerations.ts';
import type { PlannedTaint } from './planned-taints.ts';

/** A node that a DaemonSet leaves out, with every taint that keeps it off. */
export interface LeftOut {
  readonly node: Node;
  readonly taints: readonly Taint[];
  /** A NoExecute taint also removes the pod that runs there. */
  readonly evicts: boolean;
}

/** The node where the DaemonSet's selector and affinity fit and lasting or `added` taints keep it off; else nothing. */
export function leftOut(
  daemonSet: Workload,
  node: Node,
  added: readonly Taint[],
): readonly LeftOut[] {
  if (!isMeantFor(daemonSet, node)) return [];
  const taints = [...lastingTaints(node), ...added];
  const { because, shouldStay } = daemonSetOn(daemonSet.podSpec, { ...node, taints });
  if (because?.kind !== 'taint') return [];
  const tolerations = daemonSetTolerations(daemonSet.podSpec);
  const untolerated = taints.filter((taint) => firstUntolerated([taint], tolerations, isHard));
  return [{ node, taints: untolerated, evicts: !shouldStay }];
}

/** Nodes that it covers today and would not with the taint. */
export function wouldLeaveOut(
  daemonSet: Workload,
  { nodes, taint }: PlannedTaint,
): readonly LeftOut[] {
  return nodes
    .filter((node) => leftOut(daemonSet, node, []).length === 0)
    .flatMap((node) => leftOut(daemonSet, node, [taint]));
}

const osLabels: ReadonlySet<string> = new Set(['kubernetes.io/os', 'beta.kubernetes.io/os']);

/** A DaemonSet that says nothing of the system is for Linux: on Windows nodes there is nothing to miss. */
function isMeantFor({ podSpec }: Workload, node: Node): boolean {
  const isWindows = [...osLabels].some((key) => node.labels.get(key) === 'windows');
  if (!isWindows) return true;
  const keys = (podSpec.requiredNodeAffinity ?? []).flatMap((term) =>
    term.matchExpressions.map((each) => each.key),
  );
  return [...podSpec.nodeSelector.keys(), ...keys].some((key) => osLabels.has(key));
}
