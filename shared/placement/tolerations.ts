import { canonicalInt64, type Taint, type Toleration } from '../model/index.ts';

export interface TolerationOptions {
  /** Gate `TaintTolerationComparisonOperators`: off by default up to 1.37. */
  readonly comparisonOperators?: boolean;
}

/** Does one toleration tolerate one taint? The checks in kube-scheduler's order; the first failure ends it. */
export function toleratesTaint(
  toleration: Toleration,
  taint: Taint,
  options: TolerationOptions = {},
): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.key !== '' && toleration.key !== taint.key) return false;
  switch (toleration.operator) {
    case '':
    case 'Equal':
      return toleration.value === taint.value;
    case 'Exists':
      return true;
    case 'Lt':
    case 'Gt':
      return (
        options.comparisonOperators === true &&
        compareNumericValues(toleration.operator, toleration.value, taint.value)
      );
    default:
      return false;
  }
}

/** The taint's value strictly `<` or `>` the toleration's, both canonical decimal int64; anything else is false. */
export function compareNumericValues(
  operator: string,
  tolerationValue: string,
  taintValue: string,
): boolean {
  const wanted = canonicalInt64(tolerationValue);
  const given = canonicalInt64(taintValue);
  if (wanted === undefined || given === undefined) return false;
  if (operator === 'Gt') return given > wanted;
  if (operator === 'Lt') return given < wanted;
  return false;
}

/** The first taint that counts and that none of the tolerations tolerates. */
export function firstUntolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  counts: (taint: Taint) => boolean = () => true,
  options?: TolerationOptions,
): Taint | undefined {
  return taints.find(
    (taint) =>
      counts(taint) &&
      !tolerations.some((toleration) => toleratesTaint(toleration, taint, options)),
  );
}

/** NoSchedule and NoExecute filter; a soft taint only scores. */
export function isHard(taint: Taint): boolean {
  return taint.effect === 'NoSchedule' || taint.effect === 'NoExecute';
}

/** A preference that the scheduler may ignore. */
export function isSoft(taint: Taint): boolean {
  return taint.effect === 'PreferNoSchedule';
}

/** Pods that do not tolerate it are evicted. */
export function isNoExecute(taint: Taint): boolean {
  return taint.effect === 'NoExecute';
}

/**
 * Taints of conditions, start-up and scale-down, which come and go by themselves: left out of "can
 * it ever land here".
 */
export function isTransientTaint(taint: Taint): boolean {
  const { key } = taint;
  return (
    key.startsWith('node.kubernetes.io/') ||
    key.startsWith('node.cloudprovider.kubernetes.io/') ||
    key === 'ToBeDeletedByClusterAutoscaler' ||
    key === 'DeletionCandidateOfClusterAutoscaler' ||
    key.endsWith('agent-not-ready') ||
    key.startsWith('remediator.')
  );
}
