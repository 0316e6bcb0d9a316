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
  const change = reconciledWith({
    onto: (loadBalancer) => ({
      ...loadBalancer,
      sku: 'standard',
      backendPools: loadBalancer.backendPools.map((pool) => ({ ...pool, members: [] })),
    }),
  });
  return {
    fix: migrateFromBasic(cluster, managedCluster),
    changes: [change],
    note: 'every node is a backend; pods stay where they are',
  };
}

/** The label off the nodes that hold idle pods: as an AKS label of the pool where it is one. */
function withoutExcludeLabel({
  cluster,
  managedCluster,
  nodes,
  port,
}: FixContext): readonly Candidate[] {
  const idle = new Set(
    port.endpoints.filter((each) => each.ready && each.share === 0).map((each) => each.node),
  );
  const labelled = nodes.filter((node) => idle.has(node.name) && excludeLabel(node).present);
  if (labelled.length === 0) return [];
  const unlabelled = unlabelledBy(managedCluster, labelled, nodes);
  return [
    {
      fix: removeExcludeLabel(cluster, managedCluster, labelled),
      changes: [reconciledWith({ unlabelled: new Set(unlabelled.map(({ name }) => name)) })],
    },
  ];
}
