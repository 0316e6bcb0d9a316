import { clusterView, derived } from '../facts/index.ts';
import { canonicalAddress } from '../load-balancing/index.ts';
import {
  armIdParts,
  valueOr,
  type ArmId,
  type FrontendTraffic,
  type LoadBalancerMetrics,
  type ProbeAvailability,
  type Rate,
} from '../model/index.ts';
import { traffic } from './traffic.ts';
import type { BackendShare, PortTraffic } from './types.ts';

/** What Azure Monitor counts of one Service port. */
export interface PortMeasure {
  /** SYNs for TCP; packets for the others, which have no connections to count. */
  readonly unit: 'connections' | 'packets';
  readonly rate: Rate;
  /** Connections of the last 24 hours; absent where the hours were not all read. */
  readonly day?: number;
  /** Connections of the last seven days; absent where the days were not all read. */
  readonly week?: number;
  /** Health probe availability of the last hour by address of the backend, in per cent. */
  readonly probes: ReadonlyMap<string, number>;
}

/** Per port of `traffic`; a port whose load balancer was not read has none. */
export const measures = derived(
  'measures',
  [traffic, 'loadBalancerMetrics'],
  ({ traffic: services, loadBalancerMetrics }): ReadonlyMap<PortTraffic, PortMeasure> => {
    const byId = new Map(loadBalancerMetrics.map((each) => [each.loadBalancerId, indexed(each)]));
    const found = new Map<PortTraffic, PortMeasure>();
    const overTcp = new Set(
      services
        .flatMap(({ ports }) => ports)
        .filter(({ protocol }) => protocol === 'TCP')
        .map(keyOf),
    );
    for (const { ports } of services)
      for (const port of ports) {
        const own = loadBalancerOf(port, byId);
        if (own !== undefined) found.set(port, measureOf(port, own, overTcp));
      }
    return found;
  },
);

function loadBalancerOf(
  { ruleId }: PortTraffic,
  byId: ReadonlyMap<ArmId, IndexedMetrics>,
): IndexedMetrics | undefined {
  if (ruleId === undefined) return undefined;
  for (const [id, metrics] of byId) if (ruleId.startsWith(`${id}/`)) return metrics;
  return undefined;
}

interface IndexedMetrics {
  readonly metrics: LoadBalancerMetrics;
  /** By frontend, as `frontendKey` has it. */
  readonly traffic: ReadonlyMap<string, FrontendTraffic>;
  readonly probes: ReadonlyMap<string, readonly ProbeAvailability[]>;
}

function indexed(metrics: LoadBalancerMetrics): IndexedMetrics {
  return {
    metrics,
    traffic: new Map(valueOr(metrics.traffic, []).map((row) => [frontendKey(row), row])),
    probes: Map.groupBy(valueOr(metrics.probes, []), frontendKey),
  };
}

/** The same for every spelling of a frontend's address. */
export function frontendKey({
  address,
  port,
}: {
  readonly address: string;
  readonly port: number;
}): string {
  return `${canonicalAddress(address)} ${port}`;
}

function keyOf({ frontend = '', port }: PortTraffic): string {
  return frontendKey({ address: frontend, port });
}

function measureOf(
  port: PortTraffic,
  { metrics, traffic: rows, probes }: IndexedMetrics,
  overTcp: ReadonlySet<string>,
): PortMeasure {
  const unit = port.protocol === 'TCP' ? 'connections' : 'packets';
  const key = keyOf(port);
  const row = rows.get(key);
  const counted = (unit === 'connections' ? row?.syns : row?.packets) ?? {};
  // No dimension tells packets of TCP on the same frontend port apart: only none at all says something.
  const rate = unit === 'packets' && overTcp.has(key) ? zeros(counted) : counted;
  const [day, week] = (['day', 'week'] as const).map((span) =>
    sumOf(span, rate, metrics, row !== undefined),
  );
  return {
    unit,
    rate,
    ...(day !== undefined && { day }),
    ...(week !== undefined && { week }),
    probes: new Map(
      (probes.get(key) ?? []).map(({ backendIp, percent }) => [
        canonicalAddress(backendIp),
        percent,
      ]),
    ),
  };
}

/** What of a rate is 0. */
function zeros(rate: Rate): Rate {
  return Object.fromEntries(Object.entries(rate).filter(([, value]) => value === 0));
}

/** A sum is known by its series; where a frontend has none, by a neighbour's, which shows that hours were counted. */
function sumOf(
  span: 'day' | 'week',
  { [span]: own }: Rate,
  metrics: LoadBalancerMetrics,
  has: boolean,
): number | undefined {
  if (has || own !== undefined || metrics.traffic.kind === 'unread') return own;
  return metrics.traffic.value.some(({ packets }) => packets[span] !== undefined) ? 0 : undefined;
}

/** Below this a backend was down in the last hour, above the other it was up; between, it changed. */
const downPercent = 1;
const upPercent = 99;

/** Up or down by the probe metric of the last hour; `undefined` where it changed or was not read. */
export function measuredUp(measure: PortMeasure | undefined, ips: readonly string[]) {
  const percents = ips.flatMap((ip) => measure?.probes.get(canonicalAddress(ip)) ?? []);
  if (percents.length === 0) return undefined;
  const most = Math.max(...percents);
  if (most >= upPercent) return true;
  return most <= downPercent ? false : undefined;
}

/** Rules of whose backends the probe metric says another thing than the model: worth asking about. */
export const probeDoubts = derived(
  'probeDoubts',
  [traffic, measures, clusterView],
  ({ traffic: services, measures: byPort, clusterView: view }): ReadonlySet<ArmId> => {
    const nodes = new Map([...view.nodes].map(([name, { node }]) => [String(name), node]));
    const differs = (port: PortTraffic, backend: BackendShare): boolean => {
      const ips = nodes.get(backend.node)?.internalIps ?? [backend.node];
      const seen = measuredUp(byPort.get(port), ips);
      return seen !== undefined && seen !== (backend.predictedUp ?? backend.up);
    };
    return new Set(
      services
        .flatMap(({ ports }) => ports)
        .filter((port) => port.backends.some((each) => each.member && differs(port, each)))
        .flatMap(({ ruleId }) => ruleId ?? []),
    );
  },
);

/** New connections (or packets) of a port that do not reach the pod they should, as a fraction. */
interface MisplacedPart {
  readonly lost: number;
  /** What some pods get beyond an even share of what arrives, because others get less. */
  readonly misplaced: number;
}

/** The misplaced part of a port; 0 of one that is unknown. */
export function misplacedPart({ endpoints, lost, verdict }: PortTraffic): MisplacedPart {
  if (verdict === 'unknown') return { lost: 0, misplaced: 0 };
  const ready = endpoints.filter((each) => each.ready);
  const even = ready.length === 0 ? 0 : (1 - lost) / ready.length;
  return {
    lost,
    misplaced: ready.reduce((sum, { share }) => sum + Math.max(0, even - share), 0),
  };
}

/** The load balancer of a metric by its name in Azure. */
export function measuredName({ loadBalancerId }: LoadBalancerMetrics): string {
  return armIdParts(loadBalancerId).name;
}
