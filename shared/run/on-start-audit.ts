import type { Report } from '../report/index.ts';
import type { Plan } from '../state/index.ts';
import { finishInline } from './engine/inline.ts';
import { planRun, type RunRequest } from './engine/plan-run.ts';
import { startQueued } from './engine/queue-run.ts';
import type { HttpAnswer, HttpQuestion } from './http/answer.ts';
import { startAudit } from './http/audits.ts';
import { refusePrincipal } from './http/principal.ts';
import { failureFields, type Log } from './log.ts';
import { auditQueue, wire } from './run-deps.ts';
import { openService, type Service } from './service.ts';
import { theWorld } from './world.ts';

/** Below the 230 s after which Azure gives up on an answer. */
const longestWaitMs = 200_000;

/** `POST /api/audits` of this app. */
export async function onStartAudit(question: HttpQuestion, log: Log): Promise<HttpAnswer> {
  const { env, now } = theWorld();
  const refusal = refusePrincipal(question, env, 'Audit.Run');
  if (refusal !== undefined) return refusal;
  const service = await openService();
  return await startAudit(question, {
    now,
    start: (request, wait) => start(service, log, request, wait),
  });
}

async function start(
  service: Service,
  log: Log,
  request: RunRequest,
  wait: boolean,
): Promise<{ readonly plan: Plan; readonly report?: Report }> {
  const { deps } = wire(service, log.with({ run: request.runId }));
  if (!wait && service.settings.engine === 'queue')
    return { plan: await startQueued({ ...deps, queue: await auditQueue(service) }, request) };
  const plan = await planRun(deps, request);
  const work = finishInline(deps, plan).catch((error: unknown) => {
    log.error('run broke off', { run: plan.runId, ...failureFields(error) });
    return undefined;
  });
  if (!wait) return { plan };
  const report = await Promise.race([work, late()]);
  return { plan, ...(report !== undefined && { report }) };
}

/** What takes longer is answered with the place to ask again. */
function late(): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), longestWaitMs).unref();
  });
}
