import { indexed, type Indexed } from '../changes.ts';
import type { Report } from '../../report/report.ts';
import type { Routing, SlackTarget } from '../routing/routing.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';

/** Where sealed reports of whole runs are read; those of the last two weeks must be there. */
export interface ReportSource {
  /** Id of the newest sealed run of the whole fleet. Asked in every tick: a row, not a report. */
  readonly newestRun: () => Promise<string | undefined>;
  readonly read: (runId: string) => Promise<Report | undefined>;
}

/** Reports and routing as they are during one tick; every report is read and indexed once. */
export interface MessageContext {
  readonly routing: Routing;
  readonly newestRun: () => Promise<string | undefined>;
  readonly newest: () => Promise<Indexed | undefined>;
  readonly run: (runId: string | undefined) => Promise<Indexed | undefined>;
  readonly target: (id: string) => SlackTarget | undefined;
  readonly hears: (target: SlackTarget) => (placed: ClusterFinding) => boolean;
}

/** The context of one tick. */
export function messageContext(reports: ReportSource, routing: Routing): MessageContext {
  const runs = new Map<string, Promise<Indexed | undefined>>();
  let newestRun: Promise<string | undefined> | undefined;
  const recipients = new WeakMap<ClusterFinding, readonly string[]>();
  const of = (placed: ClusterFinding): readonly string[] => {
    const known = recipients.get(placed);
    if (known !== undefined) return known;
    const ids = routing.of(placed);
    recipients.set(placed, ids);
    return ids;
  };
  const run: MessageContext['run'] = async (runId) => {
    if (runId === undefined) return undefined;
    const known = runs.get(runId) ?? read(reports, runId);
    runs.set(runId, known);
    return await known;
  };
  const newestId = (): Promise<string | undefined> => (newestRun ??= reports.newestRun());
  return {
    routing,
    newestRun: newestId,
    newest: async () => await run(await newestId()),
    run,
    target: (id) => routing.targets.find((target) => target.id === id),
    hears: (target) => (placed) => of(placed).includes(target.id),
  };
}

async function read(reports: ReportSource, runId: string): Promise<Indexed | undefined> {
  const report = await reports.read(runId);
  return report === undefined ? undefined : indexed(report);
}
