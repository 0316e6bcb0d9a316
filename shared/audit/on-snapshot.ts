import type { KubernetesTransport } from '../collect/index.ts';
import type { ClusterSnapshot } from '../model/index.ts';
import { defaultPolicy, type Policy } from '../policy/index.ts';
import type { RuleSettings } from '../rules/index.ts';
import { settingsOf } from './settings-of.ts';

/** One cluster as it was read, before it is judged. */
export interface ReadCluster {
  readonly snapshot: ClusterSnapshot;
  /** What policy says of its rules. */
  readonly settings: RuleSettings;
  /** To ask for more while it is open; absent = the Kubernetes side could not be asked. */
  readonly kubernetes?: KubernetesTransport;
}

/** For what needs more than the report: a plan, the effect of a change. */
export type OnSnapshot = (cluster: ReadCluster) => Promise<void>;

/** Calls `onSnapshot`, where there is one, with the cluster and the settings of its policy. */
export async function callWithSnapshot(
  onSnapshot: OnSnapshot | undefined,
  snapshot: ClusterSnapshot,
  policy: Policy = defaultPolicy,
  kubernetes?: KubernetesTransport,
): Promise<void> {
  if (onSnapshot === undefined) return;
  const settings = settingsOf(policy, snapshot);
  await onSnapshot({ snapshot, settings, ...(kubernetes !== undefined && { kubernetes }) });
}
