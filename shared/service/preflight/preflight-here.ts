import { atMost } from '../../collect/live/index.ts';
import { compareText } from '../../model/index.ts';
import { openDesk } from '../desk.ts';
import { InputError } from '../../audit/input-error.ts';
import { planSubscriptions } from '../../audit/subscriptions.ts';
import { targetsOf, type Named } from '../../audit/targets.ts';
import { probeCluster, probeSubscription, type ClusterProbe } from './probe.ts';
import { preflightRows, type PreflightRow } from './rows.ts';

export interface PreflightOptions extends Named {
  /** Called when clusters become known and after each of them. */
  readonly onProgress?: (done: number, total: number, label: string) => void;
  readonly signal?: AbortSignal;
}

export type Preflight =
  | { readonly kind: 'no-login'; readonly why: string }
  | {
      readonly kind: 'checked';
      readonly rows: readonly PreflightRow[];
      /** Names of `--cluster` that no cluster has. */
      readonly missing: readonly string[];
    };

/**
 * Tries everything that an audit would read, as the person's own login, and no more of it than needed.
 * @throws {InputError} for names that mean nothing, and where none of the named clusters is there.
 */
export async function preflightHere(options: PreflightOptions): Promise<Preflight> {
  const { onProgress, signal } = options;
  const targets = targetsOf(options);
  const { azure, noLogin } = openDesk();
  const plan = await planSubscriptions(azure, targets.subscriptions, signal);
  const clusters: ClusterProbe[] = [];
  let total = 0;
  const oneOfFour = atMost(4);
  const oneOfEight = atMost(8);
  const tell = (label: string): void => onProgress?.(clusters.length, total, label);
  const subscriptions = await Promise.all(
    plan.subscriptions.map((subscription) =>
      oneOfFour(async () => {
        const probed = await probeSubscription(azure, subscription, signal);
        const found = probed.clusters.kind === 'read' ? probed.clusters.value : [];
        const chosen = found.filter(targets.wanted);
        total += chosen.length;
        tell(`${subscription.name}: ${chosen.length} clusters`);
        await Promise.all(
          chosen.map((cluster) =>
            oneOfEight(async () => {
              clusters.push(await probeCluster(azure, cluster, signal));
              tell(cluster.name);
            }),
          ),
        );
        return probed;
      }),
    ),
  );
  const why = noLogin();
  if (why !== undefined) return { kind: 'no-login', why };
  const missing = targets.missing(clusters.map(({ cluster }) => cluster));
  const isListed = subscriptions.every((each) => each.clusters.kind === 'read');
  if (missing.length > 0 && clusters.length === 0 && isListed && plan.outcomes.length === 0)
    throw new InputError(
      `no cluster ${missing.join(', ')} was found; --cluster takes a name or an ARM id`,
    );
  const rows = preflightRows({
    subscriptions: subscriptions.toSorted((a, b) => compareText(a.name, b.name)),
    clusters: clusters.toSorted((a, b) => compareText(a.cluster.id, b.cluster.id)),
    outcomes: plan.outcomes,
  });
  return { kind: 'checked', rows, missing };
}
