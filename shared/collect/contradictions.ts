import { unread, type ClusterSnapshot, type SliceName } from '../model/index.ts';
import {
  attachedToLoadBalancers,
  frontendAddresses,
  interfacesOfMembers,
  noLoadBalancer,
  nodesOfMembers,
} from './contradictions/azure.ts';
import { wrongScope, type Contradiction, type Form } from './contradictions/form.ts';
import {
  daemonSetsOfNodes,
  emptyClusterLists,
  nodesOfDaemonSets,
  nodesOfEndpoints,
  ownersOfPods,
  podsOfSystemNodes,
} from './contradictions/kubernetes.ts';
import { namespacesOfObjects } from './contradictions/namespaces.ts';
import {
  noEndpointSlice,
  noService,
  servicesOfRules,
  servicesOfSlices,
} from './contradictions/services.ts';

/**
 * The snapshot with every list unread that another list contradicts: a list that was saved or
 * answered from the wrong scope is not an empty cluster. Objects come and go between two reads, so
 * that only what cannot be explained by that counts. `docs/share-model.md` lists the forms.
 */
export function withoutContradictions(snapshot: ClusterSnapshot): ClusterSnapshot {
  return without(snapshot, contradictions(snapshot));
}

/** At most one for each slice, the first form that applies. */
export function contradictions(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const bySlice = new Map<SliceName, Contradiction>();
  for (const form of forms)
    for (const found of form(snapshot))
      if (!bySlice.has(found.slice)) bySlice.set(found.slice, found);
  const all = [...bySlice.values()];
  for (let more = unverified(without(snapshot, all)); more.length > 0;) {
    all.push(...more);
    more = unverified(without(snapshot, all));
  }
  return all;
}

function without(snapshot: ClusterSnapshot, found: readonly Contradiction[]): ClusterSnapshot {
  if (found.length === 0) return snapshot;
  const changed = Object.fromEntries(
    found.map(({ slice, why }) => [slice, unread(why, 'contradicted')]),
  );
  return { ...snapshot, ...changed };
}

const forms: readonly Form[] = [
  noLoadBalancer,
  attachedToLoadBalancers,
  nodesOfEndpoints,
  nodesOfDaemonSets,
  interfacesOfMembers,
  nodesOfMembers,
  noService,
  servicesOfSlices,
  servicesOfRules,
  noEndpointSlice,
  emptyClusterLists,
  daemonSetsOfNodes,
  podsOfSystemNodes,
  frontendAddresses,
  ownersOfPods,
  namespacesOfObjects,
];

/** Lists that are hardly ever empty, and those that show what is in them. */
const contradictedBy = {
  loadBalancers: ['services', 'managedCluster'],
  services: ['loadBalancers'],
  nodes: ['endpointSlices', 'loadBalancers'],
  daemonSets: ['nodes'],
  namespaces: ['nodes'],
  systemPods: ['endpointSlices', 'daemonSets'],
  deployments: ['systemPods'],
} as const satisfies Partial<Record<SliceName, readonly SliceName[]>>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal are its own
const slices = Object.keys(contradictedBy) as readonly (keyof typeof contradictedBy)[];

/** Empty lists that no other contradicts because none that could was read: two faults at once are no empty cluster. */
function unverified(snapshot: ClusterSnapshot): readonly Contradiction[] {
  return slices.flatMap((slice) => {
    const list = snapshot[slice];
    if (list.kind === 'unread' || list.value.length > 0) return [];
    const others = contradictedBy[slice];
    return others.some((other) => snapshot[other].kind === 'read')
      ? []
      : [
          {
            slice,
            why: `the list is empty, and ${others.join(' and ')} ${others.length === 1 ? 'was' : 'were'} not read, which would confirm it: ${wrongScope}`,
          },
        ];
  });
}
