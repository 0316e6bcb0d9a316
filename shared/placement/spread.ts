import {
  matchesLabelSelector,
  type LabelSelector,
  type Node,
  type PodAffinityTerm,
  type PodSpec,
  type TopologySpreadConstraint,
} from '../model/index.ts';
import { landing } from './landing.ts';
import { fitsNodeSelector, fitsTerms } from './node-affinity.ts';

const host = 'kubernetes.io/hostname';
const namespaceName = 'kubernetes.io/metadata.name';

/**
 * How sure "one pod per node" is (source: kube-scheduler): two can never share one; two share one only
 * where no other node is left; hope.
 */
export type Spread = 'guaranteed' | 'bounded' | 'hoped-for';

/** What makes the answer exact; absent = not known. */
export interface SpreadContext {
  readonly nodes?: readonly Node[];
  /** Of the workload's own namespace. */
  readonly namespaceLabels?: ReadonlyMap<string, string>;
  readonly replicas?: number;
}

/** By what a workload's pods keep apart: a port of the host, required anti-affinity, a hard spread. */
export function spreadByHost(
  podLabels: ReadonlyMap<string, string>,
  namespace: string,
  spec: PodSpec,
  context: SpreadContext = {},
): Spread {
  if (spec.ports.some(({ hostPort = 0 }) => hostPort > 0)) return 'guaranteed';
  const apart = spec.requiredPodAntiAffinity.some(
    (term) =>
      meansOwnPods(term, podLabels, namespace, context) &&
      (term.topologyKey === host || everyPlaceHas(term.topologyKey, spec, context)),
  );
  if (apart) return 'guaranteed';
  const bounded = spec.topologySpread.some(
    (constraint) =>
      constraint.whenUnsatisfiable === 'DoNotSchedule' &&
      constraint.maxSkew === 1 &&
      countsOwnPodsAlone(constraint, podLabels) &&
      (constraint.topologyKey === host || hasRoomApart(constraint, spec, context)),
  );
  return bounded ? 'bounded' : 'hoped-for';
}

/** Does a term of a workload's pods keep them from each other? */
function meansOwnPods(
  { labelSelector, namespaces, namespaceSelector, mismatchLabelKeys = [] }: PodAffinityTerm,
  podLabels: ReadonlyMap<string, string>,
  namespace: string,
  { namespaceLabels = new Map<string, string>() }: SpreadContext,
): boolean {
  // Pods of one revision have the same labels: none differs from another.
  if (mismatchLabelKeys.length > 0 || !matchesLabelSelector(labelSelector, podLabels)) return false;
  if (namespaces.length === 0 && namespaceSelector === undefined) return true;
  if (namespaces.includes(namespace)) return true;
  if (namespaceSelector === undefined) return false;
  const labels = new Map([...namespaceLabels, [namespaceName, namespace]]);
  return matchesLabelSelector(namespaceSelector, labels);
}

/** A node has one value of a label: two pods that may not share a value cannot share a node that has one. */
function everyPlaceHas(key: string, spec: PodSpec, { nodes = [] }: SpreadContext): boolean {
  const places = nodes.filter((node) => landing(spec, node).ever !== 'no');
  return places.length > 0 && places.every(({ labels }) => labels.has(key));
}

/** An empty selector counts every pod of the namespace, and with them the pods of others. */
function countsOwnPodsAlone(
  { labelSelector }: TopologySpreadConstraint,
  podLabels: ReadonlyMap<string, string>,
): boolean {
  return matchesLabelSelector(labelSelector, podLabels) && !isEmpty(labelSelector);
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  return (
    selector !== undefined &&
    selector.matchLabels.size === 0 &&
    selector.matchExpressions.length === 0
  );
}

/**
 * A spread by zone, rack or pool with a skew of 1: no two pods share a value while there are as many
 * values as replicas, or while one is counted that no pod can reach, which then stays at 0.
 */
function hasRoomApart(
  constraint: TopologySpreadConstraint,
  spec: PodSpec,
  { nodes = [], replicas = Infinity }: SpreadContext,
): boolean {
  const { topologyKey: key, minDomains = 0 } = constraint;
  const counted = nodes.filter((node) => node.labels.has(key) && isCounted(constraint, spec, node));
  const reached = nodes.filter((node) => node.labels.has(key) && landing(spec, node).ever !== 'no');
  const domains = new Set(counted.map(({ labels }) => labels.get(key)));
  const places = new Set(reached.map(({ labels }) => labels.get(key)));
  if (places.size === 0) return false;
  const unreachable = [...domains].some((domain) => !places.has(domain));
  return places.size >= replicas || unreachable || domains.size < minDomains;
}

function isCounted(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  spec: PodSpec,
  node: Node,
): boolean {
  const fits = fitsNodeSelector(spec, node) && fitsTerms(spec.requiredNodeAffinity, node);
  if (nodeAffinityPolicy !== 'Ignore' && !fits) return false;
  return nodeTaintsPolicy !== 'Honor' || landing(spec, node).ever !== 'no';
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
