import { controllerOf } from '../../load-balancing/index.ts';
import type { Gateway, GatewayClass, LoadBalancerService, ServiceName } from '../../model/index.ts';
import { isRecent } from '../recent-changes.ts';
import { servicesAt, servicesByAddress, type ServicesByAddress } from './frontends.ts';
import { conditionOf, statusText } from './route-status.ts';
import type { EntryPoint, Routing, Unresolved, Unserved } from './types.ts';

interface Inputs {
  readonly gateways: readonly Gateway[];
  readonly gatewayClasses: readonly GatewayClass[];
  readonly services: readonly LoadBalancerService[];
  readonly takenAt: string;
}

export function nameOfGateway({ namespace, name }: ServiceName): string {
  return `${namespace}/${name}`;
}

/** The Gateways as entry points, and what nobody serves of them. */
export function gatewaysServed(inputs: Inputs): Omit<Routing, 'routes'> {
  const classes = new Map(inputs.gatewayClasses.map((each) => [each.name, each]));
  const known = servicesByAddress(inputs.services);
  const gateways = inputs.gateways.filter(({ deleting }) => !deleting);
  return {
    entryPoints: gateways.map((gateway) =>
      entryPointOf(gateway, classes.get(gateway.className), inputs.services, known),
    ),
    unserved: gateways
      .filter(({ createdAt }) => !isRecent(inputs, createdAt))
      .flatMap((gateway) => unservedOf(gateway, classes.get(gateway.className)) ?? []),
    unresolved: gateways.flatMap(unresolvedOf),
    undecided: [],
  };
}

function entryPointOf(
  gateway: Gateway,
  found: GatewayClass | undefined,
  services: readonly LoadBalancerService[],
  known: ServicesByAddress,
): EntryPoint {
  const byAddress = servicesAt(known, gateway.addresses);
  return {
    id: `Gateway ${nameOfGateway(gateway)}`,
    kind: 'Gateway',
    namespace: gateway.namespace,
    name: gateway.name,
    controller: controllerOf(found?.controllerName ?? ''),
    services: byAddress.length > 0 ? byAddress : named(gateway, services),
    addresses: gateway.addresses,
  };
}

/** Without an address yet: the Service that the controller made for it, or that it names itself. */
function named(
  { namespace, name, wantedAddresses }: Gateway,
  services: readonly LoadBalancerService[],
): readonly ServiceName[] {
  return services
    .filter((service) => {
      const made = service.labels.get('gateway.networking.k8s.io/gateway-name') === name;
      const host = `${service.name}.${service.namespace}.svc`;
      return (
        (made && service.namespace === namespace) ||
        wantedAddresses.some((each) => each === host || each.startsWith(`${host}.`))
      );
    })
    .map((service) => ({ namespace: service.namespace, name: service.name }));
}

function unservedOf(gateway: Gateway, found: GatewayClass | undefined): Unserved | undefined {
  const subject = { kind: 'Gateway', namespace: gateway.namespace, name: gateway.name };
  const by = gateway.className;
  const hosts = [...new Set(gateway.listeners.map(({ hostname = '' }) => hostname))];
  if (found === undefined) return { subject, code: 'class-missing', by, hosts };
  const classAccepted = conditionOf(found.conditions, 'Accepted');
  if (classAccepted?.status !== 'True')
    return { subject, code: 'class-not-accepted', by, hosts, ...messageOf(classAccepted) };
  for (const [type, code] of [
    ['Accepted', 'not-accepted'],
    ['Programmed', 'not-programmed'],
  ] as const) {
    const condition = conditionOf(gateway.conditions, type);
    if (condition?.status !== 'True') return { subject, code, by, hosts, ...messageOf(condition) };
  }
  const broken = gateway.listeners.flatMap(({ name, conditions }) => {
    const bad = ['Accepted', 'Programmed']
      .map((type) => conditionOf(conditions, type))
      .find((each) => each?.status === 'False');
    return bad === undefined ? [] : [`listener ${name}: ${statusText(bad)}`];
  });
  return broken.length === 0
    ? undefined
    : { subject, code: 'listener-not-programmed', by, hosts, message: broken.join('; ') };
}

function messageOf(condition: { readonly reason: string; readonly message: string } | undefined): {
  readonly message?: string;
} {
  return condition === undefined ? {} : { message: statusText(condition) };
}

function unresolvedOf({ namespace, name, listeners }: Gateway): readonly Unresolved[] {
  return listeners.flatMap((listener) => {
    const resolved = conditionOf(listener.conditions, 'ResolvedRefs');
    return resolved?.status === 'False'
      ? [
          {
            subject: { kind: 'Gateway', namespace, name },
            reason: resolved.reason,
            message: resolved.message,
            listener: listener.name,
          },
        ]
      : [];
  });
}
