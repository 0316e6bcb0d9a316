import type { SliceName, Subject, UnreadCode } from '../model/index.ts';

/** A subject that could not be judged, and why. */
export interface Unjudged {
  readonly subject: Pick<Subject, 'namespace' | 'name'>;
  readonly why: string;
  /** Slices whose absence is the reason, where that is the reason. */
  readonly slices?: readonly SliceName[];
  readonly code?: UnreadCode;
}
