/** A slice of the cluster that was read, or the reason why it could not be. An empty cluster is `read` with `[]`. */
export type Read<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unread'; readonly why: string };

export function read<T>(value: T): Read<T> {
  return { kind: 'read', value };
}

export function unread(why: string): Read<never> {
  return { kind: 'unread', why };
}

/** The value of a slice, or the fallback. Only for display and precision: a judgement must say `unknown` instead. */
export function valueOr<T>(slice: Read<T>, fallback: T): T {
  return slice.kind === 'read' ? slice.value : fallback;
}

/** An answer that may not be known; unknown is never a pass. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Kleene's AND: one `no` decides, else one `unknown` spoils. */
export function allOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Kleene's OR: one `yes` decides, else one `unknown` spoils. */
export function anyOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

export function answerOf(truth: boolean): Answer {
  return truth ? 'yes' : 'no';
}
