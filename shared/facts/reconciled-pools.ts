import {
  aksClusterName,
  backendPoolId,
  backendPoolName,
  baseName,
  isPoolByAddress,
  nodeEligibility,
  nodesOfLocalPool,
  type ClusterTopology,
} from '../load-balancing/index.ts';
import {
  armId,
  sameName,
  valueOr,
  type BackendMember,
  type BackendPool,
  type EndpointSlice,
  type LoadBalancer,
  type LoadBalancerService,
  type ManagedCluster,
  type Node,
  type Read,
  type Tristate,
} from '../model/index.ts';
import { clusterView } from './cluster-view.ts';
import { severalLoadBalancers } from './cluster-sku.ts';
import { derived } from './derived.ts';
import { nodePlacer, withoutLabel, type NodePlacer } from './placed-nodes.ts';

export interface PoolQuery {
  /** As it would be when it is reconciled; a pool that it lacks is made. */
  readonly loadBalancer: LoadBalancer;
  readonly service: Pick<LoadBalancerService, 'namespace' | 'name' | 'externalTrafficPolicy'>;
  readonly ipv6: boolean;
  /** The Service's own slices. */
  readonly slices: readonly EndpointSlice[];
  /** Nodes that have lost the exclude label by then, by name. */
  readonly unlabelled?: ReadonlySet<string>;
}

/** The pool that the rules of a Service send to once the cloud provider has reconciled it. */
export type ReconciledPool = (asked: PoolQuery) => BackendPool;

/** What the cloud provider goes by. */
interface Provider {
  readonly topology: ClusterTopology;
  readonly nodes: readonly Node[];
  readonly managedCluster: Read<ManagedCluster>;
  /** The cluster has several Standard load balancers. */
  readonly several: boolean;
  readonly nodePlacer: Read<NodePlacer>;
}

/**
 * Backend pools with the members that the cloud provider leaves and adds (source: cloud-provider-azure):
 * eligible nodes join, ineligible nodes and entries without a node go. Entries of which it is not known
 * stay. The same pool for equal queries, so that what follows from it is worked out once.
 */
export const reconciledPools = derived(
  'reconciledPools',
  {
    needs: [clusterView],
    helps: ['nodes', 'managedCluster', severalLoadBalancers, nodePlacer],
  },
  ({ clusterView: { topology }, nodes, managedCluster, ...given }): ReconciledPool => {
    const provider: Provider = {
      topology,
      nodes: valueOr(nodes, []),
      managedCluster,
      several: valueOr(given.severalLoadBalancers, false),
      nodePlacer: given.nodePlacer,
    };
    const known = new WeakMap<BackendPool, Map<string, BackendPool>>();
    const made = new Map<string, BackendPool>();
    return (asked) => {
      const { loadBalancer, unlabelled } = asked;
      const own = hasOwnPool(provider, asked.service);
      const pool = poolOf(asked, own, made);
      if (own) return { ...pool, members: membersOf(provider, pool, asked) };
      const labels = [...(unlabelled ?? [])].toSorted();
      const key = [loadBalancer.id, loadBalancer.sku, ...labels].join(' ');
      const answers = known.get(pool) ?? new Map<string, BackendPool>();
      known.set(pool, answers);
      const answer = answers.get(key) ?? {
        ...pool,
        members: membersOf(provider, pool, asked),
      };
      answers.set(key, answer);
      return answer;
    };
  },
);

/** Several load balancers: a Local Service has a pool of its own. */
function hasOwnPool({ several }: Provider, service: PoolQuery['service']): boolean {
  return several && service.externalTrafficPolicy === 'Local';
}

/** The pool as it is; one that is lacking is made empty, once. */
function poolOf(
  { loadBalancer, service, ipv6 }: PoolQuery,
  own: boolean,
  made: Map<string, BackendPool>,
): BackendPool {
  const name = backendPoolName({
    clusterName: aksClusterName,
    ipv6,
    ...(own && { localService: service }),
  });
  const existing = loadBalancer.backendPools.find((pool) => sameName(pool.name, name));
  if (existing !== undefined) return existing;
  const id = armId(backendPoolId(loadBalancer.id, name));
  const pool = made.get(id) ?? { id, name, members: [] };
  made.set(id, pool);
  return pool;
}

function membersOf(
  provider: Provider,
  pool: BackendPool,
  asked: PoolQuery,
): readonly BackendMember[] {
  const { topology, nodes, managedCluster, several } = provider;
  const byAddress = isPoolByAddress({ pool, managedCluster });
  // Several load balancers leave pools of NICs as they are.
  if (several && !byAddress) return pool.members;
  const belonging = belongingTo(provider, asked);
  const answers = eligibilities(provider, pool, asked, belonging);
  const present = new Set<string>();
  const kept = pool.members.filter((member) => {
    const resolved = topology.resolve(member);
    if (resolved.kind !== 'node') return resolved.kind === 'unknown';
    const stays = answers.get(resolved.node.name) !== 'no';
    if (stays) present.add(resolved.node.name);
    return stays;
  });
  const joining = nodes
    .filter(({ name }) => answers.get(name) === 'yes' && !present.has(name))
    .flatMap((node) => memberOf(node, asked.ipv6));
  const after = [...kept, ...joining];
  // A pool that would become empty keeps what it has.
  return after.length === 0 && belonging === undefined ? pool.members : after;
}

/** Several load balancers: the nodes that belong in the pool; `undefined` = all of them. */
function belongingTo(
  provider: Provider,
  { loadBalancer, service, slices, unlabelled }: PoolQuery,
): ReadonlySet<string> | undefined {
  if (!provider.several) return undefined;
  if (hasOwnPool(provider, service)) return nodesOfLocalPool(service, slices);
  if (provider.nodePlacer.kind === 'unread') return undefined;
  const placement = provider.nodePlacer.value(loadBalancer.name, unlabelled);
  if (placement.kind === 'error') return undefined;
  const base = baseName(loadBalancer.name);
  return new Set([...placement.nodesOf].find(([name]) => sameName(name, base))?.[1]);
}

/** By node name: whether the node belongs in the pool. */
function eligibilities(
  { topology, nodes, managedCluster }: Provider,
  pool: BackendPool,
  { loadBalancer, unlabelled }: PoolQuery,
  belonging: ReadonlySet<string> | undefined,
): ReadonlyMap<string, Tristate> {
  return new Map(
    nodes.map((node) => {
      const asIs = unlabelled === undefined ? node : withoutLabel(node, unlabelled);
      const { answer } = nodeEligibility(asIs, { loadBalancer, pool, topology, managedCluster });
      return [node.name, belonging?.has(node.name) === false ? 'no' : answer];
    }),
  );
}

/** A pool entry that resolves to the node, whatever kind of machine it is. */
function memberOf(node: Node, ipv6: boolean): readonly BackendMember[] {
  const ip = node.internalIps.find((each) => each.includes(':') === ipv6) ?? node.internalIps[0];
  return ip === undefined ? [] : [{ kind: 'ip', ip, name: node.name }];
}
