import {
  read,
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
  parse: (metrics: readonly (readonly Series[])[]) => T,
): Read<T> {
  return answer.kind === 'unread' ? answer : read(parse(answer.value));
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

/** Series by `address port`; those of one frontend that differ in something else are summed. */
function byFrontend(series: readonly Series[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const found = new Map<string, Map<number, number>>();
  for (const { dimensions, points } of series) {
    const { address, port } = frontendOf(dimensions);
    if (port === undefined) continue;
    const key = `${address} ${port}`;
    const sums = found.get(key) ?? new Map<number, number>();
    found.set(key, sums);
    for (const [time, value] of points) sums.set(time, (sums.get(time) ?? 0) + value);
  }
  return found;
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

function rateOf(
  hours: ReadonlyMap<number, number> | undefined,
  minutes: ReadonlyMap<number, number> | undefined,
  untilMs: number,
): Rate {
  const lastHour = [...(minutes ?? [])].filter(([at]) => at >= untilMs - hourMs);
  const hour = Math.floor(untilMs / hourMs) * hourMs;
  const before = (days: number): number | undefined => {
    const total = hours?.get(hour - days * 24 * hourMs);
    return total === undefined ? undefined : total / 60;
  };
  // Hours that are over; the present one is only begun.
  const past = (count: number): number | undefined => {
    const found = [...(hours ?? [])].filter(([at]) => at >= hour - count * hourMs && at < hour);
    return found.length >= count ? sum(found) + sum(lastHour) : undefined;
  };
  const day = past(hoursOfDay);
  const week = past(hoursOfWeek);
  const dayBefore = before(1);
  const weekBefore = before(7);
  return {
    ...(lastHour.length >= enoughMinutes && { now: sum(lastHour) / lastHour.length }),
    ...(dayBefore !== undefined && { dayBefore }),
    ...(weekBefore !== undefined && { weekBefore }),
    ...(day !== undefined && { day }),
    ...(week !== undefined && { week }),
  };
}

function sum(points: readonly (readonly [number, number])[]): number {
  return points.reduce((total, [, value]) => total + value, 0);
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

function byBackend(series: readonly Series[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const found = new Map<string, Map<number, number>>();
  for (const { dimensions, points } of series) {
    const ip = dimensions.get('backendipaddress') ?? '';
    if (!/^[\da-f.:]{2,45}$/iu.test(ip)) continue;
    const key = `${ip} ${(dimensions.get('protocoltype') ?? '').toUpperCase().slice(0, 8)}`;
    const sums = found.get(key) ?? new Map<number, number>();
    found.set(key, sums);
    for (const [at, value] of points) sums.set(at, (sums.get(at) ?? 0) + value);
  }
  return found;
}
