import type { Unread, UnreadCode } from './read.ts';
import type { SliceName } from './slice-name.ts';

/** Why something could not be judged. */
export interface Reason {
  readonly why: string;
  /** Slices whose absence is the reason, where that is the reason. */
  readonly slices?: readonly SliceName[];
  readonly code?: UnreadCode;
}

/** The reason of whatever one slice would decide. */
export function lacking(slice: SliceName, { why, code }: Unread): Reason {
  return { why: `${slice}: ${why}`, slices: [slice], ...(code !== undefined && { code }) };
}

/** A reason by itself, without what else an object carries; in other words where `why` is given. */
export function reasonOf({ why: own, slices, code }: Reason, why = own): Reason {
  return { why, ...(slices !== undefined && { slices }), ...(code !== undefined && { code }) };
}

/** Several reasons as one: the words and the code of the first, the slices of all. */
export function reasonOfAll(reasons: readonly Reason[]): Reason | undefined {
  const [first] = reasons;
  if (first === undefined) return undefined;
  const slices = [...new Set(reasons.flatMap((each) => each.slices ?? []))];
  return { ...reasonOf(first), ...(slices.length > 0 && { slices }) };
}
