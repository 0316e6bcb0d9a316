import type { SliceName } from './slice-name.ts';
import { scrubbed } from './scrubbed.ts';

/** What kept something from being read, for those who act on it; the sentence beside it is for people. */
export type UnreadCode =
  'forbidden' | 'throttled' | 'missing' | 'invalid' | 'contradicted' | 'unreachable' | 'not-asked';

export interface Unread {
  readonly kind: 'unread';
  readonly why: string;
  /** Absent = `unreachable`. */
  readonly code?: UnreadCode;
  /** Of a fact: the slices whose absence is the reason, where that is the reason. */
  readonly slices?: readonly SliceName[];
}

/**
 * A slice of the cluster that was read, or the reason why it could not be. An empty list is `read`
 * with `[]`, unless another slice contradicts it (`collect/contradictions`).
 */
export type Read<T> = { readonly kind: 'read'; readonly value: T } | Unread;

/** What was read. */
export function read<T>(value: T): Read<T> {
  return { kind: 'read', value };
}

/** The reason may quote what a server said: it is cut and scrubbed here, where it enters. */
export function unread(reason: string, code?: UnreadCode): Unread {
  const why = scrubbed(reason);
  return code === undefined ? { kind: 'unread', why } : { kind: 'unread', why, code };
}

/** What an HTTP status says about why something could not be read, where it says so. */
export function codeOfStatus(status: number | undefined): UnreadCode | undefined {
  if (status === 401 || status === 403) return 'forbidden';
  return status === 429 ? 'throttled' : undefined;
}

/** The value of a slice, or the fallback: for display and precision, never where the fallback would be a judgement. */
export function valueOr<T>(slice: Read<T>, fallback: T): T {
  return slice.kind === 'read' ? slice.value : fallback;
}

/** A slice with what its value becomes; one that was not read stays so. */
export function mapRead<T, U>(slice: Read<T>, to: (value: T) => U): Read<U> {
  return slice.kind === 'read' ? read(to(slice.value)) : slice;
}

/** An answer that may not be known; unknown is never a pass. */
export type Tristate = 'yes' | 'no' | 'unknown';

/** Kleene's AND: one `no` decides, else one `unknown` spoils. */
export function allOf(answers: Iterable<Tristate>): Tristate {
  let result: Tristate = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Kleene's OR: one `yes` decides, else one `unknown` spoils. */
export function anyOf(answers: Iterable<Tristate>): Tristate {
  let result: Tristate = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** The answer where a truth is known. */
export function answerOf(truth: boolean): Tristate {
  return truth ? 'yes' : 'no';
}
