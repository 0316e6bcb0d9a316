import type { ReferenceGrant } from '../../model/index.ts';

/** An object that refers to one of another namespace. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

export interface Referred extends Referrer {
  readonly name: string;
}

/**
 * Whether a reference may cross into another namespace: some grant there must name the kind and
 * namespace that it comes from, and the kind (and name, where it names one) that it goes to.
 * @see Gateway API: ReferenceGrant
 */
export function isGranted(
  grants: readonly ReferenceGrant[],
  from: Referrer,
  to: Referred,
): boolean {
  if (from.namespace === to.namespace) return true;
  return grants.some(
    (grant) =>
      grant.namespace === to.namespace &&
      grant.from.some(
        (each) =>
          each.group === from.group && each.kind === from.kind && each.namespace === from.namespace,
      ) &&
      grant.to.some(
        (each) =>
          each.group === to.group &&
          each.kind === to.kind &&
          (each.name === undefined || each.name === to.name),
      ),
  );
}

/** The part of a rule's requests that each of its backends gets: weight over the sum of weights. All at 0: nothing. */
export function weightedParts(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 0 : weight / sum));
}
