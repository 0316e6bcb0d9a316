import {
  aksClusterName,
  findRules,
  frontendName,
  internalSubnet,
  isInternal,
  isInternalName,
  wantedAddresses,
} from '../load-balancing/index.ts';
import {
  armId,
  sameName,
  valueOr,
  type ClusterSnapshot,
  type Frontend,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerService,
  type Probe,
  type PublicIpAddress,
} from '../model/index.ts';

/** The ARM id of a part of a load balancer, such as `probes/<name>`. */
export function partId(loadBalancer: LoadBalancer, collection: string, name: string): Probe['id'] {
  return armId(`${loadBalancer.id}/${collection}/${name}`);
}

interface PlannedFrontend {
  readonly frontend: Frontend;
  readonly address: string;
  /** An address that Azure makes for it. */
  readonly publicIp?: PublicIpAddress;
}

/** The frontend that its rules use already, one with the address that it asks for, or a new one. */
export function plannedFrontend(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  service: LoadBalancerService,
  family: IpFamily,
): PlannedFrontend {
  const ipv6 = family === 'IPv6';
  const isFamily = (ip: string): boolean => ip.includes(':') === ipv6;
  const publicIps = valueOr(snapshot.publicIpAddresses, []);
  const addressOf = (frontend: Frontend): string | undefined =>
    frontend.privateIp ?? publicIps.find(({ id }) => id === frontend.publicIpId)?.address;
  const asked = wantedAddresses(service).find(isFamily);
  const known = service.ingressIps.find(isFamily);
  const internal = isInternal(service.annotations);
  const subnet = internalSubnet(service.annotations);
  const name = frontendName({
    uid: service.uid,
    internal,
    ...(subnet !== undefined && { subnet }),
    dualStack: service.ipFamilies.length === 2,
    ipv6,
  });
  const current = findRules(valueOr(snapshot.loadBalancers, []))(service).filter(
    (found) => found.ipv6 === ipv6,
  );
  const inUse = current.find((found) => found.loadBalancer.id === loadBalancer.id)?.rule.frontendId;
  // An address goes with its Service to another load balancer, but not from public to internal.
  const movable = current.every(
    ({ loadBalancer: { name: on } }) => isInternalName(on) === internal,
  );
  const existing =
    loadBalancer.frontends.find(({ id }) => id === inUse) ??
    loadBalancer.frontends.find((each) => sameName(each.name, name)) ??
    (asked === undefined
      ? undefined
      : loadBalancer.frontends.find((each) => addressOf(each) === asked));
  if (existing !== undefined && (asked === undefined || addressOf(existing) === asked))
    return {
      frontend: existing,
      address: addressOf(existing) ?? known ?? plannedAddress(service, internal, ipv6),
    };
  const moved = inUse === undefined && movable ? known : undefined;
  const address = asked ?? moved ?? plannedAddress(service, internal, ipv6);
  const existingIp = publicIps.find((each) => each.address === address);
  return newFrontend(loadBalancer, { name, address, internal, existingIp });
}

function newFrontend(
  loadBalancer: LoadBalancer,
  wanted: {
    readonly name: string;
    readonly address: string;
    readonly internal: boolean;
    readonly existingIp: PublicIpAddress | undefined;
  },
): PlannedFrontend {
  const { name, address, internal, existingIp } = wanted;
  const id = partId(loadBalancer, 'frontendIPConfigurations', name);
  const frontend = { id, name, hasOutboundRules: false };
  if (internal) return { address, frontend: { ...frontend, privateIp: address } };
  const publicIp = existingIp ?? newPublicIp(loadBalancer, { id, name, address });
  return {
    address,
    frontend: { ...frontend, publicIpId: publicIp.id },
    ...(existingIp === undefined && { publicIp }),
  };
}

function newPublicIp(
  { id, resourceGroup, sku }: LoadBalancer,
  frontend: { readonly id: Frontend['id']; readonly name: string; readonly address: string },
): PublicIpAddress {
  const name = `${aksClusterName}-${frontend.name}`;
  return {
    id: armId(id.replace(/\/loadbalancers\/[^/]*$/u, `/publicIPAddresses/${name}`)),
    name,
    resourceGroup,
    sku,
    address: frontend.address,
    ipConfigurationId: frontend.id,
    tags: new Map(),
  };
}

/** Addresses for documentation stand for one that Azure has yet to give out. */
function plannedAddress({ uid }: LoadBalancerService, internal: boolean, ipv6: boolean): string {
  const last = ((Number.parseInt(uid.replaceAll('-', '').slice(0, 6), 16) || 1) % 250) + 1;
  if (ipv6) return `2001:db8::${last.toString(16)}`;
  return internal ? `192.0.2.${last}` : `203.0.113.${last}`;
}
