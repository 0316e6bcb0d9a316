import { setTimeout as sleep } from 'node:timers/promises';
import { lineOf, ThrottledError } from '../../collect/live/index.ts';
import type { Report } from '../../report/index.ts';
import type { RunPlan } from '../../history/index.ts';
import { auditOne, notAudited } from './audit-one.ts';
import type { RunDeps } from './deps.ts';
import { planRun } from './plan-run.ts';
import { pooled } from './pooled.ts';
import type { RunRequest } from './run-request.ts';
import { seal } from './seal.ts';

export interface InlineProgress {
  readonly done: number;
  readonly planned: number;
  /** Name of the cluster that was audited last. */
  readonly cluster: string;
}

const clustersAtOnce = 8;

/** A whole run in this process: plan, audits, seal. The queue engine takes the same steps one by one. */
export async function runInline(
  deps: RunDeps,
  request: RunRequest,
  onProgress: (progress: InlineProgress) => void = () => undefined,
): Promise<Report | undefined> {
  const plan = await planRun(deps, request);
  return await finishInline(deps, plan, onProgress);
}

/** In one process a throttled cluster waits; its place among those under way is its pace. */
export async function untilNotThrottled(audit: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await audit();
      return;
    } catch (error) {
      if (!(error instanceof ThrottledError) || tries >= 3) throw error;
      await sleep(error.waitMs);
    }
}

/** What is left of a planned run: clusters without a result, and the seal. */
export async function finishInline(
  deps: RunDeps,
  plan: RunPlan,
  onProgress: (progress: InlineProgress) => void = () => undefined,
): Promise<Report | undefined> {
  let done = 0;
  await pooled(plan.clusters, clustersAtOnce, async (cluster) => {
    const { id, name } = cluster;
    const { signal, storage } = deps;
    const leave = async (reason: string): Promise<void> =>
      void (await storage.putResult(plan.runId, notAudited(cluster, reason)));
    if (signal?.aborted === true) await leave(`not audited: ${lineOf(signal.reason)}`);
    else
      try {
        await untilNotThrottled(() => auditOne(deps, plan, id));
      } catch (error) {
        if (!(error instanceof ThrottledError)) throw error;
        // One throttled cluster must not end the run of all others; its findings stay, stale.
        await leave(`throttled: ${error.message}`);
      }
    done += 1;
    onProgress({ done, planned: plan.clusters.length, cluster: name });
  });
  return (await seal(deps, plan.runId)) ?? (await deps.storage.readReport(plan.runId));
}
