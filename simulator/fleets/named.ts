import { fleet, subscription } from '../build.ts';
import type { FleetDescription } from '../description.ts';
import { demoFleet } from './demo.ts';
import type { Step } from './step.ts';
import { largeCluster, manyClusters, type ClusterSize, type FleetSize } from './large.ts';

/** A fleet that can be named from another process. */
export type NamedFleet =
  | { readonly kind: 'demo'; readonly step: Step; readonly now?: string }
  | ({ readonly kind: 'large' } & ClusterSize)
  | ({ readonly kind: 'many' } & FleetSize);

/** Builds the fleet that a command line names. */
export function fleetNamed(named: NamedFleet): FleetDescription {
  switch (named.kind) {
    case 'demo':
      return demoFleet(named.step, named.now);
    case 'large':
      return fleet({
        subscriptions: [
          subscription('00000000-0000-0000-0000-000000000001', 'Large', [largeCluster(named)]),
        ],
      });
    case 'many':
      return fleet({ subscriptions: manyClusters(named) });
  }
}
