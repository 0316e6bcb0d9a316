import { isClusterFindings } from '../findings/index.ts';
import type { ClusterReport, Report } from './report.ts';

/** Whether something that was kept is a cluster of a report, as far as its use relies on it. */
export function isClusterReport(value: unknown): value is ClusterReport {
  return isClusterFindings(value) && 'coverage' in value && Array.isArray(value.coverage);
}

/** The same for a whole report of version 1. */
export function isReport(value: unknown): value is Report {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schemaVersion' in value &&
    String(value.schemaVersion).startsWith('1.') &&
    'run' in value &&
    'summary' in value &&
    'clusters' in value &&
    Array.isArray(value.clusters) &&
    value.clusters.every(isClusterReport)
  );
}
