import {
  findRules,
  isTrue,
  publicIpNames,
  ruleFor,
  publicIpGroup,
  wantedAddresses,
} from '../load-balancing/index.ts';
import {
  sameName,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import { nodeGroup } from './cluster-sku.ts';
import { azureServices } from './services.ts';
import type { Unjudged } from '../rules/unknown.ts';

/** That a Service wants a port of an address. */
export interface Claim {
  readonly service: LoadBalancerService;
  readonly port: ServicePort;
  /** An IP address, or a public IP address by resource group and name where its address is not known. */
  readonly address: string;
  /** Whether a rule of the Service carries the port. */
  readonly inAzure: boolean;
}

/** What the Services of a cluster want of addresses: those that they have, and those that they ask for. */
export function portClaims(snapshot: ClusterSnapshot): {
  readonly claims: readonly Claim[];
  readonly unknown: readonly Unjudged[];
} {
  const rulesOf = findRules(valueOr(snapshot.loadBalancers, []));
  const claims: Claim[] = [];
  const unknown: Unjudged[] = [];
  for (const service of azureServices(valueOr(snapshot.services, []))) {
    const { addresses, why } = addressesOf(snapshot, service);
    if (why !== undefined) unknown.push({ subject: service, why });
    const rules = rulesOf(service);
    for (const port of service.ports) {
      if (isTrue(service.annotations, `port_${port.port}_no_lb_rule`)) continue;
      const inAzure = service.ipFamilies.some(
        (family) => ruleFor(rules, port, family) !== undefined,
      );
      for (const address of addresses) claims.push({ service, port, address, inAzure });
    }
  }
  return { claims, unknown };
}

/** `why` = an address that is pinned by name could not be looked up, and the Service has none yet. */
function addressesOf(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
): { readonly addresses: readonly string[]; readonly why?: string } {
  const own = [...service.ingressIps, ...wantedAddresses(service)];
  const names = publicIpNames(service);
  const group = publicIpGroup(service, valueOr(nodeGroup.of(snapshot), undefined));
  const named = names.map((name) => {
    const found = valueOr(snapshot.publicIpAddresses, []).find(
      (each) => sameName(each.name, name) && sameName(each.resourceGroup, group ?? ''),
    );
    return found?.address ?? `${group ?? ''}/${name}`;
  });
  const { publicIpAddresses } = snapshot;
  const blind =
    publicIpAddresses.kind === 'unread' && names.length > 0 && service.ingressIps.length === 0;
  return {
    addresses: [...new Set([...own, ...named].map((address) => address.toLowerCase()))],
    ...(blind && { why: `publicIpAddresses: ${publicIpAddresses.why}` }),
  };
}
