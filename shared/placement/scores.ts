import type { Node, NodeName, PodSpec, Taint, Toleration } from '../model/index.ts';
import { preferredScore, type NodeFace } from './node-affinity.ts';
import { isSoft, toleratesTaint, type TolerationOptions } from './tolerations.ts';

/** Scores of the default scheduler over nodes that passed its filters (source: kube-scheduler), 0 to 100 each. */

/** 100 = no soft taint against the pod; relative to the worst node. */
export function taintScores(
  tolerations: readonly Toleration[],
  nodes: readonly { readonly taints: readonly Taint[] }[],
  options?: TolerationOptions,
): readonly number[] {
  const relevant = tolerations.filter(
    (toleration) => toleration.effect === '' || toleration.effect === 'PreferNoSchedule',
  );
  const counts = nodes.map(
    ({ taints }) =>
      taints.filter(
        (taint) => isSoft(taint) && !relevant.some((each) => toleratesTaint(each, taint, options)),
      ).length,
  );
  const max = Math.max(0, ...counts);
  return counts.map((count) => (max === 0 ? 100 : 100 - Math.floor((100 * count) / max)));
}

/** 100 = most weight of preferred terms; all 0 where none matches anywhere. */
export function affinityScores(
  spec: Pick<PodSpec, 'preferredNodeAffinity'>,
  nodes: readonly NodeFace[],
): readonly number[] {
  const sums = nodes.map((node) => preferredScore(spec.preferredNodeAffinity, node));
  const max = Math.max(0, ...sums);
  return sums.map((sum) => (max === 0 ? 0 : Math.floor((100 * sum) / max)));
}

const weights = { taint: 3, affinity: 2 };

/**
 * What the taint and affinity scores say about the nodes a pod could go to: at most 500 points, of
 * which spread, resources, images and inter-pod affinity, not computed here, can outbid 300.
 */
export function preferenceScores(
  spec: PodSpec,
  nodes: readonly Node[],
): ReadonlyMap<NodeName, number> {
  const taints = taintScores(spec.tolerations, nodes);
  const affinities = affinityScores(spec, nodes);
  return new Map(
    nodes.map((node, index) => [
      node.name,
      weights.taint * (taints[index] ?? 0) + weights.affinity * (affinities[index] ?? 0),
    ]),
  );
}
