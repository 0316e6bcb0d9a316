import {
  requirementHolds,
  nearest,
  type ManagedCluster,
  type NodeSelectorTerm,
  type PodSpec,
  type Requirement,
} from '../model/index.ts';
import type { KnownLabels } from './known-labels.ts';

/** What a pod spec asks of a label and no node can give. */
export interface DeadLabel {
  readonly requirement: Requirement;
  /** A value of the list, or nothing where the key is the trouble. */
  readonly value: string | undefined;
  /** `key`: no pool has it; `value`: not with this value; `no-effect`: it keeps off what is not there. */
  readonly kind: 'key' | 'value' | 'no-effect';
  readonly where: 'required' | 'preferred';
  readonly near: string | undefined;
}

export interface DeadLabels {
  readonly dead: readonly DeadLabel[];
  /** Keys of which it cannot be told. */
  readonly unsure: readonly string[];
}

/**
 * Labels in the affinity of a pod that lead nowhere. A preference, and a label that is to be absent,
 * are only a slip where another label is near: manifests made for many clusters are full of the rest.
 */
export function deadLabels(
  spec: PodSpec,
  labels: KnownLabels,
  cluster: ManagedCluster,
): DeadLabels {
  const unsure = new Set<string>();
  const look = (where: DeadLabel['where'], term: NodeSelectorTerm): readonly DeadLabel[] =>
    term.matchExpressions.flatMap((requirement) => {
      const found = deadIn(requirement, where, labels, cluster).map((each) => ({ ...each, where }));
      const told = found.filter((each) => !weak(each) || each.near !== undefined);
      if (told.length > 0 && labels.mayHaveMore(requirement.key)) {
        unsure.add(requirement.key);
        return [];
      }
      return told;
    });
  const dead = [
    ...(spec.requiredNodeAffinity ?? []).flatMap((term) => look('required', term)),
    ...spec.preferredNodeAffinity.flatMap(({ term }) => look('preferred', term)),
  ];
  return { dead, unsure: [...unsure].toSorted() };
}

function weak({ kind, where }: DeadLabel): boolean {
  return kind === 'no-effect' || where === 'preferred';
}

type DeadPart = Omit<DeadLabel, 'where'>;

function deadIn(
  requirement: Requirement,
  where: DeadLabel['where'],
  labels: KnownLabels,
  cluster: ManagedCluster,
): readonly DeadPart[] {
  const { key, operator, values } = requirement;
  const known = labels.valuesOf(key);
  const negative = operator === 'NotIn' || operator === 'DoesNotExist';
  const nearWord = negative || where === 'preferred' ? surely : likely;
  if (known.size === 0) {
    if (values.length > 0 && values.every((value) => isWellKnown(key, value, cluster))) return [];
    const near = nearKey(key, labels.keys, nearWord);
    return [{ requirement, value: undefined, kind: negative ? 'no-effect' : 'key', near }];
  }
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values
        .filter((value) => !known.has(value) && !isWellKnown(key, value, cluster))
        .map((value): DeadPart => {
          const others = [...known].filter((each) => !values.includes(each));
          const kind = negative ? 'no-effect' : 'value';
          return { requirement, value, kind, near: nearWord(value, others) };
        });
    case 'Gt':
    case 'Lt': {
      const holds = [...known].some((value) =>
        requirementHolds(requirement, new Map([[key, value]])),
      );
      return holds ? [] : [{ requirement, value: values[0], kind: 'value', near: undefined }];
    }
    default:
      return [];
  }
}

/** A key of the same prefix with nearly the same name, else one of the same name under another prefix. */
function nearKey(key: string, known: ReadonlySet<string>, near: typeof likely): string | undefined {
  const { prefix, name } = partsOf(key);
  const others = [...known]
    .filter((each) => each !== key)
    .map((each) => ({ each, ...partsOf(each) }));
  const siblings = others.filter((each) => each.prefix === prefix);
  const meant = near(
    name,
    siblings.map((each) => each.name),
  );
  const found =
    siblings.find((each) => each.name === meant) ?? others.find((each) => each.name === name);
  return found?.each;
}

function partsOf(key: string): { readonly prefix: string; readonly name: string } {
  const slash = key.lastIndexOf('/');
  return { prefix: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
}

/** Words that differ in their numbers alone are names of a series, and no slip. */
function likely(word: string, known: Iterable<string>): string | undefined {
  const isSlip = (each: string): boolean =>
    withoutNumbers(each) !== withoutNumbers(word) || each.toLowerCase() === word.toLowerCase();
  return nearest(word, [...known].toSorted().filter(isSlip));
}

function withoutNumbers(word: string): string {
  return word.toLowerCase().replaceAll(/\d+/gu, '#');
}

/** Short words are near each other by accident: spelt the same, or long enough to be a slip. */
function surely(word: string, known: Iterable<string>): string | undefined {
  const meant = likely(word, known);
  return meant !== undefined && (word.length > 4 || meant.toLowerCase() === word.toLowerCase())
    ? meant
    : undefined;
}

const words: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/os', ['linux', 'windows']],
  ['beta.kubernetes.io/os', ['linux', 'windows']],
  ['kubernetes.io/arch', ['amd64', 'arm64']],
  ['beta.kubernetes.io/arch', ['amd64', 'arm64']],
  ['kubernetes.azure.com/mode', ['system', 'user', 'gateway']],
  ['kubernetes.azure.com/scalesetpriority', ['spot', 'regular']],
  ['kubernetes.azure.com/priority', ['spot', 'regular']],
  ['karpenter.sh/capacity-type', ['spot', 'on-demand']],
]);

/** Values that mean the same on every cluster: naming one that no pool happens to have is no slip. */
function isWellKnown(key: string, value: string, { location }: ManagedCluster): boolean {
  if (key === 'topology.kubernetes.io/zone' || key === 'failure-domain.beta.kubernetes.io/zone')
    return value.startsWith(`${location}-`) && /^-[1-3]$/u.test(value.slice(location.length));
  return words.get(key)?.includes(value) ?? false;
}
