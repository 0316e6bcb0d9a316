import type { Report } from '../../report/index.ts';
import type { Plan } from '../../history/index.ts';
import { auditOne } from './audit-one.ts';
import type { RunDeps } from './deps.ts';
import { planRun, type RunRequest } from './plan-run.ts';
import { pooled } from './pooled.ts';
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

/** What is left of a planned run: clusters without a result, and the seal. */
export async function finishInline(
  deps: RunDeps,
  plan: Plan,
  onProgress: (progress: InlineProgress) => void = () => undefined,
): Promise<Report | undefined> {
  let done = 0;
  await pooled(plan.clusters, clustersAtOnce, async ({ id, name }) => {
    await auditOne(deps, plan, id);
    done += 1;
    onProgress({ done, planned: plan.clusters.length, cluster: name });
  });
  return (await seal(deps, plan.runId)) ?? (await deps.storage.readReport(plan.runId));
}
