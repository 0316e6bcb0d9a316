import type { KubernetesTransport } from '../collect/index.ts';
import { readLastHop } from '../collect/last-hop.ts';
import { Problems } from '../input/problems.ts';
import type { ClusterSnapshot } from '../model/index.ts';
import type { RuleSettings } from '../rules/index.ts';
import { readLiveObjects } from './live-objects.ts';
import { readManifests } from './manifests.ts';
import { readObjects } from './objects.ts';
import type { PlanInputs } from './inputs.ts';
import { changedCluster, planChanges } from './plan.ts';
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

/** The plan of manifest texts against one cluster; reads no more of it than the objects that they name. */
export async function planManifests(request: PlanRequest): Promise<Plan> {
  const { snapshot, settings, kubernetes } = request.cluster;
  const read = request.manifests.map(({ file, text }) => readManifests(file, text));
  const { wanted, ignored, unplanned, problems } = readObjects(
    read.flatMap(({ objects }) => objects),
    request.namespace,
  );
  const live = kubernetes === undefined ? new Map() : await readLiveObjects(kubernetes, wanted);
  const inputs: PlanInputs = {
    snapshot,
    wanted,
    live,
    nodePools: request.nodePools,
    deletions: request.deletions,
    ignored,
    unplanned,
    problems: [...read.flatMap((each) => each.problems), ...problems],
    ...(settings !== undefined && { settings }),
  };
  if (kubernetes === undefined) return planChanges(inputs);
  return planChanges({ ...inputs, snapshot: await withListeners(inputs, kubernetes) });
}

/** Probes and rules of the changed cluster may give reason to ask who listens on a port of a node. */
async function withListeners(
  inputs: PlanInputs,
  transport: KubernetesTransport,
): Promise<ClusterSnapshot> {
  const { snapshot } = inputs;
  if (snapshot.nodePortServices.kind === 'read' && snapshot.hostNetworkPods.kind === 'read')
    return snapshot;
  const { managedCluster, loadBalancers, services, daemonSets } = changedCluster(inputs);
  const lists = { managedCluster, loadBalancers, services, daemonSets };
  const found = await readLastHop({ ...lists, transport, problems: new Problems() });
  return {
    ...snapshot,
    nodePortServices:
      snapshot.nodePortServices.kind === 'read'
        ? snapshot.nodePortServices
        : found.nodePortServices,
    hostNetworkPods:
      snapshot.hostNetworkPods.kind === 'read' ? snapshot.hostNetworkPods : found.hostNetworkPods,
  };
}
