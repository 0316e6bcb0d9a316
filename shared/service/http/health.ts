import { StorageError, within } from '../../history/index.ts';
import type { RunStorage } from '../engine/deps.ts';
import { InputError } from '../../audit/input-error.ts';
import type { Service } from '../service.ts';
import { slotAtOrBefore } from '../schedule.ts';
import { version } from '../../audit/version.ts';
import { answerJson, type HttpResponse } from './response.ts';

/** Why something is not as it should be, in words that tell a stranger nothing. */
type Degraded =
  'settings' | 'storage' | 'no-run-yet' | 'run-overdue' | 'policy' | 'subscriptions-unread';

export interface HealthDeps {
  readonly open: () => Promise<Service>;
  readonly now: () => Date;
  /** For the whole answer. */
  readonly deadlineMs?: number;
  /** Hears of what the answer says in one word only. */
  readonly onFailure?: (error: unknown) => void;
}

/** A prober waits no longer. */
const healthDeadlineMs = 5000;

/** The newest run may be so much older than the newest slot: a run takes time. */
const graceMs = 3 * 3_600_000;

/**
 * `GET /api/health`: anonymous and cheap. 200 while reports are made, 503 where they cannot be; the
 * reasons are single words, and the log has the rest.
 */
export async function healthAnswer(deps: HealthDeps): Promise<HttpResponse> {
  try {
    const state = await within(deps.deadlineMs ?? healthDeadlineMs, async () =>
      serviceHealth(await deps.open(), deps.now()),
    );
    return answer(200, state);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    deps.onFailure?.(error);
    return answer(503, { degraded: [reason] });
  }
}

function reasonOf(error: unknown): Degraded | undefined {
  if (error instanceof InputError) return 'settings';
  return error instanceof StorageError ? 'storage' : undefined;
}

interface Health {
  readonly degraded: readonly Degraded[];
  readonly lastRun?: { readonly id: string; readonly ageSeconds: number };
  readonly openRuns?: number;
  /** Some cluster was not read for want of a right; `evenkeel preflight` names which. Reports are made all the same. */
  readonly rightsMissing?: boolean;
}

/** What `GET /api/health` says, for whoever is inside. */
export async function serviceHealth({ settings, storage }: Service, now: Date): Promise<Health> {
  const [last] = await storage.sealedRuns(1);
  const openRuns = (await storage.openRuns()).length;
  if (last === undefined) return { degraded: ['no-run-yet'], openRuns };
  const slot = slotAtOrBefore(settings.schedule, now);
  const late = slot.getTime() - Date.parse(last.startedAt) > graceMs;
  return {
    degraded: [
      ...(late ? (['run-overdue'] as const) : []),
      ...(await notesOf(storage, last.runId)),
    ],
    ...(last.lacksRights && { rightsMissing: true }),
    lastRun: {
      id: last.runId,
      ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(last.sealedAt)) / 1000)),
    },
    openRuns,
  };
}

/** What the plan of the last run says of its policy and subscriptions. */
async function notesOf(storage: RunStorage, runId: string): Promise<readonly Degraded[]> {
  const plan = await storage.readPlan(runId);
  return [
    ...(plan?.notes.some((note) => note.startsWith('policy')) === true ? ['policy' as const] : []),
    ...(plan?.subscriptions.some(({ listed }) => !listed) === true
      ? ['subscriptions-unread' as const]
      : []),
  ];
}

function answer(status: number, health: Health): HttpResponse {
  return answerJson(
    status,
    {
      version,
      status: status === 200 ? (health.degraded.length === 0 ? 'ok' : 'degraded') : 'down',
      ...health,
    },
    { 'cache-control': 'no-store' },
  );
}
