import { MetricsClient } from '@azure/monitor-query-metrics';
import {
  ArmError,
  clientOptions,
  Cursor,
  keepRules,
  Problems,
  queryAnswers,
  reasonOfArm,
  type ArmAccess,
} from '../../input/index.ts';
import {
  armIdParts,
  read,
  unread,
  type ArmId,
  type LoadBalancer,
  type LoadBalancerMetrics,
  type Read,
  type Unread,
} from '../../model/index.ts';
import type { Clock } from '../live/clock.ts';
import { grantOfMetrics } from '../live/grants.ts';
import type { MetricsAccess } from '../live/metrics.ts';
import { metricQueries, pointsOf, topOf, type MetricQuery } from './metric-queries.ts';
import { seriesByResource, type ResourceSeries } from './metric-series.ts';
import { metricsOf } from './parse-metrics.ts';

export interface MetricsQuestion {
  readonly metrics: MetricsAccess;
  readonly loadBalancers: readonly {
    readonly loadBalancer: LoadBalancer;
    readonly region: string;
  }[];
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Ids that one call may name. */
const batchSize = 50;
/** Points of a whole answer: about 16 MB of JSON. */
const batchPoints = 250_000;

/**
 * Azure Monitor's numbers of load balancers, five calls for up to fifty of one region. A query that
 * fails leaves its part unread with the reason; where no load balancer could be read, the whole is.
 */
export async function readMetrics(
  question: MetricsQuestion,
): Promise<Read<readonly LoadBalancerMetrics[]>> {
  const standard = question.loadBalancers.filter(
    ({ loadBalancer }) => loadBalancer.sku === 'standard',
  );
  const byRegion = Map.groupBy(standard, ({ region }) => region);
  // One window for all, so that hours of one load balancer are hours of the other. Minutes that are
  // not over yet would be too low.
  const untilMs = Math.floor(question.clock.now() / 60_000) * 60_000;
  const found: LoadBalancerMetrics[] = [];
  let refused: Unread | undefined;
  for (const [region, own] of byRegion) {
    const access = question.metrics(region);
    if (access.kind === 'unread') {
      refused ??= access;
      continue;
    }
    for (const batch of batchesOf(own.map(({ loadBalancer }) => loadBalancer))) {
      const answers = await Promise.all(
        metricQueries.map((query) => ask(access.value, query, batch, untilMs, question.signal)),
      );
      refused ??= answers.find((each) => each.kind === 'unread');
      for (const { id } of batch) found.push(metricsOf(id, untilMs, answers.map(partOf(id))));
    }
  }
  const any = found.some(({ traffic, dataPath, probes, snat }) =>
    [traffic, dataPath, probes, snat].some(({ kind }) => kind === 'read'),
  );
  return any || refused === undefined ? read(found) : refused;
}

function partOf(id: ArmId): (answer: Read<ReadonlyMap<ArmId, ResourceSeries>>) => ResourceSeries {
  return (answer) =>
    answer.kind === 'unread'
      ? answer
      : (answer.value.get(id) ?? unread('metrics: the answer lacks this load balancer'));
}

/** Up to fifty load balancers, and fewer where their answer would be larger than may be read. */
function batchesOf(loadBalancers: readonly LoadBalancer[]): readonly (readonly LoadBalancer[])[] {
  const batches: LoadBalancer[][] = [];
  let points = 0;
  for (const loadBalancer of loadBalancers) {
    const own = Math.max(...metricQueries.map((query) => pointsOf(query, loadBalancer)));
    const last = batches.at(-1);
    if (last === undefined || last.length >= batchSize || points + own > batchPoints) {
      batches.push([loadBalancer]);
      points = own;
    } else {
      last.push(loadBalancer);
      points += own;
    }
  }
  return batches;
}

async function ask(
  access: ArmAccess,
  query: MetricQuery,
  batch: readonly LoadBalancer[],
  untilMs: number,
  signal: AbortSignal | undefined,
): Promise<Read<ReadonlyMap<ArmId, ResourceSeries>>> {
  const what = `metrics ${query.names.join(', ')}`;
  const fromMs = untilMs - query.hours * 3_600_000;
  const top = topOf(query, batch);
  const client = new MetricsClient(access.endpoint, access.credential, clientOptions(access));
  const mostSeries = top * query.names.length * batch.length;
  keepRules(client, access, queryAnswers({ endpoint: access.endpoint, what, mostSeries }));
  // The SDK hands these two on, although its type does not name them.
  const passedOn = {
    requestOptions: { headers: { 'accept-language': 'en-US' } },
    ...(signal !== undefined && { abortSignal: signal }),
  };
  try {
    const values = await client.queryResources(
      batch.map(({ id }) => id),
      [...query.names],
      'Microsoft.Network/loadBalancers',
      {
        startTime: new Date(fromMs),
        endTime: new Date(untilMs),
        interval: query.interval,
        aggregation: query.aggregation,
        filter: query.filter,
        top,
        ...passedOn,
      },
    );
    const body = new Cursor({ values }, 'body', { source: what, problems: new Problems() });
    // A bucket that has begun before the window begins at its own start.
    const window = { fromMs: fromMs - 3_600_000, untilMs, top };
    return read(seriesByResource(body, query, window, batch.length));
  } catch (error) {
    const why = reasonOfArm(error, what);
    if (!(error instanceof ArmError) || (error.status !== 403 && error.status !== 401))
      return unread(why);
    const subscription = batch[0] && armIdParts(batch[0].id).subscriptionId;
    return unread(
      `${why}; it takes: ${grantOfMetrics(subscription ?? 'SUBSCRIPTION_ID')}`,
      'forbidden',
    );
  }
}
