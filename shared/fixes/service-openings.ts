import {
  clientsText,
  hasInternalRules,
  isInternal,
  isTrue,
  type InboundRule,
} from '../load-balancing/index.ts';
import {
  listed,
  valueOr,
  type LoadBalancerService,
  type ManagedCluster,
  type Read,
} from '../model/index.ts';
import { anyUnopened, type ClosedPort } from '../traffic/index.ts';
import type { Fix } from './fix.ts';
import {
  isClusterGroup,
  isProviders,
  openBefore,
  removeDeniers,
  type AllowedTraffic,
} from './security-fixes.ts';
import { internalOrPublic, reconcile, removeServiceAnnotation } from './service-fixes.ts';
import { distinct } from './text.ts';

const firstOfProvider = 500;
const noRule = 'azure-disable-load-balancer-nsg-rule';

/** A public frontend, and access rules as for an internal one: the provider writes no rule for the Internet. */
export function isMisread({ annotations }: LoadBalancerService): boolean {
  return hasInternalRules(annotations) && !isInternal(annotations);
}

/** The provider writes its rule again where it keeps the group; else a rule of one's own, before those that deny. */
export function serviceFixes(
  service: LoadBalancerService,
  closed: readonly ClosedPort[],
  deniers: readonly InboundRule[],
  managedCluster: Read<ManagedCluster>,
): readonly Fix[] {
  const cluster = valueOr(managedCluster, undefined);
  const own = deniers.filter((each) => !isProviders(each));
  const kept = deniers.some(({ group }) => isClusterGroup(group, cluster?.nodeResourceGroup));
  // The provider's own rules begin at 500: they come before what denies behind that.
  const missing = anyUnopened(closed) && own.every(({ rule }) => rule.priority > firstOfProvider);
  if (missing && kept && isMisread(service)) return internalOrPublic(service);
  const disabled = isTrue(service.annotations, noRule);
  const byProvider =
    missing && kept
      ? disabled
        ? [
            removeServiceAnnotation(
              service,
              `service.beta.kubernetes.io/${noRule}`,
              'Let the cloud provider manage the NSG rule',
              ['the cloud provider opens the ports to all clients that the Service allows'],
            ),
          ]
        : [reconcile(service)]
      : [];
  const clients = distinct(closed.flatMap(({ wanted }) => wanted.clients.map(clientsText)));
  const opened = openBefore(
    own,
    openingsOf(service, closed),
    `Allow ${listed(clients)} with your own NSG rule`,
    ['the ports stay open to those clients after the Service is deleted: delete the rule then'],
  );
  const fixes = [...byProvider, ...opened, ...removeDeniers(own)];
  return fixes.length > 0 ? fixes : [reconcile(service)];
}

/** What rules of the cloud provider would say: one for each protocol and address, and for each service tag. */
function openingsOf(
  service: LoadBalancerService,
  closed: readonly ClosedPort[],
): readonly AllowedTraffic[] {
  const name = `allow-${service.namespace}-${service.name}`.slice(0, 70);
  const alike = Map.groupBy(closed, ({ guarded: { port, family }, wanted }) =>
    [port.protocol, family, wanted.flow.port === port.port].join(' '),
  );
  return [...alike.values()]
    .flatMap(openingsFor)
    .map((opening, index) => ({ ...opening, name: index === 0 ? name : `${name}-${index + 1}` }));
}

function openingsFor(closed: readonly ClosedPort[]): readonly Omit<AllowedTraffic, 'name'>[] {
  const [first] = closed;
  if (first === undefined) return [];
  const { port, frontend, found } = first.guarded;
  const { clients } = first.wanted;
  const ranges = clients.filter(({ kind }) => kind === 'range').map(clientsText);
  const tags = clients.filter(({ kind }) => kind !== 'range').map((tag) => [clientsText(tag)]);
  return [...tags, ranges]
    .filter((sources) => sources.length > 0)
    .map((sources) => ({
      protocol: protocols.get(port.protocol) ?? '*',
      sources,
      destinations: [found.rule.floatingIp ? (frontend.text ?? 'FRONTEND_IP') : 'VirtualNetwork'],
      ports: distinct(closed.map(({ wanted }) => String(wanted.flow.port))),
    }));
}

const protocols = new Map([
  ['TCP', 'Tcp'],
  ['UDP', 'Udp'],
]);
