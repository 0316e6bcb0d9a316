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
import { deadline, type Clock } from '../live/clock.ts';
import { CallError } from '../live/failure.ts';
import { observationsMs } from '../live/limits.ts';
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
  readonly signal?: AbortSignal | undefined;
  /** For all of it; `observationsMs` where absent. */
  readonly limitMs?: number;
}

/** Metrics of the load balancers in the clusters' node resource groups, and what was changed there. */
export async function readObservations(inputs: ObservationInputs): Promise<Observations> {
  const { arm, metrics, clock, subscriptionId, clusters, loadBalancers, signal } = inputs;
  const { limitMs = observationsMs } = inputs;
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
  const late = new CallError('timeout', `no answer within ${limitMs / 1000} s`);
  const limit = deadline(limitMs, late, signal);
  try {
    const [loadBalancerMetrics, resourceChanges] = await Promise.all([
      loadBalancers.kind === 'unread'
        ? unread(`loadBalancers: ${loadBalancers.why}`)
        : readMetrics({ metrics, loadBalancers: own, clock, signal: limit.signal }),
      readChanges(arm, subscriptionId, limit.signal),
    ]);
    return { loadBalancerMetrics, resourceChanges };
  } finally {
    limit.clear();
  }
}

/** Not the same as an answer without backends: what was not asked for decides nothing. */
const noHealthAsked = unread('not asked for: no finding rests on it', 'not-asked');

type Observed = { readonly [Name in ObservedSlice]: Read<Slices[Name]> };
type ObservedSlice = 'backendHealth' | 'loadBalancerMetrics' | 'resourceChanges';

/** Picks what belongs to a cluster; its health is asked for once something rests on it. */
export type ObservedOfCluster = (
  clusterId: ArmId,
  nodeResourceGroup: string | undefined,
) => Observed;

/** The slices of each cluster of a subscription; the index is made once. */
export function observedByGroup({
  loadBalancerMetrics,
  resourceChanges,
}: Observations): ObservedOfCluster {
  const metrics = mapped(loadBalancerMetrics, (rows) =>
    Map.groupBy(rows, ({ loadBalancerId }) => armIdParts(loadBalancerId).resourceGroup),
  );
  const changes = mapped(resourceChanges, (rows) =>
    rows.map((change) => ({ change, group: armIdParts(change.resourceId).resourceGroup })),
  );
  return (clusterId, nodeResourceGroup) => {
    const own = nodeResourceGroup?.toLowerCase();
    return {
      backendHealth: noHealthAsked,
      loadBalancerMetrics:
        metrics.kind === 'unread' ? metrics : usable(metrics.value.get(own ?? '') ?? []),
      // The security group of a subnet lives wherever its owner has put it.
      resourceChanges: mapped(changes, (rows) =>
        rows.flatMap(({ change, group }) =>
          group === own || change.resourceId === clusterId || isSecurityGroup(change)
            ? [change]
            : [],
        ),
      ),
    };
  };
}

/** Unread as a whole where nothing was read of any load balancer. */
function usable(rows: readonly LoadBalancerMetrics[]): Read<readonly LoadBalancerMetrics[]> {
  const parts = rows.flatMap(({ traffic, dataPath, probes, snat }) => [
    traffic,
    dataPath,
    probes,
    snat,
  ]);
  const [first] = parts;
  return first?.kind === 'unread' && parts.every(({ kind }) => kind === 'unread')
    ? first
    : read(rows);
}

function isSecurityGroup({ resourceId }: ResourceChange): boolean {
  return resourceId.includes('/networksecuritygroups/');
}

function mapped<A, B>(slice: Read<A>, change: (value: A) => B): Read<B> {
  return slice.kind === 'unread' ? slice : read(change(slice.value));
}
