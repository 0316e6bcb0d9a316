import pLimit from 'p-limit';
import { networkByGroup, type KubernetesTransport } from '../collect/index.ts';
import { lineOf } from '../collect/live/index.ts';
import type { ManagedCluster } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { ClusterReport } from '../report/report.ts';
import { auditCluster, notJudged, type ClusterAudit } from './audit-cluster.ts';
import { byClusterId } from './audit-folder.ts';
import type { Azure } from './azure.ts';
import type { OnSnapshot } from './on-snapshot.ts';
import {
  outcomeOf,
  planSubscriptions,
  readSubscription,
  type SubscriptionOutcome,
} from './subscriptions.ts';
import { rulesOfCluster } from './verify.ts';

export interface LiveAuditOptions {
  readonly azure: Azure;
  readonly subscriptions: 'all' | readonly string[];
  /** Which clusters of them; every one where absent. */
  readonly wanted?: (cluster: ManagedCluster) => boolean;
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly policy?: Policy;
  /** Ask Azure for the health of all backends, not only where a finding rests on it. */
  readonly verify?: boolean;
  readonly clustersAtOnce?: number;
  /** Another way into the one cluster that is wanted: `kubectl proxy`. */
  readonly kubernetes?: KubernetesTransport;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot;
  /** Called when clusters become known and after each of them. */
  readonly onProgress?: (progress: LiveProgress) => void;
  readonly signal?: AbortSignal;
}

export interface LiveProgress {
  readonly done: number;
  /** Grows as subscriptions are read. */
  readonly total: number;
  /** What has just happened: a cluster and its word, or a subscription. */
  readonly label: string;
}

export interface LiveAudit {
  /** One for each cluster that ARM listed, in order of id. */
  readonly clusters: readonly ClusterReport[];
  readonly subscriptions: readonly SubscriptionOutcome[];
  /** One clear line for each fault of single objects. */
  readonly problems: readonly string[];
}

const subscriptionsAtOnce = 4;

/**
 * Audits every cluster of the subscriptions, eight at once. What one cluster or subscription does
 * wrong stays with it; a run that is given up says so of the clusters that it did not come to.
 */
export async function auditSubscriptions(options: LiveAuditOptions): Promise<LiveAudit> {
  const { azure, signal } = options;
  const plan = await planSubscriptions(azure, options.subscriptions, signal);
  const reports: ClusterReport[] = [];
  const outcomes = [...plan.outcomes];
  const { name, unverified } = azure.cloud;
  const problems = unverified.map((what) => `${name}: not verified: ${what}`);
  let total = 0;
  const tell = (label: string): void =>
    options.onProgress?.({ done: reports.length, total, label });

  const subscriptionPool = pLimit(subscriptionsAtOnce);
  const clusterPool = pLimit(options.clustersAtOnce ?? 8);
  const auditOne = async (inputs: Parameters<typeof auditCluster>[0]): Promise<void> => {
    const audit = await unlessGivenUp(inputs.cluster, signal, () => auditCluster(inputs));
    reports.push(audit.report);
    problems.push(...audit.problems.map((line) => `${inputs.cluster.name}: ${line}`));
    tell(`${audit.report.name}: ${audit.report.result}`);
  };
  const auditAll = async (subscription: { id: string; name: string }): Promise<void> => {
    const live = await readSubscription(azure, subscription.id, signal);
    outcomes.push(outcomeOf(subscription, live));
    problems.push(...live.problems.map((line) => `${subscription.name}: ${line}`));
    const clusters = live.clusters.kind === 'read' ? live.clusters.value : [];
    const chosen = clusters.filter(options.wanted ?? (() => true));
    total += chosen.length;
    tell(`${subscription.name}: ${chosen.length} clusters`);
    const { takenAt, policy, kubernetes, onSnapshot } = options;
    const shared = {
      azure,
      takenAt,
      network: networkByGroup(live.network),
      observations: live.observations,
      ...(policy !== undefined && { policy }),
      ...(kubernetes !== undefined && { kubernetes }),
      ...(onSnapshot !== undefined && { onSnapshot }),
      ...(signal !== undefined && { signal }),
    };
    await Promise.all(
      chosen.map((cluster, at) =>
        clusterPool(() =>
          auditOne({
            ...shared,
            cluster,
            verification: {
              all: options.verify === true,
              rules: rulesOfCluster(at, chosen.length, takenAt),
              before: [],
            },
          }),
        ),
      ),
    );
  };
  await Promise.all(
    plan.subscriptions.map((subscription) => subscriptionPool(() => auditAll(subscription))),
  );
  return {
    clusters: reports.toSorted(byClusterId),
    subscriptions: outcomes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    problems,
  };
}

async function unlessGivenUp(
  cluster: ManagedCluster,
  signal: AbortSignal | undefined,
  audit: () => Promise<ClusterAudit>,
): Promise<ClusterAudit> {
  if (signal?.aborted !== true) return await audit();
  const reason = `not audited: ${lineOf(signal.reason)}`;
  return { report: notJudged(cluster, 'failed', reason), problems: [] };
}
