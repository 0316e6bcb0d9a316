import { unread, type ClusterSnapshot, type SliceName } from '../model/index.ts';
import {
  frontendAddresses,
  interfacesOfMembers,
  noLoadBalancer,
  noService,
  nodesOfMembers,
} from './contradictions/azure.ts';
import type { Contradiction, Form } from './contradictions/form.ts';
import {
  emptyClusterLists,
  noEndpointSlice,
  nodesOfEndpoints,
  ownersOfPods,
} from './contradictions/kubernetes.ts';

/**
 * The snapshot with every list unread that another list contradicts: a list that was saved or
 * answered from the wrong scope is not an empty cluster. Objects come and go between two reads, so
 * that only what cannot be explained by that counts. `docs/share-model.md` lists the forms.
 */
export function withoutContradictions(snapshot: ClusterSnapshot): ClusterSnapshot {
  const found = contradictions(snapshot);
  if (found.length === 0) return snapshot;
  const changed = Object.fromEntries(
    found.map(({ slice, why }) => [slice, unread(why, 'contradicted')]),
  );
  return { ...snapshot, ...changed };
}

/** At most one for each slice, the first form that applies. */
export function contradictions(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const bySlice = new Map<SliceName, Contradiction>();
  for (const form of forms)
    for (const found of form(snapshot))
      if (!bySlice.has(found.slice)) bySlice.set(found.slice, found);
  return [...bySlice.values()];
}

const forms: readonly Form[] = [
  noLoadBalancer,
  nodesOfEndpoints,
  interfacesOfMembers,
  nodesOfMembers,
  noService,
  noEndpointSlice,
  emptyClusterLists,
  frontendAddresses,
  ownersOfPods,
];
