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
  return explained(
    traffic,
    ({ rule, endpoints }) => rule !== undefined || !endpoints.some(({ ready }) => ready),
    sayWhy,
  );
}

/** The same for findings about shares, which also give way to the one that nothing gets through at all. */
export function deadPorts(traffic: readonly ServiceTraffic[]): readonly Explained[] {
  return [...explainedPorts(traffic), ...explained(traffic, () => true, ['traffic/no-traffic'])];
}

function explained(
  traffic: readonly ServiceTraffic[],
  applies: (port: PortTraffic) => boolean,
  by: readonly string[],
): readonly Explained[] {
  return traffic.flatMap((service) => {
    const ports = service.ports.filter((port) => port.verdict === 'none' && applies(port));
    return ports.length === 0
      ? []
      : [{ subject: serviceSubject(service), by, ports: ports.map(portKey) }];
  });
}

/** A fault of ports that is of no weight while it may be a matter of minutes. */
export function whileYoung(fault: Fault, severity: Severity, ports: readonly PortTraffic[]): Fault {
  return { ...fault, severity: 'info', young: { severity, names: ports.map(portKey) } };
}
