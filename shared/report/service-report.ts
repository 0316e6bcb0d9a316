import { present } from '../model/index.ts';
import type { ServiceObservation } from '../findings/observed.ts';
import type { PortMeasure } from '../traffic/measures.ts';
import type { PortTraffic, ServiceTraffic } from '../traffic/types.ts';
import type { PortReport, ServiceReport } from './report.ts';

/** Who gets the traffic of one Service, in the shape of the report: nothing that is `undefined`, `NaN` or `-0`. */
export function serviceReport(
  traffic: ServiceTraffic,
  measures: ReadonlyMap<PortTraffic, PortMeasure> = new Map(),
  observation?: ServiceObservation,
  { behind, spread }: Pick<ServiceReport, 'behind' | 'spread'> = {},
): ServiceReport {
  const { namespace, name, externalTrafficPolicy, ports } = traffic;
  return present({
    namespace,
    name,
    externalTrafficPolicy,
    loadBalancer: ports.find((port) => port.loadBalancer)?.loadBalancer,
    verified: observation?.verified || undefined,
    idle: observation?.idle || undefined,
    lostPerMinute: observation?.lost,
    misplacedPerMinute: observation?.misplaced,
    spread,
    behind,
    ports: ports.map((port) => portReport(port, measures.get(port))),
  });
}

function portReport(port: PortTraffic, measure: PortMeasure | undefined): PortReport {
  const { ruleDisabled, ruleId: _id, healthKey: _key, observed, ...shown } = port;
  const { backends, endpoints, losses, ...rest } = shown;
  return {
    ...rest,
    ...(ruleDisabled && { disabled: true as const }),
    ...(observed !== undefined && {
      observed: {
        ...observed,
        predicted: {
          ...observed.predicted,
          lost: fraction(observed.predicted.lost),
          shares: observed.predicted.shares.map(fraction),
        },
      },
    }),
    ...(measure !== undefined && trafficOf(measure)),
    lost: fraction(port.lost),
    losses: losses.map((loss) => ({ ...loss, share: fraction(loss.share) })),
    backends: backends.map(({ node, nodePool, member, up, share, predictedUp, reason }) => ({
      node,
      ...(nodePool !== undefined && { nodePool }),
      member,
      up,
      share: fraction(share),
      ...(predictedUp !== undefined && { predictedUp }),
      ...(reason !== undefined && { reason }),
    })),
    endpoints: endpoints.map(({ pod, node, nodePool, ready, share, because, cause }) => ({
      pod,
      ...(node !== undefined && { node }),
      ...(nodePool !== undefined && { nodePool }),
      ready,
      share: fraction(share),
      ...(because !== undefined && { because }),
      ...(cause !== undefined && { cause }),
    })),
  };
}

function trafficOf({ unit, rate, day, week }: PortMeasure): Pick<PortReport, 'traffic'> {
  const { now, dayBefore, weekBefore } = rate;
  if (now === undefined && week === undefined) return {};
  return { traffic: present({ unit, perMinute: now, dayBefore, weekBefore, day, week }) };
}

/** Sums of fractions end a hair outside 0…1; a share that is no number is none. */
function fraction(share: number): number {
  if (!(share > 0)) return 0;
  return share > 1 ? 1 : share;
}
