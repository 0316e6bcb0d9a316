import {
  requirementHolds,
  type ManagedCluster,
  type NodeSelectorTerm,
  type PodSpec,
  type Requirement,
} from '../model/index.ts';
import type { KnownLabels } from './known-labels.ts';
import { isWellKnown, likely, nearKey, surely } from './near-labels.ts';

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
