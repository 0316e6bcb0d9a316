import pLimit from 'p-limit';
import type { Azure } from '../../audit/azure.ts';
import { planSubscriptions } from '../../audit/subscriptions.ts';
import type { Targets } from '../../audit/targets.ts';
import { compareText } from '../../model/index.ts';
import { probeCluster, probeSubscription, type ClusterProbe } from './probe.ts';
import { preflightRows, type PreflightRow } from './rows.ts';

export interface CheckOptions {
  /** Called when clusters become known and after each of them. */
  readonly onProgress?: (done: number, total: number, label: string) => void;
  readonly signal?: AbortSignal;
}

export interface CheckedAccess {
  readonly rows: readonly PreflightRow[];
  /** Names that no cluster has. */
  readonly missing: readonly string[];
  /** Every subscription was listed, and none of the named clusters is there. */
  readonly nothingFound: boolean;
}

/** Tries everything that an audit would read, as whoever `azure` is, and no more of it than needed. */
export async function checkAccess(
  azure: Azure,
  targets: Targets,
  { onProgress, signal }: CheckOptions,
): Promise<CheckedAccess> {
  const plan = await planSubscriptions(azure, targets.subscriptions, signal);
  const clusters: ClusterProbe[] = [];
  let total = 0;
  const oneOfFour = pLimit(4);
  const oneOfEight = pLimit(8);
  const report = (label: string): void => onProgress?.(clusters.length, total, label);
  const subscriptions = await Promise.all(
    plan.subscriptions.map((subscription) =>
      oneOfFour(async () => {
        const probed = await probeSubscription(azure, subscription, signal);
        const found = probed.clusters.kind === 'read' ? probed.clusters.value : [];
        const chosen = found.filter(targets.wanted);
        total += chosen.length;
        report(`${subscription.name}: ${chosen.length} clusters`);
        await Promise.all(
          chosen.map((cluster) =>
            oneOfEight(async () => {
              clusters.push(await probeCluster(azure, cluster, signal));
              report(cluster.name);
            }),
          ),
        );
        return probed;
      }),
    ),
  );
  const missing = targets.missing(clusters.map(({ cluster }) => cluster));
  const isListed = subscriptions.every((each) => each.clusters.kind === 'read');
  const rows = preflightRows({
    subscriptions: subscriptions.toSorted((a, b) => compareText(a.name, b.name)),
    clusters: clusters.toSorted((a, b) => compareText(a.cluster.id, b.cluster.id)),
    outcomes: plan.outcomes,
  });
  const nothingFound =
    missing.length > 0 && clusters.length === 0 && isListed && plan.outcomes.length === 0;
  return { rows, missing, nothingFound };
}
