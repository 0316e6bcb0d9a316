import type { Cursor } from '../../input/index.ts';
import { armId, read, unread, type ArmId, type Read } from '../../model/index.ts';
import type { MetricQuery } from './metric-queries.ts';

/** One series: where it belongs, and its points by time. */
export interface Series {
  readonly dimensions: ReadonlyMap<string, string>;
  /** Milliseconds since 1970 to a value that is finite and not negative; gaps are left out. */
  readonly points: ReadonlyMap<number, number>;
}

/** Series of each metric of a query, in the order of its names. */
export type ResourceSeries = Read<readonly (readonly Series[])[]>;

export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  /** As many series of a metric as this, or more, may have been cut. */
  readonly top: number;
}

/**
 * What a batch answered, by load balancer. The SDK gives localised names, so metrics are known by the
 * tail of their id, and dimensions by their letters alone. A load balancer with a value that no metric
 * has (negative, of another time, not a number) or with a list that may have been cut is unread.
 */
export function seriesByResource(
  body: Cursor,
  query: MetricQuery,
  window: Window,
  mostResources: number,
): ReadonlyMap<ArmId, ResourceSeries> {
  const found = new Map<ArmId, ResourceSeries>();
  for (const item of body.objects('values').slice(0, mostResources)) {
    const id = item.text('resourceId', 2048);
    if (id !== undefined) found.set(armId(id), seriesOf(item, query, window));
  }
  return found;
}

function seriesOf(item: Cursor, query: MetricQuery, window: Window): ResourceSeries {
  const metrics = item.objects('metrics');
  const all: Series[][] = [];
  for (const [at, name] of query.names.entries()) {
    const metric = metrics.find((each) => isMetric(each, name)) ?? byOrder(metrics, query, at);
    if (metric === undefined) return unread(`${name}: the answer lacks it`);
    const code = metric.text('errorCode', 64);
    if (code !== undefined && code.toLowerCase() !== 'success')
      return unread(`${name}: ${metric.text('errorMessage', 200) ?? code}`);
    const rows = metric.list('timeseries');
    if (rows.length >= window.top)
      return unread(`${name}: ${rows.length} series, and more may have been cut`);
    const series: Series[] = [];
    for (const row of rows) {
      const points = pointsOf(row, query, window);
      if (typeof points === 'string') return unread(`${name}: ${points}`);
      series.push({ dimensions: dimensionsOf(row), points });
    }
    all.push(series);
  }
  return read(all);
}

function isMetric(metric: Cursor, name: string): boolean {
  const id = metric.text('id', 4096)?.toLowerCase() ?? '';
  return id.endsWith(`/${name.toLowerCase()}`);
}

/** Metrics come in the order in which they were asked for; only where ids say nothing. */
function byOrder(metrics: readonly Cursor[], { names }: MetricQuery, at: number) {
  const said = metrics.some((each) => (each.text('id', 4096) ?? '').includes('/metrics/'));
  return said || metrics.length !== names.length ? undefined : metrics[at];
}

/** `Frontend IP Address`, `frontendipaddress` and `FrontendIPAddress` are one. */
function dimensionsOf(row: Cursor): ReadonlyMap<string, string> {
  return new Map(
    row.objects('metadatavalues', true).map((each) => {
      const name = (each.text('name', 100) ?? '').toLowerCase().replaceAll(/[^a-z]/gu, '');
      return [name, each.text('value', 100) ?? ''] as const;
    }),
  );
}

const mostValue = 1e15;

function pointsOf(
  row: Cursor,
  { aggregation }: MetricQuery,
  { fromMs, untilMs }: Window,
): ReadonlyMap<number, number> | string {
  const points = new Map<number, number>();
  for (const point of row.list('data', true)) {
    const { value } = point.at(aggregation);
    if (value === undefined || value === null) continue;
    const time: unknown = point.at('timeStamp').value;
    const ms = time instanceof Date ? time.getTime() : Number.NaN;
    if (!(ms >= fromMs && ms <= untilMs)) return 'a point of another time than was asked for';
    if (typeof value !== 'number' || !(value >= 0 && value <= mostValue))
      return 'a value that no metric has';
    points.set(ms, value);
  }
  return points;
}
