import { gatewayNameLabel, routingNamespace } from '../../load-balancing/index.ts';
import { subjectText, type LoadBalancerService, type ServiceName } from '../../model/index.ts';

/** LoadBalancer Services by what statuses call them: an address, or a name in place of one. */
export type ServicesByAddress = ReadonlyMap<string, ServiceName>;

/** The Services by each address and host name that their status has. */
export function servicesByAddress(services: readonly LoadBalancerService[]): ServicesByAddress {
  return new Map(
    services.flatMap(({ namespace, name, ingressIps, ingressHostnames = [] }) =>
      [...ingressIps, ...ingressHostnames].map((each) => [each, { namespace, name }] as const),
    ),
  );
}

/** The Service of a managed NGINX: its name follows from the `controllerNamePrefix` that its owner chose. */
export function isManagedNginx({ namespace, labels }: LoadBalancerService): boolean {
  return namespace === routingNamespace && !labels.has(gatewayNameLabel);
}

/** The Services at some addresses, each once. */
export function servicesAt(
  known: ServicesByAddress,
  addresses: Iterable<string>,
): readonly ServiceName[] {
  const found = new Map<string, ServiceName>();
  for (const address of addresses) {
    const service = known.get(address);
    if (service !== undefined) found.set(subjectText(service), service);
  }
  return [...found.values()];
}
