import { isVirtualNode, type LoadBalancer } from '../model/index.ts';
import { excludeLabel } from '../load-balancing/index.ts';
import { reconciledWith } from '../traffic/index.ts';
import { migrateFromBasic } from './cluster-fixes.ts';
import { removeExcludeLabel, unlabelledBy } from './node-fixes.ts';
import { entryOf } from './backends.ts';
import type { Candidate, FixContext } from './candidate.ts';

/** What the backend pool could hold instead. */
export function poolCandidates(context: FixContext): readonly Candidate[] {
  const entry = entryOf(context);
  if (entry === undefined) return [];
  return entry.loadBalancer.sku === 'basic' ? [migrated(context)] : withoutExcludeLabel(context);
}

/** Basic load balancers go, and the provider makes a Standard one in their place. */
function migrated({ cluster, managedCluster }: FixContext): Candidate {
  const change = reconciledWith({ onto: standardFor });
  return {
    fix: migrateFromBasic(cluster, managedCluster),
    changes: [change],
    everyService: true,
    note: 'every node is a backend; pods stay where they are',
  };
}

/** The same for the same one, so that what follows from it is worked out once. */
const standards = new WeakMap<LoadBalancer, LoadBalancer>();

function standardFor(loadBalancer: LoadBalancer): LoadBalancer {
  const known = standards.get(loadBalancer) ?? {
    ...loadBalancer,
    sku: 'standard',
    backendPools: loadBalancer.backendPools.map((pool) => ({ ...pool, members: [] })),
  };
  standards.set(loadBalancer, known);
  return known;
}

/** The label off the nodes that hold idle pods, or off all: as an AKS label of the pool where it is one. */
function withoutExcludeLabel({
  cluster,
  managedCluster,
  nodes,
  port,
}: FixContext): readonly Candidate[] {
  // Where the pool has nobody, any node that joins it takes connections.
  const isEmpty = port.backendTotals.members === 0;
  const idle = new Set(
    port.endpoints.filter((each) => each.ready && each.share === 0).map((each) => each.node),
  );
  // A virtual node needs the label: nothing on it answers a load balancer.
  const labelled = nodes.filter(
    (node) =>
      (isEmpty || idle.has(node.name)) && excludeLabel(node).present && !isVirtualNode(node),
  );
  if (labelled.length === 0) return [];
  const unlabelled = unlabelledBy(managedCluster, labelled, nodes);
  const fix = removeExcludeLabel(cluster, managedCluster, labelled);
  return [
    {
      fix,
      changes: [reconciledWith({ unlabelled: new Set(unlabelled.map(({ name }) => name)) })],
      everyService: true,
    },
  ];
}
