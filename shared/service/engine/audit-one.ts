import { ThrottledError } from '../../collect/live/index.ts';
import type { ManagedCluster } from '../../model/index.ts';
import type { ClusterReport } from '../../report/index.ts';
import type { RunPlan, PlannedCluster, Stored } from '../../history/index.ts';
import { decodeRows } from '../codec.ts';
import { nothingBefore, type ObservedBefore } from '../../findings/index.ts';
import { failureFields } from '../../audit/log.ts';
import { nothingJudged } from '../../audit/nothing-judged.ts';
import { observedState } from '../../audit/observed-state.ts';
import { version } from '../../audit/version.ts';
import type { RunDeps } from './deps.ts';
import type { SubscriptionData } from '../../audit/fleet.ts';
import { dataNameOf } from './list-subscription.ts';
import { readOnce } from './read-once.ts';
import { policyOfRun } from './run-policy.ts';

/** A cluster that takes longer is a cluster that does not answer. */
const longestAuditMs = 120_000;

/**
 * Audits one cluster of a run and keeps what came of it. Whatever goes wrong with the cluster is its
 * result; storage that fails is an error, and the same call may then be made again.
 * @throws {ThrottledError} where a service asks to come back later: then, too.
 */
export async function auditOne(
  deps: RunDeps,
  plan: RunPlan,
  clusterId: string,
): Promise<Stored | 'known'> {
  const { storage } = deps;
  const cluster = plan.clusters.find(({ id }) => id === clusterId);
  if (cluster === undefined) return 'dropped';
  const known = await storage.readResult(plan.runId, clusterId);
  if (known !== undefined) {
    // Whoever wrote it may have been killed before it was counted, and the run would wait for it.
    await storage.putResult(plan.runId, known);
    return 'known';
  }
  const { report, observed } = await audited(deps, plan, cluster);
  const stored = await storage.putResult(plan.runId, readable(cluster, report));
  if (observed !== undefined)
    await storage
      .putObserved(clusterId, observed)
      .catch((error: unknown) => deps.log.warn('observations not kept', failureFields(error)));
  return stored;
}

/** Less than what can be read back: findings that are kept from earlier runs come on top. */
const largestResult = 48 * 1024 * 1024;

/** A result that is too large to be read back would spoil the whole run: it costs its own cluster. */
function readable(cluster: PlannedCluster, report: ClusterReport): ClusterReport {
  const bytes = Buffer.byteLength(JSON.stringify(report));
  return bytes <= largestResult
    ? report
    : notAudited(
        cluster,
        `too-large: the result has ${Math.ceil(bytes / 1024 / 1024)} MB, more than ${largestResult / 1024 / 1024} MB`,
      );
}

/** What a run says of a cluster that it could not audit, for a reason of its own. */
export function notAudited(
  { id, name, subscriptionId }: Pick<PlannedCluster, 'id' | 'name' | 'subscriptionId'>,
  reason: string,
): ClusterReport {
  return nothingJudged(
    { id, name, ...(subscriptionId !== undefined && { subscriptionId }) },
    { result: 'failed', reason },
  );
}

/** Versions that differ in more than their last number may keep things in another form. */
function formOf(anyVersion: string): string {
  return anyVersion.split('.').slice(0, 2).join('.');
}

interface Audited {
  readonly report: ClusterReport;
  /** For the cluster's next audit. */
  readonly observed?: ObservedBefore;
}

async function audited(deps: RunDeps, plan: RunPlan, planned: PlannedCluster): Promise<Audited> {
  if (formOf(plan.engineVersion) !== formOf(version))
    return {
      report: notAudited(
        planned,
        `Evenkeel was updated from ${plan.engineVersion} to ${version} during this run; the next one audits it`,
      ),
    };
  const data = await subscriptionData(deps, plan.runId, planned.subscriptionId ?? '');
  const cluster = data && clusterOf(data, planned.id);
  if (data === undefined || cluster === undefined)
    return {
      report: notAudited(
        planned,
        'the resource lists of its subscription were not stored with the run',
      ),
    };
  // What earlier runs observed saves questions and keeps words; without it the audit is as good.
  const before = await deps.storage.readObserved(cluster.id).catch(() => undefined);
  const { leftovers = {}, ...known } = before ?? nothingBefore;
  const verify = plan.verify === true;
  try {
    const report = await deps.fleet.auditCluster(cluster, data, {
      takenAt: plan.startedAt,
      policy: await policyOfRun(deps, plan.runId),
      verify,
      before: { ...known, ...(plan.trigger === 'timer' && { leftovers }) },
      signal: AbortSignal.any([
        AbortSignal.timeout(verify ? 2 * longestAuditMs : longestAuditMs),
        ...(deps.signal === undefined ? [] : [deps.signal]),
      ]),
    });
    return {
      report,
      ...(report.services.length > 0 && {
        observed: observedState(report, known, plan.startedAt),
      }),
    };
  } catch (error) {
    if (error instanceof ThrottledError) throw error;
    deps.log.error('audit failed', {
      run: plan.runId,
      cluster: planned.name,
      ...failureFields(error),
    });
    return { report: notAudited(planned, 'internal error in Evenkeel; see the log') };
  }
}

function clusterOf({ clusters }: SubscriptionData, id: string): ManagedCluster | undefined {
  return clusters.kind === 'read' ? clusters.value.find((each) => each.id === id) : undefined;
}

/** Clusters come in turns of their subscription: two or three are in use where one ends. */
const subscriptionOnce = readOnce<SubscriptionData | undefined>(4);

/** The lists of a subscription, as the plan of the run kept them. */
function subscriptionData(
  { storage }: RunDeps,
  runId: string,
  subscriptionId: string,
): Promise<SubscriptionData | undefined> {
  const name = dataNameOf(subscriptionId);
  return subscriptionOnce(storage, `${runId} ${name}`, async () => {
    const text = await storage.readData(runId, name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this module's own writer put it there
    return text === undefined ? undefined : (decodeRows(text) as SubscriptionData);
  });
}
