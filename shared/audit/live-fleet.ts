import {
  networkByGroup,
  observedByGroup,
  readNetworkAgain,
  type KubernetesTransport,
  type Observations,
  type ObservedOfCluster,
  type SubscriptionNetwork,
} from '../collect/index.ts';
import { isDeleted, readClusterCounts } from '../discover/index.ts';
import { ofSubscription } from '../input/index.ts';
import { read, valueOr, type ManagedCluster, type Read } from '../model/index.ts';
import { auditCluster } from './audit-cluster.ts';
import { faultsOf } from './audit-snapshot.ts';
import type { Azure } from './azure.ts';
import type { Fleet } from './fleet.ts';
import type { Log } from './log.ts';
import type { OnSnapshot } from './on-snapshot.ts';
import {
  subscriptionOutcome,
  planSubscriptions,
  readSubscription,
  type SubscriptionOutcome,
} from './subscriptions.ts';
import { rulesOfCluster } from './verify.ts';

/** The subscription or the cluster that problems belong to. */
interface ProblemSource {
  readonly subscription?: { readonly id: string; readonly name: string };
  readonly cluster?: string;
}

export interface LiveFleetOptions {
  readonly subscriptions: 'all' | readonly string[];
  /** Called with faults of single objects, one clear line each. */
  readonly onProblems: (problems: readonly string[], source: ProblemSource) => void;
  /** Which clusters there are; every one where absent. */
  readonly wanted?: ((cluster: ManagedCluster) => boolean) | undefined;
  /** Called with what became of a subscription, and the clusters in it where it was read. */
  readonly onSubscription?: (outcome: SubscriptionOutcome, clusters?: number) => void;
  /** `kubectl proxy` in place of the network, for the one cluster that is wanted. */
  readonly kubernetes?: KubernetesTransport | undefined;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot | undefined;
}

/** Azure and its clusters as the engines ask for them. */
export function liveFleet(azure: Azure, given: LiveFleetOptions): Fleet {
  const { subscriptions, onProblems, wanted, onSubscription, kubernetes } = given;
  const names = new Map<string, string>();
  const networks = networksOf(azure);
  const observed = new WeakMap<Observations, ObservedOfCluster>();
  return {
    ...(subscriptions !== 'all' && { asked: subscriptions }),
    async subscriptions(signal) {
      const plan = await planSubscriptions(azure, subscriptions, signal);
      for (const { id, name } of plan.subscriptions) names.set(id, name);
      for (const outcome of plan.outcomes) onSubscription?.(outcome);
      return [
        ...plan.subscriptions.map(({ id }) => ({ id })),
        ...plan.outcomes.map(({ id, reason = 'it was not read' }) => ({ id, why: reason })),
      ];
    },
    clusterCounts: (ids, signal) => readClusterCounts(ofSubscription(azure.arm), ids, signal),
    async readSubscription(id, signal) {
      const live = await readSubscription(azure, id, signal);
      const subscription = { id, name: names.get(id) ?? id };
      const { network, observations, problems } = live;
      onProblems(problems.lines, { subscription });
      const clusters = withClusters(live.clusters, wanted);
      onSubscription?.(subscriptionOutcome(subscription, live), valueOr(clusters, []).length);
      return { clusters, network, observations, inputFaults: problems.faults };
    },
    isDeleted: (cluster, signal) => isDeleted(ofSubscription(azure.arm), cluster, signal),
    async auditCluster(
      cluster,
      { clusters, network, observations, inputFaults },
      { takenAt, policy, verify = false, before, signal, onSnapshot = given.onSnapshot },
    ) {
      const all = valueOr(clusters, []);
      const at = all.findIndex(({ id }) => id === cluster.id);
      const byGroup = observed.get(observations) ?? observedByGroup(observations);
      observed.set(observations, byGroup);
      const { report, problems } = await auditCluster({
        azure,
        cluster,
        network: networks.byGroup(network),
        observed: byGroup,
        verification: {
          all: verify,
          rules: rulesOfCluster(at, all.length, takenAt),
          before: before?.verified ?? [],
        },
        before,
        networkAgain: () => networks.readAgain(cluster, network, signal),
        takenAt,
        policy,
        kubernetes,
        onSnapshot,
        signal,
      });
      onProblems(problems.lines, { cluster: cluster.name });
      return { ...report, ...faultsOf(inputFaults, problems.faults) };
    },
  };
}

function withClusters(
  clusters: Read<readonly ManagedCluster[]>,
  wanted: LiveFleetOptions['wanted'],
): Read<readonly ManagedCluster[]> {
  return clusters.kind === 'read' && wanted !== undefined
    ? read(clusters.value.filter(wanted))
    : clusters;
}

type NetworkByGroup = ReturnType<typeof networkByGroup>;

/** The networks of subscriptions by node resource group; each is sorted once. */
function networksOf(azure: Azure): {
  readonly byGroup: (network: SubscriptionNetwork) => NetworkByGroup;
  /** With what Azure lists now in the node resource group of a cluster. */
  readonly readAgain: (
    cluster: ManagedCluster,
    network: SubscriptionNetwork,
    signal?: AbortSignal,
  ) => Promise<NetworkByGroup>;
} {
  const sorted = new WeakMap<SubscriptionNetwork, NetworkByGroup>();
  const byGroup = (network: SubscriptionNetwork): NetworkByGroup => {
    const known = sorted.get(network) ?? networkByGroup(network);
    sorted.set(network, known);
    return known;
  };
  return {
    byGroup,
    async readAgain({ subscriptionId, nodeResourceGroup }, network, signal) {
      if (nodeResourceGroup === undefined) return byGroup(network);
      const access = ofSubscription(azure.arm);
      return networkByGroup(
        await readNetworkAgain(access, subscriptionId, nodeResourceGroup, network, signal),
      );
    },
  };
}

/** Problems as lines of a log. */
export function problemsTo(log: Log): LiveFleetOptions['onProblems'] {
  return (problems, { subscription, cluster }) =>
    warnOf(log, problems, {
      ...(subscription !== undefined && { subscription: subscription.id }),
      ...(cluster !== undefined && { cluster }),
    });
}

const mostLines = 20;

/** Faults of single objects: a few lines, and how many there were. */
function warnOf(
  log: Log,
  problems: readonly string[],
  fields: { readonly subscription?: string; readonly cluster?: string },
): void {
  for (const why of problems.slice(0, mostLines)) log.warn('object skipped', { ...fields, why });
  if (problems.length > mostLines)
    log.warn('objects skipped', { ...fields, count: problems.length });
}
