import type { PortTraffic, ServiceTraffic } from '../traffic/types.ts';
import type { PortReport, ServiceReport } from './report.ts';

/** Who gets the traffic of one Service, in the shape of the report: nothing that is `undefined`, `NaN` or `-0`. */
export function serviceReport(traffic: ServiceTraffic): ServiceReport {
  const loadBalancer = traffic.ports.find((port) => port.loadBalancer)?.loadBalancer;
  return {
    namespace: traffic.namespace,
    name: traffic.name,
    externalTrafficPolicy: traffic.externalTrafficPolicy,
    ...(loadBalancer !== undefined && { loadBalancer }),
    ports: traffic.ports.map(portReport),
  };
}

function portReport(port: PortTraffic): PortReport {
  const { ruleDisabled: _ruleDisabled, backends, endpoints, losses, ...rest } = port;
  return {
    ...rest,
    lost: fraction(port.lost),
    losses: losses.map((loss) => ({ ...loss, share: fraction(loss.share) })),
    backends: backends.map(({ node, nodePool, member, up, share }) => ({
      node,
      ...(nodePool !== undefined && { nodePool }),
      member,
      up,
      share: fraction(share),
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

/** Sums of fractions end a hair outside 0…1; a share that is no number is none. */
function fraction(share: number): number {
  if (!(share > 0)) return 0;
  return share > 1 ? 1 : share;
}
