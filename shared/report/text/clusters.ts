import { counted, grouped } from '../../model/index.ts';
import { isOpen, isResolved, severities, type Severity } from '../../findings/index.ts';
import { clean } from '../clean.ts';
import { notJudged } from '../coverage.ts';
import type { ClusterReport, ClusterResult, Report } from '../report.ts';
import { amounts } from '../words.ts';
import { severityColours, type Colour } from './paint.ts';
import type { Sheet } from './sheet.ts';
import { columns, cut, cutMiddle, pad } from './width.ts';

/** Clusters with a line of their own; of the rest only how many there are. */
const rows = 60;

export const resultColours: Readonly<Record<ClusterResult, Colour>> = {
  complete: 'green',
  partial: 'yellow',
  unreachable: 'red',
  denied: 'red',
  skipped: 'cyan',
  failed: 'red',
  gone: 'dim',
};

const severityColumns = [
  { severity: 'critical', head: 'CRIT' },
  { severity: 'high', head: 'HIGH' },
  { severity: 'medium', head: 'MED' },
  { severity: 'low', head: 'LOW' },
] as const satisfies readonly { severity: Severity; head: string }[];

/** A line for each cluster, worst first: how it was read, what is open by severity, the worst of it. */
export function clusterTable(report: Report, sheet: Sheet): readonly string[] {
  const { paint, table } = sheet;
  const ordered = report.clusters.map(rowOf).toSorted(byNeed);
  const shown = ordered.slice(0, rows);
  const left = ordered.slice(rows);
  // A narrow terminal keeps what is worst and gives up numbers.
  const counts = severityColumns.slice(0, table >= 72 ? 4 : table >= 56 ? 2 : 0);
  const isDistinct = shown.some(({ cluster }) => cluster.plainName !== undefined);
  const name = Math.min(
    isDistinct ? 44 : 28,
    Math.max(12, table - 46),
    Math.max(7, ...shown.map(({ cluster }) => columns(clean(cluster.name)))),
  );
  const scan = Math.max(4, ...shown.map(({ cluster }) => cluster.result.length));
  const numbers = counts.map(({ head }) => head.padStart(5)).join('');
  const start = 2 + name + 2 + scan + numbers.length + 2;
  const news = report.run.trigger !== 'cli';
  return [
    paint('dim', `  ${pad('CLUSTER', name)}  ${pad('SCAN', scan)}${numbers}  WORST`),
    ...shown.map((row) => {
      const { cluster, open } = row;
      const cells = counts.map(({ severity }) => countText(row, severity, sheet)).join('');
      const changes = news ? changesText(cluster) : '';
      const room = Math.max(8, table - start);
      const text = cut(cut(worstText(row), Math.max(8, room - columns(changes))) + changes, room);
      const word = paint(resultColours[cluster.result], pad(cluster.result, scan));
      return `  ${pad(cutMiddle(clean(cluster.name), name), name)}  ${word}${cells}  ${open.length === 0 ? paint('dim', text) : text}`;
    }),
    ...(left.length > 0
      ? [`  and ${counted(left.length, 'more cluster')}: ${restText(left)}`]
      : []),
    '',
  ];
}

interface ClusterRow {
  readonly cluster: ClusterReport;
  /** Worst first. */
  readonly open: ClusterReport['findings'];
  readonly rank: number;
}

function rowOf(cluster: ClusterReport): ClusterRow {
  const open = cluster.findings
    .filter(isOpen)
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const [worst] = open;
  return { cluster, open, rank: worst ? severities.indexOf(worst.severity) : severities.length };
}

/** By the worst severity and how often; then those that were not read whole; the names decide the rest. */
function byNeed(a: ClusterRow, b: ClusterRow): number {
  const worst = ({ open }: ClusterRow): number =>
    open.filter(({ severity }) => severity === open[0]?.severity).length;
  const isWhole = (row: ClusterRow): number => Number(row.cluster.result === 'complete');
  return a.rank - b.rank || worst(b) - worst(a) || isWhole(a) - isWhole(b);
}

/** A dot for none, and a question mark for none of a cluster of which nothing is known. */
function countText({ cluster, open }: ClusterRow, severity: Severity, { paint }: Sheet): string {
  const count = open.filter((finding) => finding.severity === severity).length;
  const none = notJudged(cluster) ? '?' : '·';
  if (count === 0) return paint('dim', none.padStart(5));
  const text = String(count);
  return ' '.repeat(Math.max(0, 5 - text.length)) + paint(severityColours[severity], text);
}

function worstText({ cluster, open }: ClusterRow): string {
  const [worst] = open;
  if (worst !== undefined) return clean(worst.title);
  if (cluster.reason !== undefined) return clean(cluster.reason);
  return cluster.result === 'complete' ? 'no findings' : 'no findings in what was read';
}

function changesText({ findings }: ClusterReport): string {
  const inState = (state: string): number => findings.filter((each) => each.state === state).length;
  const parts = amounts([
    [inState('new'), 'new'],
    [inState('reopened'), 'reopened'],
    [findings.filter(isResolved).length, 'resolved'],
    [inState('stale'), 'stale'],
  ]);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function restText(left: readonly ClusterRow[]): string {
  const faulty = left.filter(({ open }) => open.length > 0).length;
  const unread = left.filter(({ cluster }) => notJudged(cluster)).length;
  const clear = left.filter(({ open, cluster }) => open.length === 0 && !notJudged(cluster)).length;
  const parts = amounts([
    [faulty, 'with findings'],
    [unread, 'not scanned'],
  ]);
  return [...parts, `${grouped(clear)} without findings`].join(', ');
}
