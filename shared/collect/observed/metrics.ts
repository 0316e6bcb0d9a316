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
import { lineOf } from '../live/failure.ts';
import { grantOfMetrics, refusedAction } from '../live/grants.ts';
import { metricsLimits } from '../live/limits.ts';
import type { MetricsAccess } from '../live/metrics.ts';
import { bytesOf, metricQueries, topOf, type MetricQuery } from './metric-queries.ts';
import { seriesByResource, type ResourceSeries } from './metric-series.ts';
import { metricsOf } from './parse-metrics.ts';

export interface MetricsInputs {
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
/** Of an answer: a point is an object with a time and a number. */
const maxValues = 2_000_000;
/** Of a whole answer about several load balancers. */
const batchBytes = 16 * 1024 * 1024;

/**
 * Azure Monitor's numbers of load balancers, five calls for up to fifty of one region. A query that
 * fails leaves its part unread with the reason; where no load balancer could be read, the whole is.
 */
export async function readMetrics(
  inputs: MetricsInputs,
): Promise<Read<readonly LoadBalancerMetrics[]>> {
  const standard = inputs.loadBalancers.filter(
    ({ loadBalancer }) => loadBalancer.sku === 'standard',
  );
  const byRegion = Map.groupBy(standard, ({ region }) => region);
  // One window for all, so that hours of one load balancer are hours of the other. Minutes that are
  // not over yet would be too low.
  const untilMs = Math.floor(inputs.clock.now() / 60_000) * 60_000;
  const found: LoadBalancerMetrics[] = [];
  let refused: Unread | undefined;
  for (const [region, own] of byRegion) {
    const access = inputs.metrics(region);
    if (access.kind === 'unread') {
      refused ??= access;
      for (const { loadBalancer } of own)
        found.push(
          metricsOf(
            loadBalancer.id,
            untilMs,
            metricQueries.map(() => access),
          ),
        );
      continue;
    }
    for (const batch of batchesOf(own.map(({ loadBalancer }) => loadBalancer))) {
      // The right is one to the whole subscription: who was refused once is not asked again.
      const denied = refused?.code === 'forbidden' ? refused : undefined;
      const answers: BatchResult[] = [];
      // One after the other: the answers about a large load balancer are megabytes each.
      for (const query of metricQueries)
        answers.push(denied ?? (await ask(access.value, query, batch, untilMs, inputs.signal)));
      refused ??= answers.find((each) => each.kind === 'unread');
      for (const { id } of batch) found.push(metricsOf(id, untilMs, answers.map(partOf(id))));
    }
  }
  const any = found.some(({ traffic, dataPath, probes, snat }) =>
    [traffic, dataPath, probes, snat].some(({ kind }) => kind === 'read'),
  );
  return any || refused === undefined ? read(found) : refused;
}

type BatchResult = Read<ReadonlyMap<ArmId, ResourceSeries>>;

function partOf(id: ArmId): (answer: BatchResult) => ResourceSeries {
  return (answer) =>
    answer.kind === 'unread'
      ? answer
      : (answer.value.get(id) ?? unread('metrics: the answer lacks this load balancer'));
}

/** Up to fifty load balancers, and fewer where their answer would be larger than may be read. */
function batchesOf(loadBalancers: readonly LoadBalancer[]): readonly (readonly LoadBalancer[])[] {
  const batches: LoadBalancer[][] = [];
  let bytes = 0;
  for (const loadBalancer of loadBalancers) {
    const own = Math.max(...metricQueries.map((query) => bytesOf(query, loadBalancer)));
    const last = batches.at(-1);
    if (last === undefined || last.length >= batchSize || bytes + own > batchBytes) {
      batches.push([loadBalancer]);
      bytes = own;
    } else {
      last.push(loadBalancer);
      bytes += own;
    }
  }
  return batches;
}

function inMb(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

async function ask(
  access: ArmAccess,
  query: MetricQuery,
  batch: readonly LoadBalancer[],
  untilMs: number,
  signal: AbortSignal | undefined,
): Promise<BatchResult> {
  const what = `metrics ${query.names.join(', ')}`;
  const bytes = batch.reduce((sum, each) => sum + bytesOf(query, each), 0);
  // The probes of a hundred rules with a thousand backends each would be read in vain.
  if (bytes > metricsLimits.maxPageBytes)
    return unread(
      `${what}: about ${inMb(bytes)} MB for one load balancer, more than ${inMb(metricsLimits.maxPageBytes)} MB`,
    );
  const fromMs = untilMs - query.hours * 3_600_000;
  const top = topOf(query, batch);
  const client = new MetricsClient(access.endpoint, access.credential, clientOptions(access));
  let answered: unknown;
  const take = (body: unknown): unknown => {
    answered = body;
    return { values: [] };
  };
  keepRules(client, access, queryAnswers({ endpoint: access.endpoint, what, take, maxValues }));
  // The SDK hands these two on, although its type does not name them.
  const passedOn = {
    requestOptions: { headers: { 'accept-language': 'en-US' } },
    ...(signal !== undefined && { abortSignal: signal }),
  };
  try {
    await client.queryResources(
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
    const body = new Cursor(answered, 'body', { source: what, problems: new Problems() });
    // A bucket that has begun before the window begins at its own start.
    const window = { fromMs: fromMs - 3_600_000, untilMs, top };
    return seriesByResource(body, query, window, new Set(batch.map(({ id }) => id)));
  } catch (error) {
    if (signal?.aborted === true) return unread(`${what}: ${lineOf(signal.reason)}`);
    const why = reasonOfArm(error, what);
    if (!(error instanceof ArmError) || (error.status !== 403 && error.status !== 401))
      return unread(why);
    const subscription = batch[0] && armIdParts(batch[0].id).subscriptionId;
    return unread(
      `${refusedAction(why)}; to grant it: ${grantOfMetrics(subscription ?? 'SUBSCRIPTION_ID')}`,
      'forbidden',
    );
  }
}
