import { sameName, serviceKey } from '../model/index.ts';

/** Names that Azure's cloud provider gives to load balancers and to what is in them (source: cloud-provider-azure). */

/** What AKS calls every cluster towards its cloud provider, and so its load balancer and shared pool. */
export const aksClusterName = 'kubernetes';

/** Ends the name of an internal load balancer. */
export const internalSuffix = '-internal';
/** Ends the names of the shared pool, rules and frontends of IPv6. */
export const ipv6Suffix = '-IPv6';
const longestName = 75;

export interface LoadBalancerNaming {
  readonly sku: string;
  readonly clusterName: string;
  /** Cloud setting that stands in for the cluster name. */
  readonly loadBalancerName?: string;
  readonly primaryVmSet: string;
  readonly vmSet: string;
  readonly internal: boolean;
}

/** The load balancer of a VM set: Basic has one for each set, Standard one for the cluster. */
export function loadBalancerName(naming: LoadBalancerNaming): string {
  const prefix = naming.loadBalancerName || naming.clusterName;
  const ownSet = sameName(naming.sku, 'basic') && !sameName(naming.vmSet, naming.primaryVmSet);
  const name = ownSet ? naming.vmSet : prefix;
  return naming.internal ? `${name}${internalSuffix}` : name;
}

/** By its name, in any letter case, as the cloud provider tells. */
export function isInternalName(name: string): boolean {
  return name.toLowerCase().endsWith(internalSuffix);
}

/** A load balancer's name without `-internal`: the twin of an internal one shares it. Letter case is kept. */
export function baseName(name: string): string {
  return isInternalName(name) ? name.slice(0, -internalSuffix.length) : name;
}

/** Basic: the VM set behind a load balancer's name, lower-cased as the provider gives it. */
export function vmSetOfLoadBalancer<Primary extends string | undefined>(
  name: string,
  clusterName: string,
  primaryVmSet: Primary,
): string | Primary {
  const base = baseName(name).toLowerCase();
  return base === clusterName.toLowerCase() ? primaryVmSet : base;
}

/** Whether the cloud provider manages a load balancer of that name. */
export function isManagedName(
  name: string,
  settings: {
    readonly clusterName: string;
    /** Basic: one for each of these VM sets, too. */
    readonly basic?: { readonly vmSets: readonly string[]; readonly primaryVmSet: string };
    readonly configurations?: readonly string[];
  },
): boolean {
  const { clusterName, basic, configurations = [] } = settings;
  const ofSets = basic?.vmSets.filter((vmSet) => !sameName(vmSet, basic.primaryVmSet)) ?? [];
  return [clusterName, ...ofSets, ...configurations].some((each) => sameName(each, baseName(name)));
}

/** IPv6 resources of a dual-stack Service carry a suffix; those of a single-stack Service do not. */
export function familySuffix(dualStack: boolean, ipv6: boolean): string {
  return dualStack && ipv6 ? ipv6Suffix : '';
}

export interface RuleNaming {
  readonly uid: string;
  readonly internal: boolean;
  /** Value of the subnet annotation; counts only for internal Services. */
  readonly subnet?: string;
  readonly protocol: string;
  readonly port: number;
  readonly dualStack: boolean;
  readonly ipv6: boolean;
}

function subnetOf({
  internal,
  subnet,
}: Pick<RuleNaming, 'internal' | 'subnet'>): string | undefined {
  return internal && subnet !== undefined && subnet.trim() !== '' ? subnet : undefined;
}

/** Name of the rule of a port, and of the port's own probe. */
export function ruleName(naming: RuleNaming): string {
  const key = serviceKey(naming.uid);
  const tail = `${naming.protocol.toUpperCase()}-${naming.port}`;
  const suffix = familySuffix(naming.dualStack, naming.ipv6);
  const subnet = subnetOf(naming);
  if (subnet === undefined) return `${key}-${tail}${suffix}`;
  const room = longestName - key.length - tail.length - 2;
  return `${key}-${subnet.slice(0, Math.max(room, 0))}-${tail}${suffix}`;
}

/** Name of a Service's frontend; cut to 75 characters where the subnet is long. */
export function frontendName(
  naming: Pick<RuleNaming, 'uid' | 'internal' | 'subnet' | 'dualStack' | 'ipv6'>,
): string {
  const key = serviceKey(naming.uid);
  const suffix = familySuffix(naming.dualStack, naming.ipv6);
  const subnet = subnetOf(naming);
  if (subnet === undefined) return `${key}${suffix}`;
  const whole = `${key}-${subnet}`;
  if (whole.length <= longestName) return `${whole}${suffix}`;
  const cut = whole.slice(0, longestName);
  // The provider keeps a letter or "_" at the end and nothing else, digits included.
  return `${/[A-Za-z_]$/u.test(cut) ? cut : `${cut.slice(0, -1)}_`}${suffix}`;
}

/** The one probe of all Services with Cluster, in health probe mode Shared. */
export const sharedProbeName = 'cluster-service-shared-health-probe';
