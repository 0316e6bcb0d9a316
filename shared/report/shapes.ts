import { isClusterFindings } from '../findings/index.ts';
import { isObject, jsonValue } from '../model/index.ts';
import type { ClusterReport, Report } from './report.ts';

/** Whether something that was kept is a cluster of a report, as far as its use relies on it. */
export function isClusterReport(value: unknown): value is ClusterReport {
  return isClusterFindings(value) && 'coverage' in value && Array.isArray(value.coverage);
}

/** The same for a whole report of version 1. */
export function isReport(value: unknown): value is Report {
  return (
    isObject(value) &&
    String(value['schemaVersion']).startsWith('1.') &&
    'run' in value &&
    'summary' in value &&
    Array.isArray(value['clusters']) &&
    value['clusters'].every(isClusterReport)
  );
}

/** The report that a text is as JSON; `undefined` where it is none. */
export function parseReport(text: string): Report | undefined {
  const value = jsonValue(text);
  return isReport(value) ? value : undefined;
}
