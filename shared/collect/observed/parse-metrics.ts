import {
  present,
  read,
  unread,
  type ArmId,
  type FrontendTraffic,
  type LoadBalancerMetrics,
  type Rate,
  type Read,
  type SnatPorts,
} from '../../model/index.ts';
import type { ResourceSeries, Series } from './metric-series.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** One load balancer's numbers out of the answers, in the order of `metricQueries`. */
export function metricsOf(
  loadBalancerId: ArmId,
  untilMs: number,
  answers: readonly ResourceSeries[],
): LoadBalancerMetrics {
  const [byHour, byMinute, dataPath, probes, snat] = answers;
  const none: ResourceSeries = { kind: 'unread', why: 'metrics: not asked for' };
  return {
    loadBalancerId,
    until: new Date(untilMs).toISOString(),
    traffic: trafficOf(byHour ?? none, byMinute ?? none, untilMs),
    dataPath: parsed(dataPath ?? none, ([series = []]) => series.flatMap(availability)),
    probes: parsed(probes ?? none, ([series = []]) =>
      series.flatMap((each) =>
        availability(each).map((found) => ({
          ...found,
          backendIp: each.dimensions.get('backendipaddress') ?? '',
        })),
      ),
    ),
    snat: parsed(snat ?? none, ([allocated = [], used = []]) => snatOf(allocated, used)),
  };
}

function parsed<T>(
  answer: ResourceSeries,
  parse: (metrics: readonly (readonly Series[])[]) => readonly T[],
): Read<readonly T[]> {
  if (answer.kind === 'unread') return answer;
  const rows = parse(answer.value);
  // Series without a value are gaps, and no word that all is well.
  return rows.length === 0 && answer.value.some((series) => series.length > 0)
    ? unread('metrics: no value in the last hour')
    : read(rows);
}

function trafficOf(
  byHour: ResourceSeries,
  byMinute: ResourceSeries,
  untilMs: number,
): Read<readonly FrontendTraffic[]> {
  if (byHour.kind === 'unread') return byHour;
  if (byMinute.kind === 'unread') return byMinute;
  const [synHours, packetHours] = byHour.value.map(byFrontend);
  const [synMinutes, packetMinutes] = byMinute.value.map(byFrontend);
  const keys = new Set(
    [synHours, packetHours, synMinutes, packetMinutes].flatMap((each) => [...(each?.keys() ?? [])]),
  );
  return read(
    [...keys].toSorted().flatMap((key): readonly FrontendTraffic[] => {
      const [address = '', port = ''] = key.split(' ');
      const syns = rateOf(synHours?.get(key), synMinutes?.get(key), untilMs);
      const packets = rateOf(packetHours?.get(key), packetMinutes?.get(key), untilMs);
      return [{ address, port: Number(port), syns, packets }];
    }),
  );
}

type Points = Series['points'];

/** Series by `address port`; those of one frontend that differ in something else are summed. */
function byFrontend(series: readonly Series[]): ReadonlyMap<string, Points> {
  return summed(series, ({ dimensions }) => {
    const { address, port } = frontendOf(dimensions);
    return port === undefined ? undefined : `${address} ${port}`;
  });
}

/** Points by a key, summed where several series have it; a series without one is left out. */
function summed(
  series: readonly Series[],
  keyOf: (each: Series) => string | undefined,
): ReadonlyMap<string, Points> {
  const found = new Map<string, Points>();
  for (const each of series) {
    const key = keyOf(each);
    if (key === undefined) continue;
    const known = found.get(key);
    found.set(key, known === undefined ? each.points : sumOf(known, each.points));
  }
  return found;
}

function sumOf(one: Points, other: Points): Points {
  const sums = new Map(one);
  for (const [at, value] of other) sums.set(at, (sums.get(at) ?? 0) + value);
  return sums;
}

function frontendOf(dimensions: ReadonlyMap<string, string>) {
  const address = dimensions.get('frontendipaddress') ?? '';
  const text = dimensions.get('frontendport') ?? '';
  const valid = /^[\da-f.:]{2,45}$/iu.test(address) && /^\d{1,5}$/u.test(text);
  return { address, port: valid ? Number(text) : undefined };
}

const hoursOfDay = 24;
const hoursOfWeek = 7 * hoursOfDay;
/** Of an hour: fewer minutes give no mean. */
const enoughMinutes = 45;

function rateOf(hours: Points | undefined, minutes: Points | undefined, untilMs: number): Rate {
  const lastHour = between(minutes, untilMs - hourMs, Infinity);
  const hour = Math.floor(untilMs / hourMs) * hourMs;
  const before = (days: number): number | undefined => {
    const total = hours?.get(hour - days * 24 * hourMs);
    return total === undefined ? undefined : total / 60;
  };
  // Hours that are over; the present one is only begun.
  const past = (count: number): number | undefined => {
    const found = between(hours, hour - count * hourMs, hour);
    return found.count >= count ? found.sum + lastHour.sum : undefined;
  };
  const day = past(hoursOfDay);
  const week = past(hoursOfWeek);
  const dayBefore = before(1);
  const weekBefore = before(7);
  return {
    ...(lastHour.count >= enoughMinutes && { now: lastHour.sum / lastHour.count }),
    ...present({ dayBefore, weekBefore, day, week }),
  };
}

function between(points: Points | undefined, fromMs: number, untilMs: number) {
  let count = 0;
  let sum = 0;
  for (const [at, value] of points ?? [])
    if (at >= fromMs && at < untilMs) {
      count++;
      sum += value;
    }
  return { count, sum };
}

function availability({ dimensions, points }: Series) {
  const { address, port } = frontendOf(dimensions);
  const values = [...points.values()];
  if (port === undefined || values.length === 0) return [];
  const percent = values.reduce((total, value) => total + value, 0) / values.length;
  return percent > 100.5 ? [] : [{ address, port, percent: Math.min(100, percent) }];
}

/** Ports of each backend and protocol over all frontends; of the hour the quarter with the most in use. */
function snatOf(allocated: readonly Series[], used: readonly Series[]): readonly SnatPorts[] {
  const usedBy = byBackend(used);
  return [...byBackend(allocated)].flatMap(([key, ports]): readonly SnatPorts[] => {
    let worst: { readonly allocated: number; readonly used: number } | undefined;
    for (const [at, count] of ports) {
      const taken = usedBy.get(key)?.get(at);
      if (taken === undefined || count <= 0) continue;
      if (worst === undefined || taken / count > worst.used / worst.allocated)
        worst = { allocated: count, used: taken };
    }
    const [backendIp = '', protocol = ''] = key.split(' ');
    return worst === undefined ? [] : [{ backendIp, protocol, ...worst }];
  });
}

function byBackend(series: readonly Series[]): ReadonlyMap<string, Points> {
  return summed(series, ({ dimensions }) => {
    const ip = dimensions.get('backendipaddress') ?? '';
    if (!/^[\da-f.:]{2,45}$/iu.test(ip)) return undefined;
    return `${ip} ${(dimensions.get('protocoltype') ?? '').toUpperCase().slice(0, 8)}`;
  });
}
