import {
  controllerOf,
  gatewayGroup,
  gatewayNameLabel,
  isGranted,
} from '../../load-balancing/index.ts';
import type {
  Condition,
  Gateway,
  GatewayClass,
  GatewayListener,
  LoadBalancerService,
  Read,
  ReferenceGrant,
  ServiceName,
  Tristate,
} from '../../model/index.ts';
import { isRecent } from '../recent-changes.ts';
import { servicesAt, servicesByAddress, type ServicesByAddress } from './frontends.ts';
import { conditionOf, isBehind, statusText } from './route-status.ts';
import type {
  CertificateReference,
  EntryPoint,
  ApiRouting,
  UnresolvedReferences,
  Unserved,
} from './types.ts';

interface GatewayInputs {
  readonly gateways: readonly Gateway[];
  readonly gatewayClasses: readonly GatewayClass[];
  readonly services: readonly LoadBalancerService[];
  readonly referenceGrants: Read<readonly ReferenceGrant[]>;
  readonly takenAt: string;
}

/** `namespace/name`, as routes refer to it. */
export function nameOfGateway({ namespace, name }: ServiceName): string {
  return `${namespace}/${name}`;
}

/** The Gateways as entry points, and what nobody serves of them. */
export function gatewaysServed(inputs: GatewayInputs): Omit<ApiRouting, 'routes'> {
  const classes = new Map(inputs.gatewayClasses.map((each) => [each.name, each]));
  const known = servicesByAddress(inputs.services);
  const judged = inputs.gateways
    .filter(({ deleting }) => !deleting)
    .map((gateway) => {
      const found = classes.get(gateway.className);
      return { gateway, found, unserved: unservedOf(gateway, found) };
    });
  return {
    entryPoints: judged.map(({ gateway, found, unserved }) => ({
      ...entryPointOf(gateway, found, inputs.services, known),
      ...(unserved !== undefined &&
        unserved.code !== 'listener-not-programmed' && { unserved: unserved.code }),
    })),
    unserved: judged.flatMap(({ gateway, unserved }) =>
      unserved === undefined || isRecent(inputs, gateway.createdAt) ? [] : [unserved],
    ),
    unresolved: judged.flatMap(({ gateway }) => unresolvedOf(gateway)),
    certificates: judged.flatMap(({ gateway }) => certificatesOf(gateway, inputs.referenceGrants)),
    undecided: judged.flatMap(({ gateway, unserved }) =>
      unserved === undefined && isOutdated(gateway)
        ? [{ subject: gateway, why: 'its controller has not looked at its latest version' }]
        : [],
    ),
  };
}

/** What its controller says of it is about an earlier version. */
function isOutdated({ conditions, generation }: Gateway): boolean {
  return conditions.some(
    (each) => ['Accepted', 'Programmed'].includes(each.type) && isBehind(each, generation),
  );
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
      const made = service.labels.get(gatewayNameLabel) === name;
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
    if (condition !== undefined && isBehind(condition, gateway.generation)) return undefined;
    if (condition?.status !== 'True') return { subject, code, by, hosts, ...messageOf(condition) };
  }
  const broken = gateway.listeners.flatMap(({ name, conditions }) => {
    const bad = ['Accepted', 'Programmed']
      .map((type) => conditionOf(conditions, type))
      .find((each) => isFalse(each, gateway.generation));
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

/** Said to be false of this version of the object. */
function isFalse(condition: Condition | undefined, generation: number | undefined): boolean {
  return condition?.status === 'False' && !isBehind(condition, generation);
}

function unresolvedOf({
  namespace,
  name,
  generation,
  listeners,
}: Gateway): readonly UnresolvedReferences[] {
  return listeners.flatMap((listener) => {
    const resolved = conditionOf(listener.conditions, 'ResolvedRefs');
    return resolved !== undefined && isFalse(resolved, generation)
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

/** Secrets of other namespaces, where the controller has not said itself whether it may use them. */
function certificatesOf(
  { namespace, name, generation, listeners }: Gateway,
  grants: Read<readonly ReferenceGrant[]>,
): readonly CertificateReference[] {
  const subject = { kind: 'Gateway', namespace, name };
  const isOpen = ({ conditions }: GatewayListener): boolean => {
    const resolved = conditionOf(conditions, 'ResolvedRefs');
    return resolved === undefined || isBehind(resolved, generation);
  };
  return listeners.filter(isOpen).flatMap(({ name: listener, certificates }) =>
    certificates.flatMap((each): readonly CertificateReference[] => {
      const { group, kind, namespace: at = namespace } = each;
      if (at === namespace || group !== '' || kind !== 'Secret') return [];
      const secret = { namespace: at, name: each.name };
      const from = { group: gatewayGroup, kind: 'Gateway', namespace };
      const permitted: Tristate =
        grants.kind === 'unread'
          ? 'unknown'
          : isGranted(grants.value, from, { group, kind, ...secret })
            ? 'yes'
            : 'no';
      return [{ subject, listener, secret, permitted }];
    }),
  );
}
