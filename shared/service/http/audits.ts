import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isRunId, type OpenRun, type RunPlan, type Progress } from '../../history/index.ts';
import { compareText } from '../../model/index.ts';
import type { Report } from '../../report/index.ts';
import type { RunRequest } from '../engine/run-request.ts';
import { bodyText } from './body.ts';
import { answerJson, refuse, type HttpResponse, type HttpRequest } from './response.ts';
import { reportAnswer } from './report.ts';
import { readReportQuery } from './report-query.ts';

/** What the route does with a request that is in order. */
export interface AuditStarter {
  /**
   * Has the run done: planned, and with `wait` audited, by the time this returns. What is not there
   * yet when Azure's time for an answer is nearly over is left out.
   */
  readonly start: (
    request: RunRequest,
    wait: boolean,
  ) => Promise<{ readonly plan?: RunPlan | undefined; readonly report?: Report | undefined }>;
  /** Ids of runs that are not sealed. */
  readonly openRuns: () => Promise<readonly { readonly runId: string }[]>;
  /** A place among the runs that people asked for; false = there is none. */
  readonly takeSlot: (runId: string) => Promise<boolean>;
  readonly now: () => Date;
}

/** The same clusters are audited once in so long, however often somebody asks. */
const intervalMs = 5 * 60_000;

const largestBody = 64 * 1024;
const mostNames = 200;
const name = z.string().trim().min(1).max(1024);

const bodyShape = z
  .strictObject({
    clusters: z.array(name).max(mostNames).optional(),
    subscriptions: z.array(name).max(mostNames).optional(),
    notify: z.boolean().optional(),
    wait: z.boolean().optional(),
    verify: z.boolean().optional(),
  })
  .refine(
    ({ clusters = [], subscriptions = [] }) => clusters.length + subscriptions.length > 0,
    'specify clusters or subscriptions: {"clusters": ["aks-app"]}; the timer audits the whole fleet',
  );

/** `POST /api/audits`: an audit now of named clusters or subscriptions. Slack hears of it only by `notify`. */
export async function startAudit(
  request: HttpRequest,
  starter: AuditStarter,
): Promise<HttpResponse> {
  const wrong = wrongFlag(request);
  if (wrong !== undefined) return wrong;
  const body = await bodyOf(request);
  if ('status' in body) return body;
  const wait = body.wait ?? isTrueParameter(request, 'wait');
  const notify = body.notify ?? isTrueParameter(request, 'notify');
  const verify = body.verify ?? isTrueParameter(request, 'verify');
  const { clusters, subscriptions } = body;
  if (wait && (clusters?.length !== 1 || subscriptions !== undefined))
    return refuse(400, 'bad-request', 'wait=true works with exactly one cluster; omit it for more');
  // Once the audit is done it is too late to say that its report cannot be had so.
  const report = readReportQuery(asReportRequest(request));
  if ('status' in report && (wait || report.status === 400)) return report;
  const scope = scopeOf(body, notify, verify);
  const open = (await starter.openRuns()).filter(({ runId }) => isOnDemand(runId));
  const going = open.find(({ runId }) => runId.endsWith(`-${scope}`));
  const runId = going?.runId ?? runIdOf(scope, starter.now());
  if (going === undefined && !(await starter.takeSlot(runId)))
    return refuse(429, 'busy', 'ten requested audits are still in progress', {
      'retry-after': '60',
    });
  const { plan, report: done } = await starter.start(
    {
      runId,
      trigger: 'http',
      notify,
      ...(verify && { verify }),
      ...(clusters !== undefined && { clusters }),
      ...(subscriptions !== undefined && { subscriptions }),
    },
    wait,
  );
  if (plan?.clusters.length === 0) return nothingToAudit(plan);
  if (done !== undefined)
    return await reportAnswer(asReportRequest(request), { read: () => Promise.resolve(done) });
  // The same clusters by other names are already being audited.
  const id = plan?.runId ?? runId;
  const location = `/api/audits/${encodeURIComponent(id)}`;
  return answerJson(
    202,
    {
      id,
      ...(plan !== undefined && { startedAt: plan.startedAt, planned: plan.clusters.length }),
      progress: location,
    },
    { location, 'retry-after': '5' },
  );
}

