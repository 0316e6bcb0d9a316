import { networkByGroup, readNetwork, type SubscriptionNetwork } from '../collect/index.ts';
import { Problems } from '../input/index.ts';
import { auditCluster } from './audit-cluster.ts';
import type { Azure } from './azure.ts';
import type { Fleet } from './fleet.ts';
import type { Log } from './log.ts';
import { planSubscriptions, readSubscription } from './subscriptions.ts';
import { rulesOfCluster } from './verify.ts';

/** Azure and its clusters as the engines ask for them. */
export function liveFleet(azure: Azure, subscriptions: 'all' | readonly string[], log: Log): Fleet {
  const byGroup = new WeakMap<SubscriptionNetwork, ReturnType<typeof networkByGroup>>();
  const groupsOf = (network: SubscriptionNetwork): ReturnType<typeof networkByGroup> => {
    const known = byGroup.get(network) ?? networkByGroup(network);
    byGroup.set(network, known);
    return known;
  };
  const again = new WeakMap<SubscriptionNetwork, Promise<ReturnType<typeof networkByGroup>>>();
  // One more read serves all clusters of the subscription.
  const readAgain = (id: string, network: SubscriptionNetwork) => {
    const known =
      again.get(network) ??
      readNetwork({ ...azure.arm, problems: new Problems() }, id).then(networkByGroup);
    again.set(network, known);
    return known;
  };
  return {
    ...(subscriptions !== 'all' && { asked: subscriptions }),
    async subscriptions(signal) {
      const plan = await planSubscriptions(azure, subscriptions, signal);
      return [
        ...plan.subscriptions.map(({ id }) => ({ id })),
        ...plan.outcomes.map(({ id, reason = 'it was not read' }) => ({ id, why: reason })),
      ];
    },
    async readSubscription(id, signal) {
      const { clusters, network, observations, problems } = await readSubscription(
        azure,
        id,
        signal,
      );
      tell(log, problems, { subscription: id });
      return { clusters, network, observations, inputFaults: problems.length };
    },
    async auditCluster(
      cluster,
      data,
      { takenAt, policy, verify = false, before, signal, onSnapshot },
    ) {
      const { clusters, network, observations, inputFaults } = data;
      const all = clusters.kind === 'read' ? clusters.value : [];
      const at = all.findIndex(({ id }) => id === cluster.id);
      const { report, problems } = await auditCluster({
        azure,
        cluster,
        network: groupsOf(network),
        observations,
        verification: {
          all: verify,
          rules: rulesOfCluster(at, all.length, takenAt),
          before: before?.verified ?? [],
        },
        ...(before !== undefined && { before }),
        networkAgain: () => readAgain(cluster.subscriptionId, network),
        takenAt,
        policy,
        ...(onSnapshot !== undefined && { onSnapshot }),
        ...(signal !== undefined && { signal }),
      });
      tell(log, problems, { cluster: cluster.name });
      const faults = inputFaults + problems.length;
      return faults === 0 ? report : { ...report, inputFaults: faults };
    },
  };
}

const mostLines = 20;

/** Faults of single objects: a few lines, and how many there were. */
function tell(
  log: Log,
  problems: readonly string[],
  fields: { readonly subscription?: string; readonly cluster?: string },
): void {
  for (const why of problems.slice(0, mostLines)) log.warn('object skipped', { ...fields, why });
  if (problems.length > mostLines)
    log.warn('objects skipped', { ...fields, count: problems.length });
}
