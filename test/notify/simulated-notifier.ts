import type { ComposeOptions } from '../../shared/notify/compose/materials.ts';
import { notify, type NotifyDeps } from '../../shared/notify/notify.ts';
import { memoryOutbox } from '../../shared/notify/outbox/memory-store.ts';
import type { Drained } from '../../shared/notify/outbox/drain-types.ts';
import type { OutboxStore } from '../../shared/notify/outbox/store.ts';
import { routing, type SlackConfig } from '../../shared/notify/routing/routing.ts';
import type { ClusterReport, Report, RunInfo } from '../../shared/report/report.ts';
import { buildReport } from '../../shared/report/index.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { reportUrl } from './inert.ts';
import { channel, workspace, type Posted, type Workspace } from './workspace.ts';

export const start = Date.parse('2026-11-23T06:00:00Z');
export const hourMs = 3_600_000;

/** Time that passes only when somebody sleeps or a test says so. */
interface VirtualTime {
  nowMs: number;
}

export interface SimulatedNotifier extends Workspace {
  readonly time: VirtualTime;
  readonly store: OutboxStore;
  readonly deps: NotifyDeps;
  /** Seals a run of these clusters at the time that it is. */
  readonly seal: (clusters: readonly ClusterReport[], planned?: number) => Report;
  readonly forget: (runId: string) => void;
  readonly tick: () => Promise<Drained>;
  /** Seals, then ticks. */
  readonly run: (clusters: readonly ClusterReport[], planned?: number) => Promise<Drained>;
  readonly messages: () => readonly Posted[];
  readonly topLevel: () => readonly Posted[];
  readonly replies: () => readonly Posted[];
}

export interface NotifierOptions {
  readonly config?: SlackConfig;
  readonly slack?: Partial<SimulatorOptions>;
  readonly options?: Partial<ComposeOptions>;
  readonly store?: OutboxStore;
  readonly budgetMs?: number;
}

/** Sealed runs, an outbox, a simulated Slack and a clock. */
export function simulatedNotifier(given: NotifierOptions = {}): SimulatedNotifier {
  const time: VirtualTime = { nowMs: start };
  const space = workspace({ ...given.slack, nowMs: () => time.nowMs }, { timeoutMs: 50 });
  const store = given.store ?? memoryOutbox();
  const reports = new Map<string, Report>();
  const deps: NotifyDeps = {
    store,
    sender: space.sender,
    routing: routing(given.config ?? { channel }),
    reports: {
      newestRun: async () => [...reports.keys()].at(-1),
      read: async (runId) => reports.get(runId),
    },
    clock: {
      nowMs: () => time.nowMs,
      async sleep(ms) {
        time.nowMs += ms;
      },
    },
    options: {
      reportUrl,
      interactive: false,
      budgetMs: given.budgetMs ?? 300_000,
      ...given.options,
    },
  };
  const seal: SimulatedNotifier['seal'] = (clusters, planned = clusters.length) => {
    const report = buildReport({ version: '0.1.0', run: runAt(time.nowMs), planned, clusters });
    reports.set(report.run.id, report);
    return report;
  };
  const tick = (): Promise<Drained> => notify(deps);
  const { messages } = space.simulator.slack;
  return {
    ...space,
    time,
    store,
    deps,
    seal,
    forget: (runId) => void reports.delete(runId),
    tick,
    async run(clusters, planned) {
      seal(clusters, planned);
      return await tick();
    },
    messages,
    topLevel: () => messages().filter((message) => !isReply(message)),
    replies: () => messages().filter(isReply),
  };
}

export function runAt(ms: number): RunInfo {
  const id = `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return {
    id,
    trigger: 'timer',
    startedAt: id,
    finishedAt: `${new Date(ms + 60_000).toISOString().slice(0, 19)}Z`,
  };
}

function isReply({ ts, threadTs }: Posted): boolean {
  return threadTs !== undefined && threadTs !== ts;
}
