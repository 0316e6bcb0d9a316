import type {
  LabelSelector,
  Node,
  PodAffinityTerm,
  PodSpec,
  Requirement,
  TopologySpreadConstraint,
  Workload,
} from '../../shared/model/index.ts';
import type { SpreadCase } from './spread-cases.ts';

/** The scheduler's filters for one pod, written from its code and apart from the product's. */

interface PodOn {
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly spec: PodSpec;
  readonly isOwn: boolean;
  readonly on: Node;
}

type NewPod = Omit<PodOn, 'on'>;

/** Does any order in which the scheduler can place the pods lead to two of the workload on one node? */
export function canShare(given: SpreadCase): boolean {
  const { foreign, own } = given;
  const before = placements(given, newPods(foreign, false));
  return before.some((pods) => sharesFrom(given, pods, newPods(own, true)));
}

/** Pods of others stand anywhere. */
function placements({ nodes }: SpreadCase, pods: readonly NewPod[]): readonly PodOn[][] {
  let all: PodOn[][] = [[]];
  for (const pod of pods)
    all = all.flatMap((placed) => nodes.map((on) => [...placed, { ...pod, on }]));
  return all;
}

function sharesFrom(
  given: SpreadCase,
  placed: readonly PodOn[],
  [next, ...rest]: readonly NewPod[],
): boolean {
  if (next === undefined) return false;
  return given.nodes.some((on) => {
    if (!admits(given, placed, next, on)) return false;
    if (placed.some((pod) => pod.isOwn && pod.on === on)) return true;
    return sharesFrom(given, [...placed, { ...next, on }], rest);
  });
}

export function newPods(of: Workload, isOwn: boolean): readonly NewPod[] {
  const hash = of.kind === 'Deployment' ? 'pod-template-hash' : 'controller-revision-hash';
  return Array.from({ length: of.replicas ?? 0 }, (_, index) => ({
    isOwn,
    namespace: of.namespace,
    spec: of.podSpec,
    labels: {
      ...Object.fromEntries(of.podLabels),
      [hash]: `hash-of-${of.name}`,
      ...(of.kind === 'StatefulSet' && { 'apps.kubernetes.io/pod-index': String(index) }),
    },
  }));
}

export function admits(
  { nodes, namespaces }: SpreadCase,
  placed: readonly PodOn[],
  pod: NewPod,
  on: Node,
): boolean {
  if (on.taints.length > 0) return false;
  const here = placed.filter((each) => each.isOwn && each.on === on);
  const memory = pod.spec.requests?.memory ?? 0;
  if ((here.length + 1) * memory > (on.allocatable?.memory ?? 0)) return false;
  if (here.length > 0 && pod.spec.ports.some(({ hostPort }) => hostPort !== undefined))
    return false;
  const repelled = placed.some((each) =>
    [
      [pod, each],
      [each, pod],
    ].some(([from, to]) =>
      from!.spec.requiredPodAntiAffinity.some((term) => {
        const value = on.labels.get(term.topologyKey);
        if (value === undefined || each.on.labels.get(term.topologyKey) !== value) return false;
        return selects(term, from!, to!, namespaces);
      }),
    ),
  );
  return (
    !repelled && pod.spec.topologySpread.every((each) => keepsSkew(each, nodes, placed, pod, on))
  );
}

function selects(
  term: PodAffinityTerm,
  from: NewPod,
  to: NewPod,
  namespaces: SpreadCase['namespaces'],
): boolean {
  const named = new Set(term.namespaces);
  if (term.namespaces.length === 0 && term.namespaceSelector === undefined)
    named.add(from.namespace);
  for (const { name, labels } of namespaces) {
    const all = { ...Object.fromEntries(labels), 'kubernetes.io/metadata.name': name };
    if (term.namespaceSelector !== undefined && holds(term.namespaceSelector, all)) named.add(name);
  }
  return named.has(to.namespace) && holds(withKeys(term, from), to.labels);
}

function withKeys(
  {
    labelSelector,
    matchLabelKeys = [],
    mismatchLabelKeys = [],
  }: Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>,
  { labels }: NewPod,
): LabelSelector | undefined {
  if (labelSelector === undefined) return undefined;
  const extra: Requirement[] = [];
  for (const key of matchLabelKeys)
    if (key in labels) extra.push({ key, operator: 'In', values: [labels[key]!] });
  for (const key of mismatchLabelKeys)
    if (key in labels) extra.push({ key, operator: 'NotIn', values: [labels[key]!] });
  return { ...labelSelector, matchExpressions: [...labelSelector.matchExpressions, ...extra] };
}

function holds(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>) {
  if (selector === undefined) return false;
  for (const [key, value] of selector.matchLabels) if (labels[key] !== value) return false;
  return selector.matchExpressions.every(({ key, operator, values }) => {
    const value = labels[key];
    if (operator === 'In') return value !== undefined && values.includes(value);
    if (operator === 'NotIn') return value === undefined || !values.includes(value);
    return (operator === 'Exists') === (value !== undefined);
  });
}

/** PodTopologySpread, filter: `count + self - least <= maxSkew`. */
function keepsSkew(
  constraint: TopologySpreadConstraint,
  nodes: readonly Node[],
  placed: readonly PodOn[],
  pod: NewPod,
  on: Node,
): boolean {
  const { topologyKey: key, whenUnsatisfiable, maxSkew, minDomains = 1 } = constraint;
  if (whenUnsatisfiable !== 'DoNotSchedule') return true;
  const value = on.labels.get(key);
  if (value === undefined) return false;
  const hard = pod.spec.topologySpread
    .filter((each) => each.whenUnsatisfiable === 'DoNotSchedule')
    .map(({ topologyKey }) => topologyKey);
  const counts = new Map<string, number>();
  const selector = withKeys(constraint, pod);
  const isEmpty =
    selector !== undefined &&
    selector.matchLabels.size === 0 &&
    selector.matchExpressions.length === 0;
  for (const each of nodes) {
    if (!hard.every((other) => each.labels.has(other))) continue;
    if (constraint.nodeTaintsPolicy === 'Honor' && each.taints.length > 0) continue;
    const counted = placed.filter(
      ({ on: node, namespace, labels }) =>
        node === each && namespace === pod.namespace && !isEmpty && holds(selector, labels),
    );
    const domain = each.labels.get(key) ?? '';
    counts.set(domain, (counts.get(domain) ?? 0) + counted.length);
  }
  const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
  const self = holds(selector, pod.labels) ? 1 : 0;
  return (counts.get(value) ?? 0) + self - least <= maxSkew;
}
