import { failureFields, type Log } from '../audit/log.ts';
import type { ReadCluster } from '../audit/on-snapshot.ts';
import { version } from '../audit/version.ts';
import { isReport, type Report } from '../report/index.ts';
import { ToolError, type Tool, type ToolSource } from '../tools/index.ts';
import { refuse, type HttpResponse, type HttpRequest } from './http/response.ts';
import { mcpAnswer } from './http/mcp.ts';
import { refusePrincipal } from './http/principal.ts';
import { onStartAudit } from './on-start-audit.ts';
import { policyOfRun } from './engine/run-policy.ts';
import { newestReport } from './newest-report.ts';
import { wire } from './run-deps.ts';
import type { Environment } from '../audit/environment.ts';
import { servesMcp } from './serves-mcp.ts';
import type { App } from './app.ts';

/** `/api/mcp` of this app: off unless `EVENKEEL_MCP=true`. */
export async function onMcp(app: App, request: HttpRequest, log: Log): Promise<HttpResponse> {
  const { env } = app.context;
  if (!servesMcp(env)) return refuse(404, 'off', 'set EVENKEEL_MCP=true to enable the MCP server');
  const refusal = refusePrincipal(request, env, 'Report.Read');
  if (refusal !== undefined) return refusal;
  const mayRead = refusePrincipal(request, env, 'Audit.Run') === undefined;
  const options = {
    source: appTools(app, request, log, mayRead),
    version,
    refuse: ({ role }: Tool) =>
      role === 'Audit.Run' && !mayRead
        ? 'the account does not have the app role Audit.Run'
        : undefined,
    onFailure: (error: unknown) => log.error('tool failed', failureFields(error)),
  };
  return await mcpAnswer(request, options, hostsOf(env));
}

/** The names by which the platform and the settings know the app. */
function hostsOf(env: Environment): readonly string[] {
  const custom = URL.parse(env['EVENKEEL_REPORT_URL'] ?? '')?.hostname;
  return [env['WEBSITE_HOSTNAME']?.split(':')[0], custom].flatMap((each) =>
    each === undefined || each === '' ? [] : [each.toLowerCase()],
  );
}

/** Reports from storage; with the right to audit, clusters as they are now. */
function appTools(app: App, request: HttpRequest, log: Log, mayRead: boolean): ToolSource {
  return {
    report: () => reportOrRefusal(app),
    audit: async (name) => await auditNow(app, request, log, name),
    ...(mayRead && {
      withCluster: async <T>(name: string, use: (cluster: ReadCluster) => Promise<T>): Promise<T> =>
        await readNow(app, await reportOrRefusal(app), log, name, use),
    }),
  };
}

async function reportOrRefusal(app: App): Promise<Report> {
  const found = await newestReport(app);
  if (found === undefined)
    throw new ToolError('no completed run yet; the timer starts the next one');
  return found;
}

/** As `POST /api/audits?wait=true` does it, with its limits and its rights. */
async function auditNow(app: App, request: HttpRequest, log: Log, name: string): Promise<Report> {
  const answer = await onStartAudit(
    app,
    {
      method: 'POST',
      url: new URL('/api/audits', request.url).href,
      headers:
        request.headers.get('x-ms-client-principal') === null
          ? new Headers()
          : new Headers({
              'x-ms-client-principal': request.headers.get('x-ms-client-principal') ?? '',
            }),
      query: new URLSearchParams({ format: 'json', wait: 'true' }),
      params: {},
      text: () => Promise.resolve(JSON.stringify({ clusters: [name] })),
    },
    log,
  );
  const body: unknown = JSON.parse(String(answer.body ?? 'null'));
  if (answer.status === 200 && isReport(body)) return body;
  if (answer.status === 202)
    throw new ToolError(
      'the audit takes longer than a request can; query its findings in a few minutes',
    );
  throw new ToolError(messageOf(body) ?? `the audit was refused (${answer.status})`);
}

function messageOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  return typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string'
    ? error.message
    : undefined;
}

/** Reads one cluster of the newest report anew, with the identity of the app. */
async function readNow<T>(
  app: App,
  report: Report,
  log: Log,
  name: string,
  use: (cluster: ReadCluster) => Promise<T>,
): Promise<T> {
  const lower = name.toLowerCase();
  const [known, second] = report.clusters.filter(
    (each) => each.name.toLowerCase() === lower || each.id.toLowerCase() === lower,
  );
  if (known?.subscriptionId === undefined)
    throw new ToolError('there is no cluster of that name in the report');
  if (second !== undefined) throw new ToolError('several clusters have that name; use an ARM ID');
  const { deps } = wire(await app.service(), log);
  const data = await deps.fleet.readSubscription(known.subscriptionId);
  const cluster =
    data.clusters.kind === 'read'
      ? data.clusters.value.find(({ id }) => id === known.id)
      : undefined;
  if (cluster === undefined) throw new ToolError('the cluster could not be read from Azure now');
  const made: T[] = [];
  await deps.fleet.auditCluster(cluster, data, {
    takenAt: deps.now().toISOString(),
    policy: await policyOfRun(deps, report.run.id),
    onSnapshot: async (read) => {
      made.push(await use(read));
    },
  });
  const [only] = made;
  if (only === undefined) throw new ToolError('the cluster could not be read now');
  return only;
}
