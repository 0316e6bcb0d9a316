import { indexed, type Indexed } from '../changes.ts';
import type { Report } from '../../report/report.ts';
import type { Routing, Target } from '../routing/routing.ts';
import type { Placed } from '../urgency.ts';

/** Where sealed reports of whole runs are read; the last 60 must be there. */
export interface ReportSource {
  /** The newest sealed run that the timer started. */
  readonly newest: () => Promise<Report | undefined>;
  readonly read: (runId: string) => Promise<Report | undefined>;
}

/** Reports and routing as they are during one tick; every report is read and indexed once. */
export interface World {
  readonly routing: Routing;
  readonly newest: () => Promise<Indexed | undefined>;
  readonly run: (runId: string | undefined) => Promise<Indexed | undefined>;
  readonly target: (id: string) => Target | undefined;
  readonly hears: (target: Target) => (placed: Placed) => boolean;
}

export function worldOf(reports: ReportSource, routing: Routing): World {
  const runs = new Map<string, Promise<Indexed | undefined>>();
  let newest: Promise<Indexed | undefined> | undefined;
  const heard = new WeakMap<Placed, readonly string[]>();
  const of = (placed: Placed): readonly string[] => {
    const known = heard.get(placed);
    if (known !== undefined) return known;
    const ids = routing.of(placed);
    heard.set(placed, ids);
    return ids;
  };
  const read = async (runId: string): Promise<Indexed | undefined> => {
    const last = await newest;
    if (last?.report.run.id === runId) return last;
    const report = await reports.read(runId);
    return report === undefined ? undefined : indexed(report);
  };
  return {
    routing,
    newest: () => (newest ??= reports.newest().then((report) => report && indexed(report))),
    async run(runId) {
      if (runId === undefined) return undefined;
      const known = runs.get(runId) ?? read(runId);
      runs.set(runId, known);
      return await known;
    },
    target: (id) => routing.targets.find((target) => target.id === id),
    hears: (target) => (placed) => of(placed).includes(target.id),
  };
}