/** What is left of the parameters says how the report is to look. */
function asReportRequest(request: HttpRequest): HttpRequest {
  const query = new URLSearchParams(request.query);
  query.delete('wait');
  query.delete('notify');
  query.delete('verify');
  const { method, url, headers, params } = request;
  return { method, url, headers, query, params, text: () => request.text() };
}

/** Nothing was found by the names: a mistake of the caller, or subscriptions that cannot be read. */
function nothingToAudit({ subscriptions }: RunPlan): HttpResponse {
  const unread = subscriptions.filter(({ listed }) => !listed);
  if (unread.length === 0)
    return refuse(
      404,
      'no-such-cluster',
      'no visible cluster with that name or ID, and no subscription with clusters',
    );
  const whys = unread.slice(0, 3).map(({ id, why = 'not read' }) => `${id}: ${why}`);
  return refuse(502, 'subscriptions-unread', `subscriptions could not be read: ${whys.join('; ')}`);
}

type AuditRequest = z.infer<typeof bodyShape>;

async function bodyOf(request: HttpRequest): Promise<AuditRequest | HttpResponse> {
  const text = await bodyText(request, largestBody);
  if (typeof text !== 'string') return text;
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return refuse(
      400,
      'bad-request',
      'the body is not valid JSON; expected {"clusters": ["aks-app"]}',
    );
  }
  const parsed = bodyShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  return refuse(400, 'bad-request', `${at === '' ? '' : `${at}: `}${issue?.message ?? 'wrong'}`);
}

/** Any other word than true and false was meant for something. */
function wrongFlag({ query }: HttpRequest): HttpResponse | undefined {
  const wrong = ['wait', 'notify', 'verify'].find(
    (flag) => !/^(?:true|false)?$/iu.test(query.get(flag) ?? ''),
  );
  return wrong === undefined ? undefined : refuse(400, 'bad-request', `${wrong} is true or false`);
}

function isTrueParameter({ query }: HttpRequest, parameter: string): boolean {
  return query.get(parameter)?.toLowerCase() === 'true';
}

function sortedNames(list: readonly string[]): readonly string[] {
  return [...new Set(list.map((each) => each.toLowerCase()))].toSorted(compareText);
}

/** What is audited, and whether it is told, in a word. */
function scopeOf(
  { clusters = [], subscriptions = [] }: AuditRequest,
  notify: boolean,
  verify: boolean,
): string {
  const names = [sortedNames(clusters), sortedNames(subscriptions)];
  const scope = JSON.stringify([...names, notify, ...(verify ? ['verify'] : [])]);
  return createHash('sha256').update(scope).digest('hex').slice(0, 16);
}

/** `20261123T060000Z-` and the scope: without a clock or a lock, the same for all who ask in the interval. */
function runIdOf(scope: string, now: Date): string {
  const slot = new Date(Math.floor(now.getTime() / intervalMs) * intervalMs);
  return `${slot.toISOString().replaceAll(/[:-]|\.\d+/gu, '')}-${scope}`;
}

function isOnDemand(runId: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{16}$/u.test(runId);
}

export interface ProgressReader {
  readonly readPlan: (runId: string) => Promise<RunPlan | undefined>;
  readonly openRuns: () => Promise<readonly OpenRun[]>;
  readonly progress: (runId: string) => Promise<Progress | undefined>;
  readonly isSealed: (runId: string) => Promise<boolean>;
}

/** The clusters of a run that was just asked for, or of many subscriptions, are not known yet. */
async function beingPlanned(runId: string, { openRuns }: ProgressReader): Promise<HttpResponse> {
  const open = (await openRuns()).find((each) => each.runId === runId);
  if (open === undefined) return refuse(404, 'no-such-run', 'no run with that ID');
  const { startedAt } = open;
  return answerJson(200, {
    id: runId,
    state: 'planning',
    startedAt,
    planned: 0,
    done: 0,
    failed: 0,
  });
}

/** `GET /api/audits/{id}`: how far a run is, and where its report will be. */
export async function auditProgress(
  { params }: HttpRequest,
  reader: ProgressReader,
): Promise<HttpResponse> {
  const runId = params['id'] ?? '';
  const plan = isRunId(runId) ? await reader.readPlan(runId) : undefined;
  const progress = plan && (await reader.progress(runId));
  if (plan === undefined || progress === undefined) return await beingPlanned(runId, reader);
  const sealed = await reader.isSealed(runId);
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
