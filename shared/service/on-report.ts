import type { Report } from '../report/index.ts';
import type { HttpResponse, HttpRequest } from './http/response.ts';
import { auditProgress } from './http/audits.ts';
import { refusePrincipal } from './http/principal.ts';
import { reportAnswer } from './http/report.ts';
import { newestReport } from './newest-report.ts';
import type { App } from './app.ts';

/** `GET /api/report` of this app. */
export async function onReport(app: App, request: HttpRequest): Promise<HttpResponse> {
  const refusal = refusePrincipal(request, app.context.env, 'Report.Read');
  if (refusal !== undefined) return refusal;
  const { storage, settings } = await app.service();
  const read = (runId?: string): Promise<Report | undefined> =>
    runId === undefined ? newestReport(app) : storage.readReport(runId);
  const { sealedRuns: runs } = storage;
  return await reportAnswer(request, { read, runs }, settings.reportUrl);
}

/** `GET /api/audits/{id}` of this app. */
export async function onAuditProgress(app: App, request: HttpRequest): Promise<HttpResponse> {
  const refusal = refusePrincipal(request, app.context.env, 'Report.Read');
  if (refusal !== undefined) return refusal;
  const { storage } = await app.service();
  return await auditProgress(request, {
    readPlan: storage.readPlan,
    openRuns: () => storage.openRuns(),
    progress: storage.progress,
    isSealed: async (runId) => (await storage.readReport(runId)) !== undefined,
  });
}
