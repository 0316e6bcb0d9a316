import { isSameObject } from './rows.ts';
import { clusterViewOf } from '../facts/index.ts';
import { nodePlacer } from '../facts/placed-nodes.ts';
import {
  aksClusterName,
  backendPoolId,
  backendPoolName,
  baseName,
  findRules,
  ipPoolAddresses,
  isIpv6PoolName,
  isPoolByAddress,
  machineIdOf,
  nodeEligibility,
  nodesOfLocalPool,
  serviceControllerExcludes,
  type ClusterTopology,
} from '../load-balancing/index.ts';
import {
  armId,
  sameName,
  subjectText,
  valueOr,
  type BackendMember,
  type BackendPool,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerService,
  type Node,
} from '../model/index.ts';

/**
 * The pool that a Service's rules send to, with the members that the provider would give it. Written apart
 * from the fact `reconciledPools`, by which fixes are predicted: the tests of fixes hold those against this.
 */
export function poolFor(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  service: LoadBalancerService,
  family: IpFamily,
): BackendPool {
  const ipv6 = family === 'IPv6';
  const local = followsEndpoints(snapshot, service);
  const name = backendPoolName({
    clusterName: aksClusterName,
    ipv6,
    ...(local && { localService: service }),
  });
  const existing = loadBalancer.backendPools.find((pool) => sameName(pool.name, name));
  const pool: BackendPool = existing ?? {
    id: armId(backendPoolId(loadBalancer.id, name)),
    name,
    members: [],
  };
  return { ...pool, members: membersOf(snapshot, loadBalancer, pool, local ? service : undefined) };
}

function membersOf(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  pool: BackendPool,
  local: LoadBalancerService | undefined,
): readonly BackendMember[] {
  const { topology } = clusterViewOf(snapshot);
  const nodes = valueOr(snapshot.nodes, []);
  const byAddress = isPoolByAddress({ pool, managedCluster: snapshot.managedCluster });
  if (byAddress) {
    const handed = nodes.filter((node) => serviceControllerExcludes(node) === undefined);
    const belonging = belongingTo(snapshot, loadBalancer, local);
    const addresses = ipPoolAddresses({
      pool,
      nodes: handed,
      belonging,
      mayBeEmpty: belonging !== undefined,
    });
    const before = new Map(
      pool.members.flatMap((member) =>
        member.kind === 'ip' ? [[member.ip.toLowerCase(), member] as const] : [],
      ),
    );
    return addresses.map((ip) => before.get(ip.toLowerCase()) ?? { kind: 'ip' as const, ip });
  }
  const answers = new Map(
    nodes.map((node) => [
      node.name,
      nodeEligibility(node, {
        loadBalancer,
        pool,
        topology,
        managedCluster: snapshot.managedCluster,
      }).answer,
    ]),
  );
  const present = new Set<string>();
  const kept = pool.members.filter((member) => {
    const resolved = topology.resolve(member);
    if (resolved.kind === 'unknown') return true;
    if (resolved.kind === 'stale') return false;
    const stays = answers.get(resolved.node.name) !== 'no';
    if (stays) present.add(resolved.node.name);
    return stays;
  });
  const joining = nodes
    .filter((node) => answers.get(node.name) === 'yes' && !present.has(node.name))
    .flatMap((node) => memberOf(node, topology, isIpv6PoolName(pool.name)));
  const after = [...kept, ...joining];
  // A pool that would become empty keeps what it has.
  return after.length === 0 ? pool.members : after;
}

/** Several load balancers: the nodes that belong in this pool; `undefined` = all of them. */
function belongingTo(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  local: LoadBalancerService | undefined,
): ReadonlySet<string> | undefined {
  if (valueOr(snapshot.loadBalancerConfigurations, []).length === 0) return undefined;
  if (local !== undefined) return nodesOfLocalPool(local, valueOr(snapshot.endpointSlices, []));
  const placer = nodePlacer.of(snapshot);
  if (placer.kind === 'unread') return undefined;
  const placement = placer.value(loadBalancer.name);
  if (placement.kind === 'error') return undefined;
  const own = [...placement.nodesOf].find(([name]) => sameName(name, baseName(loadBalancer.name)));
  return new Set(own?.[1] ?? []);
}

/** The pool entry that the provider would write for a node's NIC. */
function memberOf(node: Node, topology: ClusterTopology, ipv6: boolean): readonly BackendMember[] {
  const id = machineIdOf(node.providerId);
  if (id?.kind === 'scale-set-instance') {
    const machine = node.providerId.replace(/^azure:\/\//iu, '');
    return [
      {
        kind: 'nic',
        ipConfigurationId: armId(`${machine}/networkInterfaces/nic/ipConfigurations/ipconfig1`),
      },
    ];
  }
  const configuration = topology
    .interfacesOf(node)
    .flatMap((nic) => nic.ipConfigurations)
    .find((each) => (each.family === 'IPv6') === ipv6);
  return configuration === undefined ? [] : [{ kind: 'nic', ipConfigurationId: configuration.id }];
}

function localPoolName(localService: LoadBalancerService): string {
  return backendPoolName({ clusterName: aksClusterName, ipv6: false, localService });
}

/** Another Service whose own pool has the same name: `a-b/c` and `a/b-c`. */
export function rivalFor(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
): string | undefined {
  if (!followsEndpoints(snapshot, service)) return undefined;
  const loadBalancerOf = findRules(valueOr(snapshot.loadBalancers, []));
  const own = new Set(loadBalancerOf(service).map(({ loadBalancer }) => loadBalancer.id));
  const rival = valueOr(snapshot.services, []).find(
    (other) =>
      !isSameObject(other, service) &&
      followsEndpoints(snapshot, other) &&
      sameName(localPoolName(other), localPoolName(service)) &&
      loadBalancerOf(other).some(({ loadBalancer }) => own.has(loadBalancer.id)),
  );
  return rival && subjectText(rival);
}

/** Pools of a Service that follow its endpoints: only several load balancers have any. */
export function followsEndpoints(snapshot: ClusterSnapshot, service: LoadBalancerService): boolean {
  return (
    valueOr(snapshot.loadBalancerConfigurations, []).length > 0 &&
    service.externalTrafficPolicy === 'Local'
  );
}
