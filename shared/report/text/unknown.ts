import { counted, listed } from '../../model/index.ts';
import { clean } from '../clean.ts';
import { unknownReasons, notJudged, unreadSlices } from '../coverage.ts';
import type { ClusterReport } from '../report.ts';
import type { Sheet } from './sheet.ts';
import { wrap } from './width.ts';

/** Reasons of a fleet that are listed; clusters that one of them names. */
const reasons = 20;
const clustersOfReason = 3;

/** What was not read and what could not be judged, each reason once with the clusters that it is of. */
export function unknownLines(clusters: readonly ClusterReport[], sheet: Sheet): readonly string[] {
  const { paint, prose } = sheet;
  const several = clusters.length > 1;
  const items = new Map<string, { head: string; why: string; names: string[] }>();
  const note = (head: string, why: string, name: string): void => {
    const key = JSON.stringify([head, why]);
    const item = items.get(key) ?? { head, why, names: [] };
    items.set(key, item);
    item.names.push(name);
  };
  for (const cluster of clusters) {
    const name = clean(cluster.name);
    // In a report on one cluster its heading says so.
    if (several && notJudged(cluster))
      note(`${cluster.result}:`, clean(cluster.reason ?? 'no reason is known'), name);
    for (const { slice, why } of unreadSlices(cluster)) note(`${slice} not read:`, why, name);
    for (const { why, rules } of unknownReasons(cluster))
      note(several ? `${counted(rules.length, 'rule')}:` : `${rules.join(', ')}:`, why, name);
  }
  if (items.size === 0) return [];
  const all = [...items.values()];
  const shown = several ? all.slice(0, reasons) : all;
  return [
    `  ${paint('bold', 'Not known')}  ${paint('dim', 'unknown is not a pass')}`,
    '',
    ...shown.flatMap(({ head, why, names }) =>
      wrap(`${several ? `${namesText(names)}: ` : ''}${head} ${why}`, prose - 6).map(
        (line, at) => `  ${at === 0 ? '?' : ' '} ${line}`,
      ),
    ),
    ...(all.length > shown.length
      ? [
          `  ${paint('dim', `and ${counted(all.length - shown.length, 'more reason')}: --cluster NAME or --format json`)}`,
        ]
      : []),
    '',
  ];
}

function namesText(names: readonly string[]): string {
  return names.length <= clustersOfReason
    ? listed(names, clustersOfReason)
    : counted(names.length, 'cluster');
}
