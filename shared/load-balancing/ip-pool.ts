import type { BackendPool, EndpointSlice, LoadBalancerService, Node } from '../model/index.ts';
import { isControlPlane } from './exclusions.ts';
import { isIpv6PoolName } from './pool-names.ts';

/** An address of the pool's family that a node brings; the first one counts. */
function addressOf(node: Node, ipv6: boolean): string | undefined {
  return node.internalIps.find((ip) => ip.includes(':') === ipv6);
}

export interface IpPoolInputs {
  readonly pool: Pick<BackendPool, 'name' | 'members'>;
  /** The nodes that the service controller hands over. */
  readonly nodes: readonly Node[];
  /** Several load balancers: the nodes that belong here; `undefined` = all of them. */
  readonly belonging?: ReadonlySet<string> | undefined;
  /** Only a pool of several load balancers may become empty. */
  readonly mayBeEmpty: boolean;
}

/**
 * The addresses that a pool by IP holds after the next reconcile (source: cloud-provider-azure): those
 * that stay, in their order, then those of missing nodes. Control-plane nodes and other addresses go;
 * a pool that would become empty keeps what it has.
 */
export function ipPoolAddresses(inputs: IpPoolInputs): readonly string[] {
  const { pool, belonging } = inputs;
  const ipv6 = isIpv6PoolName(pool.name);
  const wanted = new Map<string, string>();
  for (const node of inputs.nodes) {
    if (isControlPlane(node) || (belonging !== undefined && !belonging.has(node.name))) continue;
    const ip = addressOf(node, ipv6);
    if (ip !== undefined) wanted.set(ip.toLowerCase(), ip);
  }
  const before = pool.members.flatMap((member) => (member.kind === 'ip' ? [member.ip] : []));
  const kept = before.filter((ip) => wanted.has(ip.toLowerCase()));
  const present = new Set(kept.map((ip) => ip.toLowerCase()));
  const joining = [...wanted].flatMap(([key, ip]) => (present.has(key) ? [] : [ip]));
  const after = [...kept, ...joining];
  return after.length === 0 && !inputs.mayBeEmpty ? before : after;
}

/**
 * Several load balancers and Local: the nodes of a Service's own pool are those in its
 * EndpointSlices, whatever the conditions. `undefined` = there are no slices, and all nodes belong.
 */
export function nodesOfLocalPool(
  service: Pick<LoadBalancerService, 'namespace' | 'name'>,
  slices: readonly EndpointSlice[],
): ReadonlySet<string> | undefined {
  const own = slices.filter(
    (slice) => slice.namespace === service.namespace && slice.service === service.name,
  );
  if (own.length === 0) return undefined;
  return new Set(
    own.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.node ?? [])),
  );
}
