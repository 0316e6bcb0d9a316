import { percent } from '../../model/index.ts';
import type { Finding } from '../../findings/index.ts';
import { foldEndpoints, type FoldedRow } from '../../report/fold.ts';
import type { ClusterReport, PortReport } from '../../report/report.ts';
import { slackLine } from '../slots.ts';

const mostRows = 10;
const nameWidth = 36;
const poolWidth = 14;

/**
 * Who gets what of a Service now, and after the fix that tells: one line per pod, columns under one
 * another. Nothing where the finding is of no Service, or its Service is not in the report.
 */
export function shareLines(cluster: ClusterReport, finding: Finding): readonly string[] {
  const { kind, namespace, name } = finding.subject;
  if (kind !== 'Service') return [];
  const service = cluster.services.find(
    (each) => each.namespace === namespace && each.name === name,
  );
  const port = service?.ports.find(worst) ?? service?.ports[0];
  if (port === undefined || port.endpoints.length === 0) return [];
  const after = finding.fixes.find((fix) => fix.after !== undefined)?.after;
  const shares = new Map(Object.entries(after?.shares ?? {}));
  const rows = foldEndpoints(port.endpoints, mostRows).flatMap((group) => group.rows);
  return [
    row('share of new connections', '', 'now', after === undefined ? '' : 'after'),
    ...rows.map((each) => shareRow(each, shares)),
    ...(port.lost > 0 || (after?.lost ?? 0) > 0
      ? [row('lost', '', percent(port.lost), after === undefined ? '' : percent(after.lost))]
      : []),
  ];
}

function worst(port: PortReport): boolean {
  return port.disabled !== true && ['none', 'lost', 'starved', 'uneven'].includes(port.verdict);
}

function shareRow(each: FoldedRow, after: ReadonlyMap<string, number>): string {
  if (each.kind === 'more') {
    const [pool = '', ...others] = each.nodePools;
    const now = each.most === each.least ? percent(each.most) : `<= ${percent(each.most)}`;
    return row(`and ${each.count} more`, others.length === 0 ? pool : 'several', now, '');
  }
  const { pod, nodePool = '', share } = each.endpoint;
  const then = after.get(pod);
  return row(pod, nodePool, percent(share), then === undefined ? '' : percent(then));
}

function row(name: string, pool: string, now: string, after: string): string {
  const cells = [
    slackLine(name, nameWidth).padEnd(nameWidth),
    slackLine(pool, poolWidth).padEnd(poolWidth),
    now.padStart(8),
    after.padStart(8),
  ];
  return cells.join(' ').trimEnd();
}
