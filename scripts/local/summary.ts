import type { Terminal } from '../../shared/cli/terminal.ts';
import { render, type Report } from '../../shared/report/index.ts';

/** A line for each cluster, worst first, and the counts of the run. */
export function runSummary(report: Report, io: Terminal, seconds: number): string {
  const { clusters, changes } = report.summary;
  const stale = report.clusters
    .flatMap((cluster) => cluster.findings)
    .filter(({ state }) => state === 'stale').length;
  const text = render(report, 'text', {
    text: { width: io.width, colour: io.colour, summary: true },
  });
  return `${text}${clusters.planned} clusters in ${seconds.toFixed(1)} s; ${changes.new} new, ${changes.resolved} resolved${stale === 0 ? '' : `, ${stale} stale`}\n`;
}
