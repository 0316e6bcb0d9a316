import type { RuleSettings } from '../findings/index.ts';
import type { ClusterSnapshot } from '../model/index.ts';
import { settingsFor, type Policy } from '../policy/index.ts';

/** Tags of the cluster in Azure; `undefined` where the managed cluster was not read or has none. */
export function tagsOf({
  managedCluster,
}: ClusterSnapshot): ReadonlyMap<string, string> | undefined {
  return managedCluster.kind === 'read' ? managedCluster.value.tags : undefined;
}

/** The settings that a policy gives the rules for the cluster of a snapshot. */
export function settingsOf(policy: Policy, snapshot: ClusterSnapshot): RuleSettings {
  const tags = tagsOf(snapshot);
  return settingsFor(policy, { ...snapshot, ...(tags !== undefined && { tags }) });
}
