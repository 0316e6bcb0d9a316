import { liveMetrics } from '../../../shared/collect/live/metrics.ts';
import { metricsLimits, type ArmLimits } from '../../../shared/collect/live/limits.ts';
import { cloudOf } from '../../../shared/collect/live/clouds.ts';
import { systemClock } from '../../../shared/collect/live/clock.ts';
import type { ArmAccess } from '../../../shared/input/index.ts';
import { readNetwork } from '../../../shared/collect/network.ts';
import { listClusters } from '../../../shared/discover/index.ts';
import type { LoadBalancer, ManagedCluster, Read } from '../../../shared/model/index.ts';
import { simulatedNetwork } from '../../../simulator/azure.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import type { FleetDescription } from '../../../simulator/description.ts';
import { subscriptionId } from '../../simulator/ask.ts';
import { appIdentity, world, type LiveFleet } from '../../live/world.ts';

export interface ObservedWorld extends LiveFleet {
  readonly arm: ArmAccess;
  readonly metrics: ReturnType<typeof liveMetrics>;
  readonly clusters: readonly ManagedCluster[];
  readonly loadBalancers: readonly LoadBalancer[];
}

/** A simulated subscription whose lists have been read, and the ways to what Azure observes. */
export async function observedWorld(
  description: FleetDescription,
  given: { readonly faults?: readonly FaultRule[]; readonly limits?: ArmLimits } = {},
): Promise<ObservedWorld> {
  const made = await world(description);
  const { arm } = made.azure();
  const clusters = valueOf(await listClusters(arm, subscriptionId));
  const loadBalancers = valueOf((await readNetwork(arm, subscriptionId)).loadBalancers);
  const metrics = liveMetrics({
    cloud: cloudOf('AzurePublic'),
    credential: appIdentity(made.server),
    httpClient: simulatedNetwork(made.server).httpClient,
    limits: given.limits ?? metricsLimits,
    clock: systemClock,
  });
  made.simulator.faults.set(given.faults ?? []);
  made.simulator.log.clear();
  return { ...made, arm, metrics, clusters, loadBalancers };
}

export function valueOf<T>(slice: Read<T>): T {
  if (slice.kind === 'unread') throw new Error(slice.why);
  return slice.value;
}
