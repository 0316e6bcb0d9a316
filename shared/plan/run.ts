import type { KubernetesTransport } from '../collect/index.ts';
import type { ClusterSnapshot } from '../model/index.ts';
import type { RuleSettings } from '../rules/index.ts';
import { readApplied } from './applied.ts';
import { readManifests } from './manifests.ts';
import { readObjects } from './objects.ts';
import { planChanges } from './plan.ts';
import type { Deletion, NodePoolChange, Plan } from './types.ts';

export interface PlanRequest {
  /** A cluster as it was read. */
  readonly cluster: {
    readonly snapshot: ClusterSnapshot;
    readonly settings?: RuleSettings;
    readonly kubernetes?: KubernetesTransport;
  };
  /** Manifests by the name of their file. */
  readonly manifests: readonly { readonly file: string; readonly text: string }[];
  /** For objects that name none. */
  readonly namespace: string;
  readonly nodePools: readonly NodePoolChange[];
  readonly deletions: readonly Deletion[];
}

/** The plan of manifest texts against one cluster; reads no more of it than last applied configurations. */
export async function planManifests(request: PlanRequest): Promise<Plan> {
  const { snapshot, settings, kubernetes } = request.cluster;
  const read = request.manifests.map(({ file, text }) => readManifests(file, text));
  const { wanted, ignored, problems } = readObjects(
    read.flatMap(({ objects }) => objects),
    request.namespace,
  );
  const applied = kubernetes === undefined ? new Map() : await readApplied(kubernetes, wanted);
  return planChanges({
    snapshot,
    wanted,
    applied,
    nodePools: request.nodePools,
    deletions: request.deletions,
    ignored,
    problems: [...read.flatMap((each) => each.problems), ...problems],
    ...(settings !== undefined && { settings }),
  });
}
