import { paintSeverity } from '../../shared/cli/paint-severity.ts';
import { oneLine, type Terminal } from '../../shared/cli/terminal.ts';
import { isOpen, type ClusterReport, type Report } from '../../shared/report/index.ts';
import { severities } from '../../shared/rules/index.ts';

/** A line for each cluster, worst first, and the counts of the run. */
export function runSummary(report: Report, io: Terminal, seconds: number): string {
  const rows = report.clusters
    .map((cluster) => ({ cluster, rank: rankOf(cluster) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ cluster }) => rowOf(cluster, io));
  const { clusters, findings, changes } = report.summary;
  const counts = severities.map((severity) => `${findings[severity]} ${severity}`).join(', ');
  return [
    ...rows,
    '',
    `${clusters.planned} clusters in ${seconds.toFixed(1)} s: ${clusters.complete} read completely, ${clusters.partial} in part, ${clusters.failed} not at all${(clusters.skipped ?? 0) > 0 ? `, ${clusters.skipped} skipped` : ''}`,
    `findings: ${counts}; ${changes.new} new, ${changes.resolved} resolved${stale(report)}`,
    ...(report.run.notes ?? []).map((note) => `note: ${oneLine(note)}`),
    '',
  ].join('\n');
}

function stale(report: Report): string {
  const count = report.clusters
    .flatMap((cluster) => cluster.findings)
    .filter(({ state }) => state === 'stale').length;
  return count === 0 ? '' : `, ${count} stale`;
}

function rankOf({ findings }: ClusterReport): number {
  const ranks = findings.filter(isOpen).map(({ severity }) => severities.indexOf(severity));
  return Math.min(severities.length, ...ranks);
}

function rowOf(cluster: ClusterReport, io: Terminal): string {
  const open = cluster.findings.filter(isOpen);
  const [worst] = open;
  const name = oneLine(cluster.name, 20).padEnd(20);
  const result = cluster.result.padEnd(12);
  const severity = paintSeverity(
    worst?.severity ?? 'info',
    (worst?.severity ?? '').padEnd(9),
    io.colour,
  );
  const news = open.filter(({ state }) => state === 'new').length;
  const resolved = cluster.findings.filter(({ state }) => state === 'resolved').length;
  const change = [
    ...(news > 0 ? [`${news} new`] : []),
    ...(resolved > 0 ? [`${resolved} resolved`] : []),
  ].join(', ');
  const text = worst?.title ?? (cluster.reason === undefined ? 'no findings' : cluster.reason);
  const head = `  ${name}  ${result} ${severity}`;
  const room = Math.max(20, io.width - 46 - (change === '' ? 0 : change.length + 3));
  return `${head} ${oneLine(text, room)}${change === '' ? '' : ` (${change})`}`;
}
