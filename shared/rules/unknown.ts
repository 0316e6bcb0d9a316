import type { Subject } from './rule.ts';
import { subjectText } from '../model/index.ts';
import { listed } from '../fixes/text.ts';

/** A subject that could not be judged, and why. */
export interface Unjudged {
  readonly subject: Pick<Subject, 'namespace' | 'name'>;
  readonly why: string;
}

/** One line per reason: `shop/a, shop/b and 3 more: <why>`. */
export function unknownReasons(unjudged: Iterable<Unjudged>): readonly string[] {
  const byReason = Map.groupBy(unjudged, ({ why }) => why);
  return [...byReason]
    .map(([why, each]) => {
      const names = new Set(each.map(({ subject }) => subjectText(subject)));
      return `${listed([...names].toSorted())}: ${why}`;
    })
    .toSorted();
}
