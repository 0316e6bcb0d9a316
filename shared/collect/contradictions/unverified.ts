import type { ClusterSnapshot, SliceName } from '../../model/index.ts';
import { wrongScope, type Contradiction } from './form.ts';

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
export function unverified(snapshot: ClusterSnapshot): readonly Contradiction[] {
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
