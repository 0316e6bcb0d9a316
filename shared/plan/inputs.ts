import type { ClusterSnapshot } from '../model/index.ts';
import type { RuleSettings } from '../rules/index.ts';
import type { LiveObjects } from './live-objects.ts';
import type { Wanted } from './object-kinds.ts';
import type { UnplannedObject } from './unplanned-objects.ts';
import type { Deletion, NodePoolChange, Problem } from './types.ts';

/** Everything that a plan is made of. */
export interface PlanInputs {
  readonly snapshot: ClusterSnapshot;
  readonly wanted: readonly Wanted[];
  readonly live: LiveObjects;
  readonly nodePools: readonly NodePoolChange[];
  readonly deletions: readonly Deletion[];
  readonly ignored?: readonly Problem[];
  readonly unplanned?: readonly UnplannedObject[];
  readonly problems?: readonly Problem[];
  readonly settings?: RuleSettings;
}
