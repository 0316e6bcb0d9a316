import { isMissing, type Changes } from '../changes.ts';
import { shortHash, type OutboxRow } from '../outbox/row.ts';
import type { ClusterReport, Report } from '../../report/report.ts';
import { digestsOf } from './digests.ts';
import { plannedRow, type PlanInput } from './types.ts';

/** From this part of the fleet on, failures are told in the channel and not in a thread. */
const muchOfFleet = 0.1;
/** So many runs in a row make one cluster worth a message. */
const runsInARow = 3;
const mostCounted = 500;
/** `count` of the message about clusters that stay as they are. */
export const everyWeek = 7;
const weekMs = 7 * 24 * 3_600_000;

type Failing = Readonly<Record<string, number>>;

/**
 * Runs in a row in which a cluster could not be scanned, by the hash of its id. Counted downwards
 * from the baseline on, which names the cluster: it is no news any more.
 */
export function failingRuns({ now, base, marker, hasCluster }: PlanInput): Failing {
  const before = new Map(Object.entries(marker?.failing ?? {}));
  return Object.fromEntries(
    missing(now.report, hasCluster)
      .map(({ id }) => shortHash(id))
      .map((hash) => {
        const runs = before.get(hash) ?? 0;
        return [hash, runs + (base === undefined || runs < 0 ? -1 : 1)] as const;
      })
      .toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
      .slice(0, mostCounted),
  );
}

/**
 * Failures go into the thread of the digest; into the channel, once, when they reach a tenth of the
 * clusters or one cluster fails for the third time in a row. Those that stay so are in one message a
 * week: the weekly one where there is one.
 */
export function planFailures(
  input: PlanInput,
  changes: Changes | undefined,
  failing: Failing,
  digest: string | undefined,
): readonly OutboxRow[] {
  const { base, now, hasCluster } = input;
  const row = (count: number, parent?: string): readonly OutboxRow[] => [
    plannedRow(input, {
      kind: 'not-scanned',
      key: parent === undefined ? `not-scanned|${now.report.run.id}` : `${parent}|not-scanned`,
      count,
      ...(parent !== undefined && { parent }),
    }),
  ];
  if (changes === undefined || base === undefined) return [];
  const third = Object.values(failing).some((runs) => runs === runsInARow);
  const crossed =
    part(now.report, hasCluster) >= muchOfFleet && part(base.report, hasCluster) < muchOfFleet;
  if (third || crossed) return row(third ? runsInARow : 1);
  if (isDue(input)) return row(everyWeek);
  return digest !== undefined && changes.lost.some(hasCluster) ? row(1, digest) : [];
}

/** A week since they were last reported in the channel, or in the first digest. */
function isDue({ target, now, rows, nowMs, hasCluster }: PlanInput): boolean {
  if (target.weekly !== undefined || missing(now.report, hasCluster).length === 0) return false;
  const reported = rows.filter(
    ({ kind, parent }) => kind === 'not-scanned' && parent === undefined,
  );
  const first = digestsOf(rows).slice(0, 1);
  const last = Math.max(0, ...[...reported, ...first].map(({ createdMs }) => createdMs));
  return last > 0 && nowMs - last >= weekMs;
}

function missing(
  report: Report,
  hasCluster: (cluster: ClusterReport) => boolean,
): readonly ClusterReport[] {
  return report.clusters.filter((cluster) => isMissing(cluster) && hasCluster(cluster));
}

function part(report: Report, hasCluster: (cluster: ClusterReport) => boolean): number {
  const all = report.clusters.filter(hasCluster).length;
  return all === 0 ? 0 : missing(report, hasCluster).length / all;
}
