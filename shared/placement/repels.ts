import {
  answerOf,
  compacted,
  matchesLabelSelector,
  type LabelSelector,
  type Namespace,
  type PodAffinityTerm,
  type Tristate,
  type Workload,
} from '../model/index.ts';

/** Whose pods: enough of a workload to ask what selects them. */
export type PodsOf = Pick<
  Workload,
  'kind' | 'namespace' | 'name' | 'podLabels' | 'podSpec' | 'replicas'
>;

/** Stands for the hash that a controller writes on all pods of one revision of a template. */
const thisRevision = 'this-revision';

/** The label that holds it. */
const revisionKeys: Partial<Readonly<Record<Workload['kind'], string>>> = {
  Deployment: 'pod-template-hash',
  StatefulSet: 'controller-revision-hash',
  DaemonSet: 'controller-revision-hash',
};

const ownKeys = ['apps.kubernetes.io/pod-index', 'statefulset.kubernetes.io/pod-name'];

/** Two pods of one revision of a workload, as selectors see them. No two templates have the same hash. */
export function twoPodsOf(
  { kind, podLabels }: Pick<PodsOf, 'kind' | 'podLabels'>,
  hash: string = thisRevision,
) {
  const revision = revisionKeys[kind];
  const both = new Map(
    compacted([...podLabels, revision !== undefined && ([revision, hash] as const)]),
  );
  const own = (value: string) =>
    kind === 'StatefulSet'
      ? new Map([...both, ...ownKeys.map((key) => [key, value] as const)])
      : both;
  return [own('0'), own('1')] as const;
}

/**
 * A selector with the keys that are asked of the pod itself: a key that the pod lacks says nothing
 * (source: kube-apiserver, which writes them into the selector of a pod when it is made).
 */
export function mergedSelector(
  {
    labelSelector,
    matchLabelKeys = [],
    mismatchLabelKeys = [],
  }: Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>,
  own: ReadonlyMap<string, string>,
): LabelSelector | undefined {
  if (labelSelector === undefined) return undefined;
  const asked = (keys: readonly string[], operator: string) =>
    keys.flatMap((key) => {
      const value = own.get(key);
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  return {
    matchLabels: labelSelector.matchLabels,
    matchExpressions: [
      ...labelSelector.matchExpressions,
      ...asked(matchLabelKeys, 'In'),
      ...asked(mismatchLabelKeys, 'NotIn'),
    ],
  };
}

/** `undefined` = the namespaces were not read: only their names are known. */
export type Namespaces = readonly Namespace[] | undefined;

const nameLabel = 'kubernetes.io/metadata.name';

/** Does a term of a pod in namespace `from` look at the pods of namespace `to`? */
function looksInto(
  { namespaces, namespaceSelector }: PodAffinityTerm,
  from: string,
  to: string,
  known: Namespaces,
): Tristate {
  if (namespaces.includes(to)) return 'yes';
  if (namespaceSelector === undefined) return answerOf(namespaces.length === 0 && from === to);
  const { matchLabels, matchExpressions } = namespaceSelector;
  const keys = [...matchLabels.keys(), ...matchExpressions.map(({ key }) => key)];
  const labels = known?.find(({ name }) => name === to)?.labels;
  if (labels === undefined && keys.some((key) => key !== nameLabel)) return 'unknown';
  return answerOf(
    matchesLabelSelector(namespaceSelector, new Map([...(labels ?? []), [nameLabel, to]])),
  );
}

/** Does a required term keep two pods of the workload from sharing a value of its key? */
export function keepsOwnApart(term: PodAffinityTerm, of: PodsOf, known: Namespaces): Tristate {
  const [one, other] = twoPodsOf(of);
  // Pods that run keep a new one away as it keeps away from them.
  const selects =
    matchesLabelSelector(mergedSelector(term, one), other) ||
    matchesLabelSelector(mergedSelector(term, other), one);
  return selects ? looksInto(term, of.namespace, of.namespace, known) : 'no';
}

/** Does a term of a workload's pods select the pods of another, or other pods of its own? */
export function selectsPodsOf(
  term: PodAffinityTerm,
  of: PodsOf,
  whom: PodsOf,
  known: Namespaces,
): Tristate {
  const [own] = twoPodsOf(of);
  const [its] = twoPodsOf(whom, of === whom ? thisRevision : 'other-revision');
  return matchesLabelSelector(mergedSelector(term, own), its)
    ? looksInto(term, of.namespace, whom.namespace, known)
    : 'no';
}

/** Labels of nodes of which pods of two workloads may not share a value; of a term that may not count, too. */
export function keysApart(one: PodsOf, other: PodsOf, known: Namespaces): readonly string[] {
  return [...repelling(one, other, known), ...repelling(other, one, known)];
}

function repelling(of: PodsOf, whom: PodsOf, known: Namespaces): readonly string[] {
  const [own] = twoPodsOf(of);
  const [its] = twoPodsOf(whom, 'other-revision');
  return of.podSpec.requiredPodAntiAffinity
    .filter(
      (term) =>
        matchesLabelSelector(mergedSelector(term, own), its) &&
        looksInto(term, of.namespace, whom.namespace, known) !== 'no',
    )
    .map(({ topologyKey }) => topologyKey);
}

/** A term without anything that its pods must have: it selects pods of whatever was not read, too. */
export function isUnrestricted({ labelSelector }: PodAffinityTerm): boolean {
  return (
    labelSelector !== undefined &&
    labelSelector.matchLabels.size === 0 &&
    labelSelector.matchExpressions.every(
      ({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist',
    )
  );
}
