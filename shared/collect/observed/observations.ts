import {
  armIdParts,
  read,
  unread,
  type ArmId,
  type LoadBalancer,
  type LoadBalancerMetrics,
  type ManagedCluster,
  type Read,
  type ResourceChange,
  type Slices,
} from '../../model/index.ts';
import type { ArmAccess } from '../../input/index.ts';
import type { Clock } from '../live/clock.ts';
import type { MetricsAccess } from '../live/metrics.ts';
import { readChanges } from './changes.ts';
import { readMetrics } from './metrics.ts';

/** What Azure itself saw of one subscription: all of it optional, and each part unread by itself. */
export interface Observations {
  readonly loadBalancerMetrics: Read<readonly LoadBalancerMetrics[]>;
  readonly resourceChanges: Read<readonly ResourceChange[]>;
}

const notSaved = unread("not asked for: Azure's own observations are read live only", 'not-asked');

/** Where nothing is asked of Azure: saved answers. */
export const notObserved: Observations = {
  loadBalancerMetrics: notSaved,
  resourceChanges: notSaved,
};

export interface ObservationInputs {
  readonly arm: ArmAccess;
  readonly metrics: MetricsAccess;
  readonly clock: Clock;
  readonly subscriptionId: string;
  readonly clusters: readonly ManagedCluster[];
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
  readonly signal?: AbortSignal;
}

/** Metrics of the load balancers in the clusters' node resource groups, and what was changed there. */
export async function readObservations(inputs: ObservationInputs): Promise<Observations> {
  const { arm, metrics, clock, subscriptionId, clusters, loadBalancers, signal } = inputs;
  const regions = new Map(
    clusters.flatMap(({ nodeResourceGroup, location }) =>
      nodeResourceGroup === undefined
        ? []
        : [[nodeResourceGroup.toLowerCase(), location.toLowerCase()] as const],
    ),
  );
  const own = (loadBalancers.kind === 'read' ? loadBalancers.value : []).flatMap((loadBalancer) => {
    const region = regions.get(loadBalancer.resourceGroup.toLowerCase());
    return region === undefined ? [] : [{ loadBalancer, region }];
  });
  const aborting = signal === undefined ? {} : { signal };
  const [loadBalancerMetrics, resourceChanges] = await Promise.all([
    loadBalancers.kind === 'unread'
      ? unread(`loadBalancers: ${loadBalancers.why}`)
      : readMetrics({ metrics, loadBalancers: own, clock, ...aborting }),
    readChanges(arm, subscriptionId, signal),
  ]);
  return { loadBalancerMetrics, resourceChanges };
}

/** Not the same as an answer without backends: what was not asked for decides nothing. */
const noHealthAsked = unread('not asked for: no finding rests on it', 'not-asked');

type Observed = { readonly [Name in ObservedSlice]: Read<Slices[Name]> };
type ObservedSlice = 'backendHealth' | 'loadBalancerMetrics' | 'resourceChanges';

/** The slices of one cluster; its health is asked for once something rests on it. */
export function observedOf(
  { loadBalancerMetrics, resourceChanges }: Observations,
  clusterId: ArmId,
  nodeResourceGroup: string | undefined,
): Observed {
  const group = nodeResourceGroup?.toLowerCase();
  const inGroup = (id: ArmId): boolean => armIdParts(id).resourceGroup === group;
  return {
    backendHealth: noHealthAsked,
    loadBalancerMetrics: narrowed(loadBalancerMetrics, (each) => inGroup(each.loadBalancerId)),
    resourceChanges: narrowed(
      resourceChanges,
      ({ resourceId }) => resourceId === clusterId || inGroup(resourceId),
    ),
  };
}

function narrowed<T>(rows: Read<readonly T[]>, keep: (row: T) => boolean): Read<readonly T[]> {
  return rows.kind === 'unread' ? rows : read(rows.value.filter(keep));
}
