import type { AuditProgress } from '../audit/audit-folders.ts';
import type { KubernetesTransport } from '../collect/index.ts';
import { memoryStore } from '../history/index.ts';
import type { ManagedCluster } from '../model/index.ts';
import { defaultPolicy, type Policy } from '../policy/index.ts';
import type { ClusterReport } from '../report/index.ts';
import { byClusterId } from '../audit/audit-folder.ts';
import type { Azure } from '../audit/azure.ts';
import { liveFleet } from '../audit/live-fleet.ts';
import { logTo } from '../audit/log.ts';
import type { OnSnapshot } from '../audit/on-snapshot.ts';
import type { SubscriptionOutcome } from '../audit/subscriptions.ts';
import type { RunDeps } from './engine/deps.ts';
import { runInline } from './engine/inline.ts';
import { runStorage } from './service.ts';

export interface LiveAuditOptions {
  readonly azure: Azure;
  readonly subscriptions: 'all' | readonly string[];
  /** Which clusters of them; every one where absent. */
  readonly wanted?: ((cluster: ManagedCluster) => boolean) | undefined;
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly policy?: Policy | undefined;
  /** Ask Azure for the health of all backends, not only where a finding rests on it. */
  readonly verify?: boolean | undefined;
  /** Another way into the one cluster that is wanted: `kubectl proxy`. */
  readonly kubernetes?: KubernetesTransport | undefined;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot | undefined;
  /** Called when clusters become known and after each of them. */
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LiveAudit {
  /** One for each cluster that ARM listed, in order of id. */
  readonly clusters: readonly ClusterReport[];
  readonly subscriptions: readonly SubscriptionOutcome[];
  /** One clear line for each fault of single objects. */
  readonly problems: readonly string[];
}

/** A run that is in no history and of which nobody is notified. */
const runOfCommand = { runId: 'cli', trigger: 'cli', fleet: false, notify: false } as const;

/**
 * Audits every cluster of the subscriptions by the inline engine, over a store in memory: a run that
 * is compared with nothing and leaves nothing behind.
 */
export async function auditLive(options: LiveAuditOptions): Promise<LiveAudit> {
  const { azure, subscriptions, wanted, policy = defaultPolicy, kubernetes, onSnapshot } = options;
  const { takenAt, verify, signal, onProgress = () => undefined } = options;
  const { name, unverified } = azure.cloud;
  const problems = unverified.map((what) => `${name}: not verified: ${what}`);
  const outcomes: SubscriptionOutcome[] = [];
  const results = new Map<string, string>();
  let total = 0;
  const fleet = liveFleet(azure, {
    subscriptions,
    onProblems(lines, { subscription, cluster }) {
      const of = subscription?.name ?? cluster ?? '';
      problems.push(...lines.map((line) => `${of}: ${line}`));
    },
    onSubscription(outcome, clusters) {
      outcomes.push(outcome);
      if (clusters === undefined) return;
      total += clusters;
      onProgress({ done: 0, total, label: `${outcome.name ?? outcome.id}: ${clusters} clusters` });
    },
    wanted,
    kubernetes,
    onSnapshot,
  });
  const deps: RunDeps = {
    storage: runStorage(memoryStore()),
    fleet: {
      ...fleet,
      async auditCluster(cluster, data, given) {
        const audited = await fleet.auditCluster(cluster, data, given);
        results.set(audited.name, audited.result);
        return audited;
      },
    },
    now: () => new Date(takenAt),
    log: logTo(() => undefined),
    worker: 'cli',
    policy,
    signal,
  };
  const request = { ...runOfCommand, verify };
  const report = await runInline(deps, request, ({ done, planned, cluster }) =>
    onProgress({
      done,
      total: planned,
      label: `${cluster}: ${results.get(cluster) ?? 'failed'}`,
    }),
  );
  return {
    clusters: (report?.clusters ?? []).toSorted(byClusterId),
    subscriptions: outcomes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    problems,
  };
}
