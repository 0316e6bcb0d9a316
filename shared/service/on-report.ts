import type { Report } from '../report/index.ts';
import type { HttpResponse, HttpRequest } from './http/response.ts';
import { auditProgress } from './http/audits.ts';
import { refusePrincipal } from './http/principal.ts';
import { reportAnswer } from './http/report.ts';
import { openService } from './service.ts';
import { appContext } from './app-context.ts';

/** `GET /api/report` of this app. */
export async function onReport(question: HttpRequest): Promise<HttpResponse> {
  const refusal = refusePrincipal(question, appContext().env, 'Report.Read');
  if (refusal !== undefined) return refusal;
  const { storage, settings } = await openService();
  const read = async (runId?: string): Promise<Report | undefined> => {
    const id = runId ?? (await storage.sealedRuns(1))[0]?.runId;
    return id === undefined ? undefined : await storage.readReport(id);
  };
  const { sealedRuns: runs } = storage;
  return await reportAnswer(question, { read, runs }, settings.reportUrl);
}

/** `GET /api/audits/{id}` of this app. */
export async function onAuditProgress(question: HttpRequest): Promise<HttpResponse> {
  const refusal = refusePrincipal(question, appContext().env, 'Report.Read');
  if (refusal !== undefined) return refusal;
  const { storage } = await openService();
  return await auditProgress(question, {
    readPlan: storage.readPlan,
    openRuns: () => storage.openRuns(),
    progress: storage.progress,
    isSealed: async (runId) => (await storage.readReport(runId)) !== undefined,
  });
}
