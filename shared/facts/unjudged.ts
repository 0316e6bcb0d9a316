import { reasonOf, type Reason, type Subject } from '../model/index.ts';

/** A subject that could not be judged, and why. */
export interface Unjudged extends Reason {
  readonly subject: Pick<Subject, 'namespace' | 'name'>;
}

/** The same reason for each of the subjects. */
export function unjudged(
  subjects: Iterable<Unjudged['subject']>,
  reason: Reason,
): readonly Unjudged[] {
  return Array.from(subjects, (subject) => ({ subject, ...reasonOf(reason) }));
}
