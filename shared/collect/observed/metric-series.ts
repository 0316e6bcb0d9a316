import { isObject, type Cursor } from '../../input/index.ts';
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

export interface SeriesWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  /** As many series of a metric as this, or more, may have been cut. */
  readonly top: number;
}

/**
 * What a batch answered, by load balancer. Names may be localised, so metrics are known by the tail of
 * their id, and dimensions by their letters alone. A load balancer with a value that no metric has
 * (negative, of another time, not a number), with the same twice, or with a list that may have been cut
 * is unread; so is the whole where none that was asked for is named.
 */
export function seriesByResource(
  body: Cursor,
  query: MetricQuery,
  window: SeriesWindow,
  asked: ReadonlySet<ArmId>,
): Read<ReadonlyMap<ArmId, ResourceSeries>> {
  const found = new Map<ArmId, ResourceSeries>();
  const timeOf = times();
  for (const item of body.objects('values')) {
    const id = armId(item.text('resourceid', 2048) ?? '');
    if (!asked.has(id)) continue;
    found.set(
      id,
      found.has(id)
        ? unread(`${query.names.join(', ')}: a load balancer twice in one answer`)
        : seriesOf(item, query, window, timeOf),
    );
  }
  return found.size === 0
    ? unread(`metrics ${query.names.join(', ')}: the answer names none of the load balancers`)
    : read(found);
}

function seriesOf(
  item: Cursor,
  query: MetricQuery,
  window: SeriesWindow,
  timeOf: TimeOf,
): ResourceSeries {
  const metrics = item.objects('value');
  const all: (readonly Series[])[] = [];
  for (const [at, name] of query.names.entries()) {
    const metric = metrics.find((each) => isMetric(each, name)) ?? byOrder(metrics, query, at);
    if (metric === undefined) return unread(`${name}: the answer lacks it`);
    const series = seriesOfMetric(metric, query, window, timeOf);
    if (typeof series === 'string') return unread(`${name}: ${series}`);
    all.push(series);
  }
  return read(all);
}

/** The series of one metric, or why they are of no use. */
function seriesOfMetric(
  metric: Cursor,
  query: MetricQuery,
  window: SeriesWindow,
  timeOf: TimeOf,
): readonly Series[] | string {
  const code = metric.text('errorCode', 64);
  if (code !== undefined && code.toLowerCase() !== 'success')
    return metric.text('errorMessage', 200) ?? code;
  const rows = metric.list('timeseries');
  if (rows.length >= window.top) return `${rows.length} series, and more may have been cut`;
  const series: Series[] = [];
  const keys = new Set<string>();
  for (const row of rows) {
    const points = pointsOf(row, query, window, timeOf);
    if (typeof points === 'string') return points;
    const dimensions = dimensionsOf(row);
    const key = [...dimensions]
      .map(([name, value]) => `${name} ${value}`)
      .toSorted()
      .join('\n');
    if (keys.has(key)) return 'a series twice';
    keys.add(key);
    series.push({ dimensions, points });
  }
  return series;
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
      const name = each.at('name');
      const said = name.text('value', 100) ?? name.text('localizedValue', 100) ?? '';
      return [
        said.toLowerCase().replaceAll(/[^a-z]/gu, ''),
        each.text('value', 100) ?? '',
      ] as const;
    }),
  );
}

const mostValue = 1e15;

/** An answer has half a million of them: no cursor each. */
function pointsOf(
  row: Cursor,
  { aggregation }: MetricQuery,
  { fromMs, untilMs }: SeriesWindow,
  timeOf: TimeOf,
): ReadonlyMap<number, number> | string {
  const data: unknown = row.at('data').value ?? [];
  if (!Array.isArray(data)) return 'its points: not a list';
  const points = new Map<number, number>();
  for (const point of data as readonly unknown[]) {
    const value = isObject(point) ? point[aggregation] : undefined;
    if (!isObject(point) || value === undefined || value === null) continue;
    const ms = timeOf(point['timeStamp']);
    if (!(ms >= fromMs && ms <= untilMs)) return 'a point of another time than was asked for';
    if (typeof value !== 'number' || !(value >= 0 && value <= mostValue))
      return 'a value that no metric has';
    if (points.has(ms)) return 'a time twice';
    points.set(ms, value);
  }
  return points;
}

/** Milliseconds since 1970, `NaN` where it is no time. */
type TimeOf = (text: unknown) => number;

/** The series of an answer have the same times: each is read once. */
function times(): TimeOf {
  const known = new Map<string, number>();
  return (text) => {
    if (typeof text !== 'string') return Number.NaN;
    const found = known.get(text);
    if (found !== undefined) return found;
    const ms = Date.parse(text);
    known.set(text, ms);
    return ms;
  };
}
