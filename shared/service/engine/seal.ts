import { applyPolicy, isScanned } from '../../policy/index.ts';
import { buildReport, type ClusterReport, type Report } from '../../report/index.ts';
import { ruleSlices } from '../../rules/index.ts';
import {
  decodeState,
  diff,
  encodeState,
  unseenClusters,
  type RunPlan,
  type SealInputs,
} from '../../history/index.ts';
import { version } from '../../audit/version.ts';
import { notAudited } from './audit-one.ts';
import { perOwner } from '../per-owner.ts';
import { confirmDeleted } from './confirm-deleted.ts';
import type { RunDeps } from './deps.ts';
import { policyOfRun } from './run-policy.ts';

/** Seals that this process is at: its lease does not hold it off from itself. */
const sealsOf = perOwner<Promise<unknown>>();

/**
 * Seals a run: the report of what came in time, with what is new, open, resolved or unseen since the
 * last sealed run. However often it is called, one report comes out. While this process seals it,
 * another call waits: each would read all results.
 * @returns The report, where this call made it; `undefined` where another does or did.
 */
export async function seal(deps: RunDeps, runId: string): Promise<Report | undefined> {
  const { storage, worker } = deps;
  const key = `${worker} ${runId}`;
  const seals = sealsOf(storage);
  const other = seals.get(key);
  if (other !== undefined) {
    // Where it fails, its own caller comes back.
    await Promise.allSettled([other]);
    return undefined;
  }
  const own = sealOnce(deps, runId);
  seals.set(key, own);
  try {
    return await own;
  } finally {
    seals.delete(key);
  }
}

async function sealOnce(deps: RunDeps, runId: string): Promise<Report | undefined> {
  const { storage, worker, now, announce } = deps;
  const sealed = await storage.sealRun(runId, {
    taker: worker,
    now: now().toISOString(),
    work: (inputs) => closeOf(deps, inputs),
    announce,
  });
  return sealed.kind === 'sealed' ? sealed.report : undefined;
}

async function closeOf(
  deps: RunDeps,
  inputs: SealInputs<ClusterReport>,
): Promise<{ readonly report: Report; readonly state?: string }> {
  const { plan, closing } = inputs;
  const results: ClusterReport[] = [];
  for await (const result of inputs.results) results.push(result);
  const seen = new Set(results.map(({ id }) => id));
  const late = new Set(inputs.missing);
  for (const cluster of plan.clusters)
    if (!seen.has(cluster.id))
      results.push(
        notAudited(
          cluster,
          late.has(cluster)
            ? 'no result before the run was closed'
            : 'its stored audit result cannot be read',
        ),
      );
  // An audit of a part is compared with nothing: what it did not look at is not gone.
  if (!plan.fleet) return { report: reportOf(plan, closing.sealedAt, results) };
  const previous = decodeState(inputs.previous);
  const policy = await policyOfRun(deps, plan.runId);
  const tags = new Map(plan.clusters.map((cluster) => [cluster.id, cluster.tags]));
  const before = previous.kind === 'state' ? previous.state : undefined;
  const { unseen, excluded } = unseenClusters(before, plan, (cluster) =>
    isScanned(policy, { ...cluster, tags: new Map() }),
  );
  const { clusters, history, state } = diff(
    before,
    [
      ...results,
      ...(await confirmDeleted(deps, plan.runId, unseen)).map(({ cluster, result, reason }) => ({
        ...notAudited(cluster, reason),
        result,
      })),
    ],
    {
      runId: plan.runId,
      startedAt: plan.startedAt,
      now: closing.sealedAt,
      excluded,
      rules: ruleSlices,
      judge: (cluster) =>
        applyPolicy(policy, cluster, closing.sealedAt, {
          tags: new Map(Object.entries(tags.get(cluster.id) ?? {})),
        }),
    },
  );
  const report = reportOf(plan, closing.sealedAt, clusters, {
    history,
    notes: [...plan.notes, ...notesOf(previous)],
  });
  return previous.kind === 'newer' ? { report } : { report, state: encodeState(state) };
}

function reportOf(
  plan: RunPlan,
  sealedAt: string,
  clusters: readonly ClusterReport[],
  more: { readonly history?: Report['history']; readonly notes?: readonly string[] } = {},
): Report {
  const { history, notes = plan.notes } = more;
  return buildReport({
    version,
    run: {
      id: plan.runId,
      trigger: plan.trigger,
      startedAt: plan.startedAt,
      finishedAt: sealedAt,
      ...(notes.length > 0 && { notes }),
    },
    planned: plan.clusters.length,
    clusters,
    history,
  });
}

function notesOf(previous: ReturnType<typeof decodeState>): readonly string[] {
  return previous.kind === 'state' || previous.kind === 'none' ? [] : [previous.why];
}
