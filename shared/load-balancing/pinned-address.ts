import {
  lacking,
  sameName,
  subjectText,
  type LoadBalancer,
  type LoadBalancerService,
  type PublicIpAddress,
  type Read,
  type Reason,
} from '../model/index.ts';
import { annotation } from './annotations.ts';
import { canBePublic, parseIp } from './ip-address.ts';
import { baseName, isInternalName } from './names.ts';

type PinningService = Pick<
  LoadBalancerService,
  'namespace' | 'name' | 'annotations' | 'loadBalancerIp' | 'ipFamilies'
>;

/** The addresses that a Service asks for: those of its annotations, else `spec.loadBalancerIP`. */
export function wantedAddresses(
  service: Pick<PinningService, 'annotations' | 'loadBalancerIp'>,
): readonly string[] {
  const annotated = ['azure-load-balancer-ipv4', 'azure-load-balancer-ipv6']
    .map((name) => annotation(service.annotations, name) ?? '')
    .filter((ip) => ip !== '');
  if (annotated.length > 0) return annotated;
  const { loadBalancerIp = '' } = service;
  return loadBalancerIp === '' ? [] : [loadBalancerIp];
}

/** The names of public IP addresses that a Service asks for, by family; single-stack IPv6 prefers its own annotation. */
export function wantedAddressNames(
  service: Pick<PinningService, 'annotations' | 'ipFamilies'>,
): readonly string[] {
  const { annotations, ipFamilies } = service;
  const plain = annotation(annotations, 'azure-pip-name') ?? '';
  const ipv6 = annotation(annotations, 'azure-pip-name-ipv6') ?? '';
  const onlyIpv6 = ipFamilies.length === 1 && ipFamilies[0] === 'IPv6';
  const second = ipFamilies.length === 2 ? ipv6 : (onlyIpv6 && ipv6) || plain;
  return [plain, second].filter((name) => name !== '');
}

/** Does a Service ask for an address, so that its load balancer is the one where that address is? */
export function pinsAddress(service: PinningService): boolean {
  return wantedAddresses(service).length > 0 || wantedAddressNames(service).length > 0;
}

/** The internal load balancer with the private address that a Service asks for, without `-internal`. */
export function loadBalancerOfPrivateAddress(
  service: PinningService,
  loadBalancers: readonly LoadBalancer[],
): string | undefined {
  const wanted = wantedAddresses(service);
  const found = loadBalancers.find(
    (each) =>
      isInternalName(each.name) &&
      each.frontends.some(
        ({ privateIp }) => privateIp !== undefined && wanted.some((ip) => sameName(ip, privateIp)),
      ),
  );
  return found === undefined ? undefined : baseName(found.name);
}

export interface PublicAddresses {
  readonly publicIps: Read<readonly PublicIpAddress[]>;
  /** Node resource group, whose addresses were read; the annotation of a Service may name another one. */
  readonly resourceGroup: string;
  readonly clusterName: string;
}

export type Located =
  | { readonly kind: 'located'; readonly loadBalancer: string | undefined }
  | { readonly kind: 'error'; readonly error: string }
  | ({ readonly kind: 'unknown' } & Reason);

/** The load balancer that holds the public address which a Service asks for by address or by name; an address that is not there is an error. */
export function loadBalancerOfPublicAddress(
  service: PinningService,
  { publicIps, resourceGroup, clusterName }: PublicAddresses,
): Located {
  const group = publicIpGroup(service, resourceGroup);
  if (publicIps.kind === 'unread')
    return { kind: 'unknown', ...lacking('publicIpAddresses', publicIps) };
  const inGroup = publicIps.value.filter((each) => sameName(each.resourceGroup, group));
  if (inGroup.length === 0 && !sameName(group, resourceGroup))
    return { kind: 'unknown', why: `the addresses of resource group ${group} were not read` };
  const fail = (what: string, why: string): Located => ({
    kind: 'error',
    error: `look up load balancer by public IP for service "${service.name}": find public IP by ${what}: ${why}`,
  });
  for (const ip of wantedAddresses(service)) {
    const refusal = refusalOf(ip, service);
    if (refusal !== undefined) return fail(`address "${ip}"`, refusal);
    const found = inGroup.find((each) => each.address === ip);
    if (found === undefined)
      return fail(
        `address "${ip}"`,
        `findMatchedPIPByLoadBalancerIP: cannot find public IP with IP address ${ip} in resource group ${group}: getExpectedPIPFromListByIPAddress: cannot find public IP with IP address ${ip}`,
      );
    const loadBalancer = loadBalancerOf(found, clusterName);
    if (loadBalancer !== undefined) return { kind: 'located', loadBalancer };
  }
  for (const name of wantedAddressNames(service)) {
    const found = inGroup.find((each) => sameName(each.name, name));
    if (found === undefined)
      return fail(
        `name "${name}"`,
        `findMatchedPIPByName: failed to find PIP ${name} in resource group ${group}`,
      );
    const loadBalancer = loadBalancerOf(found, clusterName);
    if (loadBalancer !== undefined) return { kind: 'located', loadBalancer };
  }
  return { kind: 'located', loadBalancer: undefined };
}

/** The resource group in which a Service's public IP addresses are looked for: the annotation's, else the node resource group. */
export function publicIpGroup<Group extends string | undefined>(
  { annotations }: Pick<LoadBalancerService, 'annotations'>,
  nodeResourceGroup: Group,
): string | Group {
  const named = annotation(annotations, 'azure-load-balancer-resource-group')?.trim() ?? '';
  return named === '' ? nodeResourceGroup : named;
}

/** Why an external Service cannot have an address, whatever exists in Azure. */
function refusalOf(ip: string, service: PinningService): string | undefined {
  const address = parseIp(ip);
  const subject = `external Service "${subjectText(service)}"`;
  if (address === undefined) return `${subject} has invalid LoadBalancer IP "${ip}"`;
  if (canBePublic(address)) return undefined;
  return `${subject} cannot use non-public LoadBalancer IP "${ip}"; use an internal LoadBalancer annotation or a valid Azure Public IP address`;
}

/** By the frontend that the address is attached to; an address tagged for another cluster counts for nothing. */
function loadBalancerOf(publicIp: PublicIpAddress, clusterName: string): string | undefined {
  const cluster = clusterOfPublicIp(publicIp);
  if (cluster !== undefined && !sameName(cluster, clusterName)) return undefined;
  return /\/providers\/microsoft\.network\/loadbalancers\/([^/]+)\//iu.exec(
    publicIp.ipConfigurationId ?? '',
  )?.[1];
}

/** The cluster that an address is tagged for; `undefined` = for none, so that any may use it. */
export function clusterOfPublicIp({ tags }: PublicIpAddress): string | undefined {
  return tags.get('k8s-azure-cluster-name') || tags.get('kubernetes-cluster-name') || undefined;
}
