import type { Report } from '../report/index.ts';
import { openService } from './service.ts';

/** The report of the newest sealed run of the fleet; `undefined` before the first. */
export async function newestReport(): Promise<Report | undefined> {
  const { storage } = await openService();
  const [last] = await storage.sealedRuns(1);
  return last === undefined ? undefined : await storage.readReport(last.runId);
}
