import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isRunId, type Plan, type Progress } from '../../state/index.ts';
import type { Report } from '../../report/index.ts';
import type { RunRequest } from '../engine/plan-run.ts';
import { answerJson, refuse, type HttpAnswer, type HttpQuestion } from './answer.ts';
import { reportAnswer } from './report.ts';

/** What the route does with a request that is in order. */
export interface AuditStarter {
  /** Writes the plan, and has the rest done; `wait` = by the time this returns, or the deadline. */
  readonly start: (
    request: RunRequest,
    wait: boolean,
  ) => Promise<{ readonly plan: Plan; readonly report?: Report }>;
  readonly now: () => Date;
}

const largestBody = 64 * 1024;
const mostNames = 200;
const name = z.string().trim().min(1).max(1024);

const bodyShape = z
  .strictObject({
    clusters: z.array(name).max(mostNames).optional(),
    subscriptions: z.array(name).max(mostNames).optional(),
    notify: z.boolean().optional(),
    wait: z.boolean().optional(),
  })
  .refine(
    ({ clusters = [], subscriptions = [] }) => clusters.length + subscriptions.length > 0,
    'name clusters or subscriptions: {"clusters": ["aks-app"]}; the whole fleet is the timer\'s',
  );

/** `POST /api/audits`: an audit now of named clusters or subscriptions. Slack hears of it only by `notify`. */
export async function startAudit(
  question: HttpQuestion,
  starter: AuditStarter,
): Promise<HttpAnswer> {
  const body = await bodyOf(question);
  if ('status' in body) return body;
  const wait = body.wait ?? isTrue(question, 'wait');
  const notify = body.notify ?? isTrue(question, 'notify');
  const { clusters, subscriptions } = body;
  if (wait && (clusters?.length !== 1 || subscriptions !== undefined))
    return refuse(
      400,
      'bad-request',
      'wait=true takes exactly one cluster; ask without it for more',
    );
  const { plan, report } = await starter.start(
    {
      runId: runIdOf(body, starter.now()),
      trigger: 'http',
      notify,
      ...(clusters !== undefined && { clusters }),
      ...(subscriptions !== undefined && { subscriptions }),
    },
    wait,
  );
  if (plan.clusters.length === 0) return nothingToAudit(plan);
  if (report !== undefined)
    return await reportAnswer(asReportQuestion(question), { read: () => Promise.resolve(report) });
  const location = `/api/audits/${encodeURIComponent(plan.runId)}`;
  return answerJson(
    202,
    { id: plan.runId, planned: plan.clusters.length, progress: location },
    { location, 'retry-after': '5' },
  );
}

/** What is left of the parameters says how the report is to look. */
function asReportQuestion(question: HttpQuestion): HttpQuestion {
  const query = new URLSearchParams(question.query);
  query.delete('wait');
  query.delete('notify');
  const { method, url, headers, params } = question;
  return { method, url, headers, query, params, text: () => question.text() };
}

/** Nothing was found by the names: a mistake of the caller, or subscriptions that cannot be read. */
function nothingToAudit({ subscriptions }: Plan): HttpAnswer {
  const unread = subscriptions.filter(({ listed }) => !listed);
  if (unread.length === 0)
    return refuse(
      404,
      'no-such-cluster',
      'no cluster of that name or id, and no subscription with clusters, is visible',
    );
  const whys = unread.slice(0, 3).map(({ id, why = 'not read' }) => `${id}: ${why}`);
  return refuse(502, 'subscriptions-unread', `subscriptions could not be read: ${whys.join('; ')}`);
}

type Body = z.infer<typeof bodyShape>;

async function bodyOf(question: HttpQuestion): Promise<Body | HttpAnswer> {
  const length = Number(question.headers.get('content-length') ?? 0);
  const tooLarge = refuse(413, 'too-large', `the body is larger than ${largestBody} bytes`);
  if (length > largestBody) return tooLarge;
  const text = await question.text();
  if (text.length > largestBody) return tooLarge;
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return refuse(400, 'bad-request', 'the body is no JSON: {"clusters": ["aks-app"]}');
  }
  const parsed = bodyShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  return refuse(400, 'bad-request', `${at === '' ? '' : `${at}: `}${issue?.message ?? 'wrong'}`);
}

function isTrue({ query }: HttpQuestion, parameter: string): boolean {
  return query.get(parameter)?.toLowerCase() === 'true';
}

/** The same request within a second is the same run. */
function runIdOf(body: Body, now: Date): string {
  const second = now.toISOString().replace(/\.\d+Z$/u, 'Z');
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 8);
  return `${second.replaceAll(':', '').replaceAll('-', '')}-${hash}`;
}

export interface ProgressShelf {
  readonly readPlan: (runId: string) => Promise<Plan | undefined>;
  readonly progress: (runId: string) => Promise<Progress | undefined>;
  readonly isSealed: (runId: string) => Promise<boolean>;
}

/** `GET /api/audits/{id}`: how far a run is, and where its report will be. */
export async function auditProgress(
  { params }: HttpQuestion,
  shelf: ProgressShelf,
): Promise<HttpAnswer> {
  const runId = params['id'] ?? '';
  const plan = isRunId(runId) ? await shelf.readPlan(runId) : undefined;
  const progress = plan && (await shelf.progress(runId));
  if (plan === undefined || progress === undefined)
    return refuse(404, 'no-such-run', 'there is no run of that id');
  const sealed = await shelf.isSealed(runId);
  const { denied = 0, failed = 0, unreachable = 0 } = progress.byResult;
  return answerJson(
    200,
    {
      id: runId,
      state: sealed ? 'sealed' : progress.sealing ? 'sealing' : 'running',
      startedAt: plan.startedAt,
      planned: progress.planned,
      done: progress.done,
      failed: denied + failed + unreachable,
      ...(sealed && { report: `/api/report?run=${encodeURIComponent(runId)}` }),
    },
    sealed ? {} : { 'retry-after': '5' },
  );
}
