import type { SliceName, Subject, Unread, UnreadCode } from '../model/index.ts';

/** Why something could not be judged. */
export interface Reason {
  readonly why: string;
  /** Slices whose absence is the reason, where that is the reason. */
  readonly slices?: readonly SliceName[];
  readonly code?: UnreadCode;
}

/** A subject that could not be judged, and why. */
export interface Unjudged extends Reason {
  readonly subject: Pick<Subject, 'namespace' | 'name'>;
}

/** The reason of whatever one slice would decide. */
export function lacking(slice: SliceName, { why, code }: Unread): Reason {
  return { why: `${slice}: ${why}`, slices: [slice], ...(code !== undefined && { code }) };
}

/** The same reason for each of the subjects. */
export function unjudged(
  subjects: Iterable<Unjudged['subject']>,
  { why, slices, code }: Reason,
): readonly Unjudged[] {
  return Array.from(subjects, (subject) => ({
    subject,
    why,
    ...(slices !== undefined && { slices }),
    ...(code !== undefined && { code }),
  }));
}
