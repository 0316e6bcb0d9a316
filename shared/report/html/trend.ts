import { grouped, timeText } from '../../model/index.ts';
import { openCount, severities } from '../../findings/index.ts';
import type { HistoryPoint, Report } from '../report.ts';
import { dataTable } from './data-table.ts';
import { markup, trusted, type Markup } from './markup.ts';

const width = 600;
const height = 120;
const changesHeight = 40;
/** Rows of the table; JSON has all runs. */
const tableRuns = 12;

type Point = HistoryPoint & { readonly at: number };

/** Open findings over the last runs by severity, what came and went, and how much of the fleet was read. */
export function trendPart(report: Report): Markup | undefined {
  const points = pointsOf(report);
  const [first] = points;
  const last = points.at(-1);
  if (points.length < 2 || first === undefined || last === undefined) return undefined;
  const span = last.at - first.at || 1;
  const x = (point: Point): number => round(((point.at - first.at) / span) * width);
  const pieces = withoutGaps(points);
  const most = Math.max(1, ...points.map(({ findings }) => openCount(findings)));
  const [came = 0, went = 0] = (['new', 'resolved'] as const).map((of) =>
    Math.max(0, ...points.map(({ changes }) => changes?.[of] ?? 0)),
  );
  return markup`<section class="part" id="trend"><h2>Trend</h2><p class="dim">${grouped(points.length)} runs. Runs that are missing leave a gap.</p><div class="card trend"><div class="trend-row"><div class="trend-axis small dim"><span>${grouped(most)} open</span><span>0</span></div><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="Open findings by severity: ${`${grouped(openCount(first.findings))} then, ${grouped(openCount(last.findings))} now`}">${severities
    .map((severity, at) =>
      pieces.map(
        (piece) =>
          markup`<path class="area ${severity}" d="${trusted(area(piece, x, at + 1, most))}"/>`,
      ),
    )
    .toReversed()}</svg></div><div class="trend-row"><div class="trend-axis small dim"><span>${grouped(came)} new</span><span>${grouped(went)} resolved</span></div><svg class="changes" viewBox="0 0 ${width} ${changesHeight}" preserveAspectRatio="none" role="img" aria-label="Findings that came and went">${changeBars(points, x, Math.max(1, came, went))}</svg></div>${coverageRow(pieces, x)}<div class="trend-dates small dim"><span>${timeText(first.startedAt)}</span><span>${timeText(last.startedAt)}</span></div><ul class="legend">${severities.map(
    (severity) =>
      markup`<li><svg viewBox="0 0 12 12" class="trend-key" aria-hidden="true"><rect class="area ${severity}" width="12" height="12"/></svg>${severity}, ${severity === 'critical' ? 'lowest' : severity === 'info' ? 'topmost' : 'above it'}</li>`,
  )}</ul>${trendTable(points)}</div></section>`;
}

function pointsOf({ run, summary, history }: Report): readonly Point[] {
  const now: HistoryPoint = {
    runId: run.id,
    startedAt: run.startedAt,
    findings: summary.findings,
    clusters: {
      planned: summary.clusters.planned,
      complete: summary.clusters.complete,
    },
    changes: summary.changes,
  };
  return [...(history ?? []), now]
    .map((point) => ({ ...point, at: Date.parse(point.startedAt) }))
    .filter(({ at }) => Number.isFinite(at))
    .toSorted((a, b) => a.at - b.at);
}

/** Runs that follow each other in the usual time; a longer pause starts a new piece. */
function withoutGaps(points: readonly Point[]): readonly (readonly Point[])[] {
  const pauses = points.slice(1).map((point, at) => point.at - (points[at]?.at ?? 0));
  const usual = pauses.toSorted((a, b) => a - b)[pauses.length >> 1] ?? 0;
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  for (const [at, point] of points.entries()) {
    if (at > 0 && (pauses[at - 1] ?? 0) > usual * 2.5) {
      pieces.push(piece);
      piece = [];
    }
    piece.push(point);
  }
  return [...pieces, piece];
}

/** From the sum of the first severities down to the ground: the sums of fewer are drawn on top of it. */
function area(
  points: readonly Point[],
  x: (point: Point) => number,
  levels: number,
  most: number,
): string {
  const y = ({ findings }: Point): number => {
    const sum = severities.slice(0, levels).reduce((of, each) => of + findings[each], 0);
    return round(height - (sum / most) * (height - 4));
  };
  const [first] = points;
  if (first === undefined) return '';
  if (points.length === 1) return `M${x(first) - 2} ${y(first)}h4V${height}h-4z`;
  return `M${points.map((point) => `${x(point)} ${y(point)}`).join('L')}V${height}H${x(first)}z`;
}

function changeBars(points: readonly Point[], x: (point: Point) => number, most: number): Markup {
  const middle = changesHeight / 2;
  const bars = (of: 'new' | 'resolved', sign: string): string =>
    points
      .map((point) => {
        const length = round(((point.changes?.[of] ?? 0) / most) * (middle - 2));
        return length === 0 ? '' : `M${x(point)} ${middle}v${sign}${length}`;
      })
      .join('');
  return markup`<path class="came" d="${trusted(bars('new', '-'))}"/><path class="went" d="${trusted(bars('resolved', ''))}"/>`;
}

function coverageRow(
  pieces: readonly (readonly Point[])[],
  x: (point: Point) => number,
): Markup | undefined {
  const lines = pieces.flatMap((piece) => {
    const known = piece.filter(({ clusters }) => (clusters?.planned ?? 0) > 0);
    return known.length < 2 ? [] : [known];
  });
  if (lines.length === 0) return undefined;
  const y = ({ clusters }: Point): number =>
    round(26 - (24 * (clusters?.complete ?? 0)) / Math.max(1, clusters?.planned ?? 1));
  return markup`<div class="trend-row"><div class="trend-axis small dim"><span>all read</span><span>none read</span></div><svg class="read" viewBox="0 0 ${width} 28" preserveAspectRatio="none" role="img" aria-label="Part of the clusters that was fully read">${lines.map(
    (points) =>
      markup`<path class="read-line" d="${trusted(`M${points.map((point) => `${x(point)} ${y(point)}`).join('L')}`)}"/>`,
  )}</svg></div>`;
}

function trendTable(points: readonly Point[]): Markup {
  return markup`<details><summary>${points.length > tableRuns ? `The last ${tableRuns} runs as a table` : 'The same as a table'}</summary>${dataTable(
    'Findings by run',
    [
      { word: 'Run' },
      ...severities.map((word) => ({ word, number: true })),
      { word: 'new', number: true },
      { word: 'resolved', number: true },
      { word: 'clusters read', number: true },
    ],
    points
      .toReversed()
      .slice(0, tableRuns)
      .map(({ startedAt, findings, changes, clusters }) => [
        timeText(startedAt),
        ...severities.map((severity) => findings[severity]),
        changes?.new ?? '?',
        changes?.resolved ?? '?',
        clusters === undefined
          ? '?'
          : `${grouped(clusters.complete)} of ${grouped(clusters.planned)}`,
      ]),
  )}</details>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
