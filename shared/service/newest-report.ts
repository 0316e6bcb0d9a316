import type { Report } from '../report/index.ts';
import type { App } from './app.ts';

/** The report of the newest sealed run of the fleet; `undefined` before the first. */
export async function newestReport(app: App): Promise<Report | undefined> {
  const { storage } = await app.service();
  const [last] = await storage.sealedRuns(1);
  return last === undefined ? undefined : await storage.readReport(last.runId);
}
