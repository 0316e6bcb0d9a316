import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, service } from '../report/builders.ts';
import { seeded } from './faults/random.ts';
import { fault } from './fleet.ts';
import { hourMs, simulatedNotifier } from './simulated-notifier.ts';

export interface Churned {
  /** What shows in the channel on each day after the baseline: replies that are shown there too are. */
  readonly days: readonly {
    readonly digests: number;
    readonly criticals: number;
    readonly others: number;
  }[];
  readonly messages: number;
}

/**
 * A fleet in which a part of the clusters changes in every run: a critical comes, or one goes. Four
 * runs a day; the messages of each day are counted.
 */
export async function churned(clusters: number, part: number, days: number): Promise<Churned> {
  const random = seeded(clusters);
  const it = simulatedNotifier({ budgetMs: 600_000 });
  const open = new Set<number>(Array.from({ length: clusters / 50 }, (_, at) => at * 50));
  const closing = new Set<number>();
  const coming = new Set<number>();
  const names = Array.from({ length: clusters }, (_, at) => `aks-${String(at).padStart(4, '0')}`);
  const fleet = (): readonly ClusterReport[] =>
    names.map((name, at) => {
      const known = open.has(at) || closing.has(at);
      const state = closing.has(at) ? 'resolved' : coming.has(at) ? 'new' : 'open';
      return cluster({
        name,
        services: [service()],
        findings: known ? [fault(`x${at}`, { state })] : [],
      });
    });
  await it.run(fleet());
  const counts: Churned['days'][number][] = [];
  for (let day = 0; day < days; day += 1) {
    const before = new Set(it.messages().map(({ ts }) => ts));
    for (let run = 0; run < 4; run += 1) {
      it.time.nowMs += 6 * hourMs;
      closing.clear();
      coming.clear();
      for (let change = 0; change < clusters * part; change += 1) {
        const at = Math.floor(random() * clusters);
        if (open.delete(at)) closing.add(at);
        else if (!closing.has(at)) {
          open.add(at);
          coming.add(at);
        }
      }
      await it.run(fleet());
    }
    const fresh = it.messages().filter(({ ts, threadTs, sent }) => {
      const inChannel = threadTs === undefined || sent.get('reply_broadcast') === 'true';
      return inChannel && !before.has(ts);
    });
    const about = (kind: string): number =>
      fresh.filter(({ metadata }) => JSON.stringify(metadata).includes(`"kind":"${kind}"`)).length;
    const [digests, criticals] = [about('digest'), about('critical')];
    counts.push({ digests, criticals, others: fresh.length - digests - criticals });
  }
  return { days: counts, messages: it.messages().length };
}
