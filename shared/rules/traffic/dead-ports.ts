import { portKey, type PortTraffic, type ServiceTraffic } from '../../traffic/index.ts';
import { serviceSubject } from '../../model/index.ts';
import type { Explained, Fault, Severity } from '../rule.ts';

/** Rules whose findings say why a port that has a rule in Azure gets nothing, or that no pod is ready. */
const sayWhy: readonly string[] = [
  'network/nsg-blocks-probe',
  'network/nsg-blocks-service',
  'network/policy-blocks-clients',
  'probe/closed-port',
  'service/rule-drift',
  'traffic/no-ready-endpoints',
];

/** Ports that get nothing, and of which a finding of their own says why (docs/share-model.md, One problem, one finding). */
export function explainedPorts(traffic: readonly ServiceTraffic[]): readonly Explained[] {
  return portsExplained(
    traffic,
    (port) =>
      isDead(port) && (port.rule !== undefined || !port.endpoints.some(({ ready }) => ready)),
  );
}

/** The same for findings about shares, which also give way to the one that nothing gets through at all. */
export function deadPorts(traffic: readonly ServiceTraffic[]): readonly Explained[] {
  return [...explainedPorts(traffic), ...portsExplained(traffic, isDead, ['traffic/no-traffic'])];
}

function isDead({ verdict }: PortTraffic): boolean {
  return verdict === 'none';
}

/** The ports of which findings of their own say all that a rule would. */
export function portsExplained(
  traffic: readonly ServiceTraffic[],
  isExplained: (port: PortTraffic) => boolean,
  by = sayWhy,
): readonly Explained[] {
  return traffic.flatMap((service) => {
    const ports = service.ports.filter(isExplained);
    return ports.length === 0
      ? []
      : [{ subject: serviceSubject(service), by, ports: ports.map(portKey) }];
  });
}

/** A fault of ports that is of no weight while it may be a matter of minutes. */
export function whileYoung(fault: Fault, severity: Severity, ports: readonly PortTraffic[]): Fault {
  return { ...fault, severity: 'info', young: { severity, names: ports.map(portKey) } };
}
