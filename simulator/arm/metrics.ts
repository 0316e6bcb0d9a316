import type { LoadBalancerDescription, SubscriptionDescription } from '../description.ts';
import type { FleetIndex } from '../fleet-index.ts';
import { json, type SimulatedRequest, type SimulatedResponse } from '../http.ts';
import { azureName, servicesOn, type Layout } from '../layout.ts';
import { addressAfter } from '../names.ts';
import { seededNumber } from '../seed.ts';
import { protocolOf, type SimulatedService } from '../services.ts';
import { judgeToken } from '../tokens.ts';
import * as errors from './errors.ts';
import { simulatedHealth } from './health.ts';
import { outboundBalancer, outboundIpNames } from './public-ip.ts';
import { plannedRules } from './rules.ts';

const domain = '.metrics.monitor.azure.com';

/** `westeurope.metrics.monitor.azure.com` and those of other regions. */
export function isMetricsHost(host: string): boolean {
  return host.endsWith(domain);
}

interface MetricsContext {
  readonly index: FleetIndex;
  readonly nowMs: () => number;
}

/** Azure Monitor's batch API for load balancers, names localised as the service does it. */
export function answerMetrics(
  { index, nowMs }: MetricsContext,
  request: SimulatedRequest,
): SimulatedResponse {
  const verdict = judgeToken(request, 'arm', nowMs());
  if (verdict !== 'ok') return errors.unauthorized(verdict);
  const { pathname, searchParams } = request.url;
  const id = /^\/subscriptions\/([^/]+)\/metrics:getbatch$/iu.exec(pathname)?.[1] ?? '';
  const subscription = index.subscription(id);
  if (subscription === undefined) return errors.resourceNotFound(pathname);
  if (request.method !== 'POST') return errors.methodNotAllowed(request.method);
  if (subscription.denied.includes('metrics'))
    return errors.forbidden('Microsoft.Insights/Metrics/Read', `/subscriptions/${id}`);
  const ids = resourceIds(request.body);
  if (ids.length > 50) return errors.badRequest('At most 50 resources in a batch.');
  return json(200, {
    values: ids.flatMap((resourceId) => metricsOf(index, subscription, resourceId, searchParams)),
  });
}

/** The metrics of one load balancer; nothing for one that is not of the subscription. */
function metricsOf(
  index: FleetIndex,
  subscription: SubscriptionDescription,
  resourceId: string,
  query: URLSearchParams,
): readonly object[] {
  const [group, name] = groupAndName(resourceId);
  const layout = index.byNodeGroup(subscription, group);
  const balancer = layout?.cluster.loadBalancers.find(
    (one) => azureName(one).toLowerCase() === name,
  );
  if (layout === undefined || balancer === undefined) return [];
  const window = windowOf(query);
  const top = Number(query.get('top') ?? 10);
  const metrics = (query.get('metricnames') ?? '').split(',');
  return [
    {
      starttime: query.get('starttime'),
      endtime: query.get('endtime'),
      interval: query.get('interval'),
      namespace: 'Microsoft.Network/loadBalancers',
      resourceregion: layout.cluster.location,
      resourceid: resourceId,
      value: metrics.map((metric) => ({
        id: `${resourceId}/providers/Microsoft.Insights/metrics/${metric}`,
        type: 'Microsoft.Insights/metrics',
        name: { value: metric, localizedValue: localised.get(metric) ?? metric },
        errorCode: 'Success',
        unit: 'Count',
        timeseries: merged(seriesOf(layout, balancer, metric), window.aggregation)
          .slice(0, top)
          .map((series) => seriesJson(series, window)),
      })),
    },
  ];
}

const localised = new Map([
  ['SYNCount', 'SYN Count'],
  ['PacketCount', 'Packet Count'],
  ['VipAvailability', 'Data Path Availability'],
  ['DipAvailability', 'Health Probe Status'],
  ['AllocatedSnatPorts', 'Allocated SNAT Ports'],
  ['UsedSnatPorts', 'Used SNAT Ports'],
]);

interface SimulatedSeries {
  readonly dimensions: Readonly<Record<string, string>>;
  /** Per minute for counts, the value itself for the others; `days` before the end of the window. */
  readonly at: (days: number) => number;
}

