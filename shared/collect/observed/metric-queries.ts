import type { LoadBalancer } from '../../model/index.ts';

/** One query to Azure Monitor about a batch of load balancers. */
export interface MetricQuery {
  readonly names: readonly string[];
  readonly aggregation: 'total' | 'average';
  readonly interval: string;
  readonly hours: number;
  readonly filter: string;
  /** Series that a load balancer may have of each of these metrics, as its rules stand. */
  readonly series: (loadBalancer: LoadBalancer) => number;
}

const eightDays = 8 * 24;
const everyFrontend = "FrontendIPAddress eq '*' and FrontendPort eq '*'";

/** New connections and packets from outside by the hour, so that an hour has its day and its week before. */
const trafficByHour: MetricQuery = {
  names: ['SYNCount', 'PacketCount'],
  aggregation: 'total',
  interval: 'PT1H',
  hours: eightDays,
  filter: `${everyFrontend} and Direction eq 'Inbound'`,
  series: frontendPorts,
};

/** The last hour, which has not ended yet in the hours. */
const trafficByMinute: MetricQuery = { ...trafficByHour, interval: 'PT1M', hours: 1 };

const dataPath: MetricQuery = {
  names: ['VipAvailability'],
  aggregation: 'average',
  interval: 'PT15M',
  hours: 1,
  filter: everyFrontend,
  series: frontendPorts,
};

const probes: MetricQuery = {
  names: ['DipAvailability'],
  aggregation: 'average',
  interval: 'PT15M',
  hours: 1,
  filter: `${everyFrontend} and BackendIPAddress eq '*'`,
  series: (loadBalancer) =>
    loadBalancer.rules.reduce(
      (sum, { backendPoolIds }) => sum + membersOf(loadBalancer, backendPoolIds),
      0,
    ),
};

/** Both in one query: the part of the ports that is used needs the two of the same time. */
const snatPorts: MetricQuery = {
  names: ['AllocatedSnatPorts', 'UsedSnatPorts'],
  aggregation: 'average',
  interval: 'PT15M',
  hours: 1,
  filter: "FrontendIPAddress eq '*' and BackendIPAddress eq '*' and ProtocolType eq '*'",
  // TCP and UDP. Outbound frontends are few; which pool goes out by them is not in the model.
  series: (loadBalancer) =>
    2 *
    Math.max(1, loadBalancer.frontends.filter((each) => each.hasOutboundRules).length) *
    Math.max(0, ...loadBalancer.backendPools.map(({ members }) => members.length)),
};

export const metricQueries = [trafficByHour, trafficByMinute, dataPath, probes, snatPorts] as const;

function frontendPorts({ rules }: LoadBalancer): number {
  return new Set(rules.map((rule) => `${rule.frontendId} ${rule.frontendPort}`)).size;
}

function membersOf({ backendPools }: LoadBalancer, ids: readonly string[]): number {
  return backendPools
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, { members }) => sum + members.length, 0);
}

/**
 * `top` of a query: room for what is known and for series of what was deleted within its time. As many
 * as that, or more, may have been cut.
 */
export function topOf(query: MetricQuery, loadBalancers: readonly LoadBalancer[]): number {
  return 2 * Math.max(0, ...loadBalancers.map(query.series)) + 20;
}

/** Names and values of a series' dimensions, and one point with its time, as JSON. */
const [seriesBytes, pointBytes] = [350, 60];

/** About as large is the part of one load balancer in an answer, all its metrics together. */
export function bytesOf(query: MetricQuery, loadBalancer: LoadBalancer): number {
  const points = (query.hours * 60) / minutes(query.interval);
  return query.series(loadBalancer) * query.names.length * (seriesBytes + points * pointBytes);
}

function minutes(interval: string): number {
  const found = /^PT(\d+)([HM])$/u.exec(interval);
  return Number(found?.[1] ?? 1) * (found?.[2] === 'H' ? 60 : 1);
}
