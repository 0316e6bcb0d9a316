import {
  lacking,
  sameName,
  valueOr,
  type ArmId,
  type LoadBalancer,
  type ManagedCluster,
  type PublicIpAddress,
  type Read,
  type Reason,
} from '../model/index.ts';

/** Ports that one public IP address has for outbound connections. */
export const portsPerAddress = 64_000;

/** Nodes up to which each gets so many ports where Azure deals them out by itself. */
const automaticSteps = [
  { nodes: 50, ports: 1024 },
  { nodes: 100, ports: 512 },
  { nodes: 200, ports: 256 },
  { nodes: 400, ports: 128 },
  { nodes: 800, ports: 64 },
] as const;

/** Ports of each node where Azure deals them out by the size of the pool; each step halves them. */
export function automaticPorts(nodes: number): number {
  return automaticSteps.find((step) => nodes <= step.nodes)?.ports ?? 32;
}

/** The most nodes that still get as many ports each as so many nodes do. */
export function nodesOfStep(nodes: number): number {
  return automaticSteps.find((step) => nodes <= step.nodes)?.nodes ?? Infinity;
}

/** Does the cluster's own load balancer carry its connections outwards? */
export function egressByLoadBalancer({
  outboundType,
}: Pick<ManagedCluster, 'outboundType'>): boolean {
  return outboundType === undefined || sameName(outboundType, 'loadBalancer');
}

/** Ports that each node is given; 0 = by the size of the pool. `undefined` = nobody says. */
export function allocatedPorts(
  { outbound }: Pick<ManagedCluster, 'outbound'>,
  loadBalancers: Read<readonly LoadBalancer[]>,
): number | undefined {
  if (outbound?.allocatedOutboundPorts !== undefined) return outbound.allocatedOutboundPorts;
  if (loadBalancers.kind === 'unread') return undefined;
  const rules = loadBalancers.value.flatMap((each) => each.outboundRules);
  const own = rules.find((rule) => sameName(rule.name, 'aksOutboundRule'));
  return own?.allocatedOutboundPorts ?? (outbound && 0);
}

/** The IPv4 addresses that outbound connections share. */
export interface OutboundAddresses {
  /** At least so many; a prefix whose size is not read has two or more. */
  readonly least: number;
  /** Why there may be more. */
  readonly open: readonly string[];
  /** Why there may be fewer: addresses of IPv6 do not count. */
  readonly doubtful?: Reason;
  /** AKS makes and counts them; else their owner gave their ids. */
  readonly managed: boolean;
  readonly ids: readonly ArmId[];
}

/** `undefined` = nothing tells how many there are. */
export function outboundAddresses(
  { outbound }: Pick<ManagedCluster, 'outbound'>,
  publicIpAddresses: Read<readonly PublicIpAddress[]>,
): OutboundAddresses | undefined {
  const { managedIpCount, effectiveIpIds = [] } = outbound ?? {};
  if (managedIpCount !== undefined)
    return { least: managedIpCount, open: [], managed: true, ids: [] };
  const ids = ofIpv4(effectiveIpIds, publicIpAddresses);
  if (ids.length === 0) return undefined;
  const prefixes = ids.filter((id) => id.includes('/publicipprefixes/'));
  return {
    least: ids.length + prefixes.length,
    open: prefixes.map((id) => `the size of prefix ${id.split('/').at(-1) ?? ''} was not read`),
    ...(publicIpAddresses.kind === 'unread' &&
      prefixes.length < ids.length && {
        doubtful: lacking('publicIpAddresses', publicIpAddresses),
      }),
    managed: false,
    ids,
  };
}

/** Addresses of IPv6 have ports of their own; one that was not read counts as IPv4. */
function ofIpv4(
  ids: readonly ArmId[],
  publicIpAddresses: Read<readonly PublicIpAddress[]>,
): readonly ArmId[] {
  const ipv6 = new Set(
    valueOr(publicIpAddresses, [])
      .filter(({ address }) => address?.includes(':'))
      .map(({ id }) => id),
  );
  return ids.filter((id) => !ipv6.has(id));
}
