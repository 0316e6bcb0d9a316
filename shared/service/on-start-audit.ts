import type { Report } from '../report/index.ts';
import type { RunPlan } from '../history/index.ts';
import type { RunDeps } from './engine/deps.ts';
import { finishInline } from './engine/inline.ts';
import { longestRunMs } from './engine/outline.ts';
import { planRun } from './engine/plan-run.ts';
import { startQueued } from './engine/queue-run.ts';
import type { RunRequest } from './engine/run-request.ts';
import type { HttpResponse, HttpRequest } from './http/response.ts';
import { startAudit } from './http/audits.ts';
import { refusePrincipal } from './http/principal.ts';
import { failureFields, type Log } from '../audit/log.ts';
import { auditQueue, wire } from './run-deps.ts';
import type { Service } from './service.ts';
import type { App } from './app.ts';
import { perOwner } from './per-owner.ts';

/** Below the 230 s after which Azure gives up on an answer; counted from the request. */
const longestWaitMs = 200_000;

/** `POST /api/audits` of this app. */
export async function onStartAudit(
  app: App,
  request: HttpRequest,
  log: Log,
): Promise<HttpResponse> {
  const late = deadline(longestWaitMs);
  const refusal = refusePrincipal(request, app.context.env, 'Audit.Run');
  if (refusal !== undefined) return refusal;
  const service = await app.service();
  const { now } = service.context;
  return await startAudit(request, {
    now,
    openRuns: () => service.storage.openRuns(),
    async takeSlot(runId) {
      // Planned and no longer open: it is done, and its report is there.
      if ((await service.storage.readPlan(runId)) !== undefined) return true;
      const time = now();
      const until = new Date(time.getTime() + longestRunMs).toISOString();
      return await service.storage.takeSlot({ runId, now: time.toISOString(), until });
    },
    async start(run, wait) {
      const runs = runsOf(app);
      const known = runs.get(run.runId);
      const { plan, report } =
        known ?? beginRun(runs, service, log.with({ run: run.runId }), run, wait);
      const planned = await Promise.race([plan, late]);
      const done = wait && planned !== undefined ? await Promise.race([report(), late]) : undefined;
      return { plan: planned, report: done };
    },
  });
}

/** A run that this process works on. */
interface BegunRun {
  /** `undefined`: its subscriptions are still being listed. */
  readonly plan: Promise<RunPlan | undefined>;
  /** Audits what has no result yet; asked for by several, it is done once. */
  readonly report: () => Promise<Report | undefined>;
}

const runsOf = perOwner<BegunRun>();

function beginRun(
  runs: Map<string, BegunRun>,
  service: Service,
  log: Log,
  request: RunRequest,
  wait: boolean,
): BegunRun {
  const { runId } = request;
  const { deps } = wire(service, log);
  const here = wait || service.settings.engine === 'inline';
  const planHere = (): Promise<RunPlan> => planRun(deps, request);
  const plan = here ? planHere() : planByQueue(service, deps, request);
  const forget = (): void => void runs.delete(runId);
  let work: Promise<Report | undefined> | undefined;
  const report = (): Promise<Report | undefined> =>
    (work ??= plan
      .then(async (made) => await finishInline(deps, made ?? (await planHere())))
      .catch((error: unknown) => {
        log.error('run broke off', failureFields(error));
        return undefined;
      })
      .finally(forget));
  const begun = { plan, report };
  runs.set(runId, begun);
  if (here) void report();
  else void plan.then(forget, forget);
  return begun;
}

async function planByQueue(
  service: Service,
  deps: RunDeps,
  request: RunRequest,
): Promise<RunPlan | undefined> {
  // Somebody else's: its messages are sent, or will be by the sweeper.
  const known = await service.storage.readPlan(request.runId);
  if (known !== undefined) return known;
  return await startQueued({ ...deps, queue: await auditQueue(service) }, request);
}

function deadline(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
}
