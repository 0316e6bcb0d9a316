import type { Tristate, Node, PodSpec, Taint, Toleration } from '../model/index.ts';
import { fitsNodeSelector, fitsTerms, type NodeFace } from './node-affinity.ts';
import type { Obstacle } from './obstacles.ts';
import {
  firstUntolerated,
  isHard,
  isTransientTaint,
  isNoExecute,
  toleratesTaint,
} from './tolerations.ts';

/** Can a new pod land on a live node: with things as they are, and once passing troubles are over? */
export interface Landing {
  readonly now: Tristate;
  /** Without transient taints, cordon and readiness. */
  readonly ever: Tristate;
  readonly obstacles: readonly Obstacle[];
}

const open: Landing = { now: 'yes', ever: 'yes', obstacles: [] };

/** Placement procedure Q1 and Q2 for one node; resources, ports, volumes and quotas are not judged. */
export function landing(spec: PodSpec, node: Node): Landing {
  const lasting = lastingObstacles(spec, node);
  const passing = passingObstacles(spec, node);
  if (lasting.length === 0 && passing.length === 0) return open;
  return {
    now: 'no',
    ever: lasting.length === 0 ? 'yes' : 'no',
    obstacles: [...lasting, ...passing],
  };
}

/** A running pod stays unless a NoExecute taint takes it away. */
export function mayStay(spec: PodSpec, node: Node): Eviction {
  return evictionOf({ tolerations: spec.tolerations, nodeName: node.name }, node);
}

function lastingObstacles(spec: PodSpec, node: Node): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const label = labelObstacle(spec, node);
  if (label !== undefined) obstacles.push(label);
  const taint = firstUntolerated(node.taints, spec.tolerations, isLastingHard);
  if (taint !== undefined) obstacles.push({ kind: 'taint', taint });
  return obstacles;
}

function passingObstacles(spec: PodSpec, node: Node): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const taint = firstUntolerated(
    node.taints,
    spec.tolerations,
    (each) => isHard(each) && isTransientTaint(each),
  );
  if (taint !== undefined) obstacles.push({ kind: 'taint', taint });
  if (node.unschedulable && !toleratesCordon(spec)) obstacles.push({ kind: 'cordoned' });
  if (node.ready !== 'true') obstacles.push({ kind: 'not-ready' });
  return obstacles;
}

/** A hard taint that does not go away by itself. */
export function isLastingHard(taint: Taint): boolean {
  return isHard(taint) && !isTransientTaint(taint);
}

/** What in the spec's labels and name keeps it off the node; the selector is named before the affinity. */
export function labelObstacle(spec: PodSpec, node: NodeFace): Obstacle | undefined {
  if (spec.nodeName !== undefined && spec.nodeName !== '' && spec.nodeName !== node.name)
    return { kind: 'node-name', name: spec.nodeName };
  if (!fitsNodeSelector(spec, node)) {
    for (const [key, value] of spec.nodeSelector)
      if (node.labels.get(key) !== value) return { kind: 'node-selector', key, value };
  }
  return fitsTerms(spec.requiredNodeAffinity, node) ? undefined : affinityObstacle(spec);
}

/** The required affinity as an obstacle, with the keys that it names. */
export function affinityObstacle(spec: PodSpec): Obstacle {
  const keys = (spec.requiredNodeAffinity ?? []).flatMap((term) =>
    [...term.matchExpressions, ...term.matchFields].map((each) => each.key),
  );
  return { kind: 'node-affinity', keys: [...new Set(keys)].toSorted() };
}

const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** Whether the taint of a cordoned node keeps the pod off. */
export function toleratesCordon(spec: PodSpec): boolean {
  return firstUntolerated([cordon], spec.tolerations) === undefined;
}

/** What the NoExecute controller does to a running pod (source: the taint eviction controller). */
type Eviction =
  | { readonly kind: 'stays' }
  | { readonly kind: 'at-once'; readonly taint: Taint | undefined }
  | { readonly kind: 'after'; readonly seconds: number };

/** What becomes of a pod that is bound to a node with these taints; seconds from when they were set. */
export function evictionOf(
  spec: Pick<PodSpec, 'tolerations' | 'nodeName'>,
  node: { readonly taints: readonly Taint[] },
): Eviction {
  const taints = node.taints.filter(isNoExecute);
  if ((spec.nodeName ?? '') === '' || taints.length === 0) return { kind: 'stays' };
  const used = new Set<Toleration>();
  for (const taint of taints) {
    const matching = spec.tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (matching.length === 0) return { kind: 'at-once', taint };
    for (const toleration of matching) used.add(toleration);
  }
  const seconds = shortestToleration([...used]);
  if (seconds < 0) return { kind: 'stays' };
  return seconds === 0 ? { kind: 'at-once', taint: undefined } : { kind: 'after', seconds };
}

/** Shortest `tolerationSeconds` among the tolerations that matched: 0 = at once, -1 = never. */
export function shortestToleration(used: readonly Pick<Toleration, 'tolerationSeconds'>[]): number {
  if (used.length === 0) return 0;
  let shortest = -1;
  for (const { tolerationSeconds } of used) {
    if (tolerationSeconds === undefined) continue;
    if (tolerationSeconds <= 0) return 0;
    shortest = shortest === -1 ? tolerationSeconds : Math.min(shortest, tolerationSeconds);
  }
  return shortest;
}
