import {
  lacking,
  sameName,
  valueOr,
  type LoadBalancerService,
  type PublicIpAddress,
  type Read,
  type Reason,
  type ServicePort,
} from '../model/index.ts';
import {
  findRules,
  hasNoRule,
  publicIpNames,
  ruleFor,
  publicIpGroup,
  wantedAddresses,
} from '../load-balancing/index.ts';
import { nodeGroup } from './cluster-sku.ts';
import { derived } from './derived.ts';
import { azureServices } from './services.ts';
import { unjudged, type Unjudged } from './unjudged.ts';

/** That a Service wants a port of an address. */
export interface PortClaim {
  readonly service: LoadBalancerService;
  readonly port: ServicePort;
  /** An IP address, or a public IP address by resource group and name where its address is not known. */
  readonly address: string;
  /** Whether a rule of the Service carries the port. */
  readonly inAzure: boolean;
}

interface PortClaims {
  readonly claims: readonly PortClaim[];
  /** Services with an address that is pinned by name and could not be looked up. */
  readonly unjudged: readonly Unjudged[];
  /** Why it is not known which claims rules carry: `inAzure` says nothing then. */
  readonly holders?: Reason;
}

/** What the Services of a cluster want of addresses: those that they have, and those that they ask for. */
export const portClaims = derived(
  'portClaims',
  { needs: ['services'], helps: ['loadBalancers', 'publicIpAddresses', nodeGroup] },
  ({ services, loadBalancers, publicIpAddresses, nodeGroup: group }): PortClaims => {
    const rulesOf = findRules(valueOr(loadBalancers, []));
    const claims: PortClaim[] = [];
    const blind: Unjudged[] = [];
    for (const service of azureServices(services)) {
      const { addresses, reason } = addressesOf(service, publicIpAddresses, group);
      if (reason !== undefined) blind.push(...unjudged([service], reason));
      const rules = rulesOf(service);
      for (const port of service.ports) {
        if (hasNoRule(service.annotations, port.port)) continue;
        const inAzure = service.ipFamilies.some(
          (family) => ruleFor(rules, port, family) !== undefined,
        );
        for (const address of addresses) claims.push({ service, port, address, inAzure });
      }
    }
    return {
      claims,
      unjudged: blind,
      ...(loadBalancers.kind === 'unread' && { holders: lacking('loadBalancers', loadBalancers) }),
    };
  },
);

/** `reason` = an address that is pinned by name could not be looked up, and the Service has none yet. */
function addressesOf(
  service: LoadBalancerService,
  publicIps: Read<readonly PublicIpAddress[]>,
  ofNodes: Read<string>,
): { readonly addresses: readonly string[]; readonly reason?: Reason } {
  const own = [...service.ingressIps, ...wantedAddresses(service)];
  const names = publicIpNames(service);
  const group = publicIpGroup(service, valueOr(ofNodes, undefined)) ?? '';
  const named = names.map((name) => {
    const found = valueOr(publicIps, []).find(
      (each) => sameName(each.name, name) && sameName(each.resourceGroup, group),
    );
    return found?.address ?? `${group}/${name}`;
  });
  const blind = publicIps.kind === 'unread' && names.length > 0 && service.ingressIps.length === 0;
  return {
    addresses: [...new Set([...own, ...named].map((address) => address.toLowerCase()))],
    ...(blind && { reason: lacking('publicIpAddresses', publicIps) }),
  };
}
