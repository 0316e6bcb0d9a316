import { collectCluster, type Collected, type CollectInputs } from '../collect/index.ts';
import { unread } from '../model/index.ts';

/** Where the Kubernetes side comes from, where that is not by ARM's own word, and what to do about a wrong one. */
export interface Provenance {
  readonly source: string;
  readonly remedy: string;
}

/** Objects that came through `kubectl proxy`, and what to do where they are of another cluster. */
export const throughProxy: Provenance = {
  source: 'kubectl proxy',
  remedy: "start kubectl proxy with this cluster's context",
};

/**
 * Collects a cluster whose two sides come by different ways. Objects of another cluster are left out,
 * with the reason: joined with this one's load balancers they would give findings that mean nothing.
 */
export async function collectOwn(
  inputs: CollectInputs,
  { source, remedy }: Provenance,
): Promise<Collected> {
  const collected = await collectCluster(inputs);
  const foreign = collected.foreignGroup;
  if (foreign === undefined) return collected;
  const why = `${source}: the nodes live in resource group ${foreign}, which is not the node resource group of ${inputs.identity.name}; ${remedy}`;
  return collectCluster({ ...inputs, kubernetes: unread(why) });
}
