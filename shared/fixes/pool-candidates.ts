import { excludeLabel } from '../load-balancing/index.ts';
import type { Node } from '../model/index.ts';
import { poolNameOf } from '../placement/index.ts';
import { withMembers } from '../traffic/index.ts';
import { migrateFromBasic } from './cluster-fixes.ts';
import { removeExcludeLabel } from './node-fixes.ts';
import { reconcile } from './service-fixes.ts';
import { entryOf, memberNodes } from './backends.ts';
import type { Candidate, FixContext } from './candidate.ts';

/** What the backend pool could hold instead. */
export function poolCandidates(context: FixContext): readonly Candidate[] {
  const entry = entryOf(context);
  if (entry === undefined) return [];
  const { eligible: eligibleFor, nodes } = context;
  const { loadBalancer, pool } = entry;
  const held = memberNodes(context, pool);
  const own = ownPool(context, pool.name);
  const eligible = own ? endpointNodes(context) : eligibleFor(loadBalancer, pool, 'today');
  const repaired: Candidate = {
    fix: reconcile(context.service),
    changes: [withMembers(eligible)],
    note: 'every eligible node is in the pool',
  };
  const basic = loadBalancer.sku === 'basic';
  // Two Services with a pool of one name: what helps this one takes the pool from the other.
  const shared = own && hasOtherRules(context, entry);
  return [
    ...(!shared && (eligible.some((node) => !held.has(node.name)) || hasStale(context))
      ? [repaired]
      : []),
    ...(basic ? [] : withoutExcludeLabel(context, nodes)),
    ...(basic ? [migrated(context)] : []),
  ];
}

/** Several load balancers: a Local Service has a pool that follows its endpoints. */
function ownPool({ service }: FixContext, poolName: string): boolean {
  const own = `${service.namespace}-${service.name}`.toLowerCase();
  return [own, `${own}-ipv6`].includes(poolName.toLowerCase());
}

function hasOtherRules(
  { situation }: FixContext,
  { loadBalancer, pool }: NonNullable<ReturnType<typeof entryOf>>,
): boolean {
  const mine = new Set(situation.rules.map(({ rule }) => rule.id));
  return loadBalancer.rules.some(
    ({ id, backendPoolIds }) => backendPoolIds.includes(pool.id) && !mine.has(id),
  );
}

function endpointNodes({ nodes, port }: FixContext): readonly Node[] {
  const hosts = new Set(port.endpoints.map((endpoint) => endpoint.node));
  return nodes.filter((node) => hosts.has(node.name));
}

function hasStale({ situation, port }: FixContext): boolean {
  return situation.rules.some(
    ({ rule, loadBalancer }) =>
      rule.name === port.rule &&
      loadBalancer.backendPools.some(
        (pool) =>
          rule.backendPoolIds.includes(pool.id) && situation.view.members(pool).stale.length > 0,
      ),
  );
}

function migrated(context: FixContext): Candidate {
  const { cluster, managedCluster } = context;
  const entry = entryOf(context);
  const nodes =
    entry === undefined
      ? []
      : context.eligible({ ...entry.loadBalancer, sku: 'standard' }, entry.pool, 'standard');
  return {
    fix: migrateFromBasic(cluster, managedCluster),
    changes: nodes.length === 0 ? [] : [withMembers(nodes)],
    note: 'every node is a backend; pods stay where they are',
  };
}

/** The label off the nodes that hold idle pods: as an AKS label of the pool where it is one. */
function withoutExcludeLabel(context: FixContext, nodes: readonly Node[]): readonly Candidate[] {
  const entry = entryOf(context);
  const idle = new Set(
    context.port.endpoints
      .filter((each) => each.ready && each.share === 0)
      .map((each) => each.node),
  );
  const labelled = nodes.filter((node) => idle.has(node.name) && excludeLabel(node).present);
  if (entry === undefined || labelled.length === 0) return [];
  const { cluster, managedCluster } = context;
  const { loadBalancer, pool } = entry;
  const names = new Set(labelled.map((node) => node.name));
  const pools = new Set(labelled.map((node) => poolNameOf(node)));
  const members = context
    .eligible(
      loadBalancer,
      pool,
      `unlabelled ${[...names].toSorted().join(' ')}`,
      (reason) => reason === 'exclude-label',
    )
    .filter((node) => !excludeLabel(node).present || pools.has(poolNameOf(node)));
  return [
    {
      fix: removeExcludeLabel(cluster, managedCluster, labelled),
      changes: [withMembers(members)],
    },
  ];
}