function seriesOf(
  layout: Layout,
  balancer: LoadBalancerDescription,
  metric: string,
): readonly SimulatedSeries[] {
  switch (metric) {
    case 'SYNCount':
    case 'PacketCount':
      return frontends(layout, balancer).map(({ service, port, dimensions }) => ({
        dimensions,
        at: (days) =>
          (metric === 'SYNCount' && protocolOf(port) !== 'TCP' ? 0 : perMinute(layout, service)) *
          (metric === 'SYNCount' ? 1 : 12) *
          (days >= 7 ? 1.1 : days >= 1 ? 0.9 : 1),
      }));
    case 'VipAvailability':
      return frontends(layout, balancer).map(({ dimensions }) => ({
        dimensions,
        at: () => balancer.dataPathPercent ?? 100,
      }));
    case 'DipAvailability':
      return frontends(layout, balancer).flatMap(({ rule, dimensions }) =>
        simulatedHealth(layout, balancer, rule).map(({ ip, reason }) => ({
          dimensions: { ...dimensions, BackendIPAddress: ip },
          at: () => (reason.startsWith('Up_') ? 100 : 0),
        })),
      );
    case 'AllocatedSnatPorts':
    case 'UsedSnatPorts':
      return snatSeries(layout, balancer, metric === 'UsedSnatPorts');
    default:
      return [];
  }
}

/** Rules of several protocols on one frontend port are one series there: no dimension tells them apart. */
function merged(all: readonly SimulatedSeries[], aggregation: string): readonly SimulatedSeries[] {
  const groups = Map.groupBy(all, ({ dimensions }) => JSON.stringify(dimensions));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const at = (days: number): number => {
      const sum = group.reduce((total, each) => total + each.at(days), 0);
      return aggregation === 'total' ? sum : sum / group.length;
    };
    return [{ dimensions: first.dimensions, at }];
  });
}

function frontends(layout: Layout, balancer: LoadBalancerDescription) {
  return servicesOn(layout, balancer).flatMap((service) =>
    plannedRules(layout, balancer, service).map((rule) => ({
      service,
      rule,
      port: rule.port,
      dimensions: {
        FrontendIPAddress: service.ip ?? '',
        FrontendPort: String(rule.port.port),
      },
    })),
  );
}

function perMinute({ names }: Layout, { service, key }: SimulatedService): number {
  return service.connectionsPerMinute ?? 40 + seededNumber(`${names.id}/${key}/rate`, 4_000);
}

function snatSeries(layout: Layout, balancer: LoadBalancerDescription, used: boolean) {
  if (outboundBalancer(layout) !== balancer) return [];
  const { allocatedPorts, managedIps } = layout.cluster.outbound;
  const ports = allocatedPorts === 0 ? 1024 : allocatedPorts;
  return outboundIpNames(layout).flatMap((name) =>
    layout.nodes.flatMap(({ ip, ipConfigurationId, change }) =>
      ipConfigurationId === undefined
        ? []
        : ['TCP', 'UDP'].map((protocol) => ({
            dimensions: {
              FrontendIPAddress: addressAfter(
                '20.61.0.0',
                seededNumber(`${layout.names.id}/${name}`, 65_000),
              ),
              BackendIPAddress: ip,
              ProtocolType: protocol,
            },
            at: () =>
              (ports / managedIps) *
              (used ? (protocol === 'TCP' ? (change?.snatUsed ?? 0.05) : 0.01) : 1),
          })),
    ),
  );
}

interface MetricWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepMs: number;
  readonly aggregation: string;
}

function windowOf(query: URLSearchParams): MetricWindow {
  return {
    fromMs: Date.parse(query.get('starttime') ?? ''),
    untilMs: Date.parse(query.get('endtime') ?? ''),
    stepMs: stepOf(query.get('interval') ?? ''),
    aggregation: query.get('aggregation') ?? '',
  };
}

const dayMs = 86_400_000;

function seriesJson({ dimensions, at }: SimulatedSeries, window: MetricWindow): object {
  const { fromMs, untilMs, stepMs, aggregation } = window;
  const data: object[] = [];
  for (let time = Math.floor(fromMs / stepMs) * stepMs; time < untilMs; time += stepMs) {
    const value = at(Math.floor((untilMs - time) / dayMs));
    const timeStamp = new Date(time).toISOString();
    data.push(
      aggregation === 'total'
        ? { timeStamp, total: Math.round(value * (stepMs / 60_000)) }
        : { timeStamp, average: value },
    );
  }
  return {
    metadatavalues: Object.entries(dimensions).map(([name, value]) => ({
      name: { value: name, localizedValue: name.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ') },
      value,
    })),
    data,
  };
}

function stepOf(interval: string): number {
  const found = /^PT(\d+)([HM])$/u.exec(interval);
  return Number(found?.[1] ?? 1) * (found?.[2] === 'H' ? 3_600_000 : 60_000);
}

function groupAndName(id: string): readonly [string, string] {
  const parts = id.toLowerCase().split('/');
  return [parts[parts.indexOf('resourcegroups') + 1] ?? '', parts.at(-1) ?? ''];
}

function resourceIds(body: string): readonly string[] {
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null || !('resourceids' in parsed)) return [];
  return Array.isArray(parsed.resourceids) ? parsed.resourceids.map(String) : [];
}
