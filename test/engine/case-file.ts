import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from '../../shared/findings/index.ts';
import { subjectText } from '../../shared/findings/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import type { Severity } from '../../shared/rules/index.ts';
import { auditFolder } from '../support/audit-folder.ts';

/** What a case says that an audit of it must show (its `case.json`). */
export interface CaseFile {
  readonly title: string;
  readonly cluster: string;
  readonly mustFind: readonly { readonly rule: string; readonly subject?: string }[];
  readonly mustNotFind: readonly string[];
  readonly maxSeverity?: Severity;
  readonly traffic: Readonly<
    Record<string, { lost: number; share: Readonly<Record<string, number>> }>
  >;
}

export interface CaseFolder {
  readonly name: string;
  readonly directory: string;
}

const own = path.join(import.meta.dirname, '../cases');
const shared = path.join(import.meta.dirname, '../../../shared/fixtures/clusters');

/** The project's own cases, and those beside it where they are. */
export function caseFolders(): readonly CaseFolder[] {
  return [...foldersOf(own, ''), ...(existsSync(shared) ? foldersOf(shared, ' (shared)') : [])];
}

function foldersOf(directory: string, mark: string): readonly CaseFolder[] {
  return readdirSync(directory)
    .filter((name) => existsSync(path.join(directory, name, 'case.json')))
    .toSorted()
    .map((name) => ({ name: `${name}${mark}`, directory: path.join(directory, name) }));
}

export function ownCase(name: string): string {
  return path.join(own, name);
}

export function readCase(directory: string): CaseFile {
  return JSON.parse(readFileSync(path.join(directory, 'case.json'), 'utf8')) as CaseFile;
}

/** The one cluster of a case folder; a case has no input faults. */
export async function auditCase(directory: string): Promise<ClusterReport> {
  const audit = await auditFolder({ directory, clusters: [], takenAt: '2026-11-23T06:00:00Z' });
  const [cluster] = audit.clusters;
  if (cluster === undefined || audit.problems.length > 0)
    throw new Error(`${directory}: ${audit.problems.join('; ')}`);
  return cluster;
}

/** Shares and loss of every port in the words of `case.json`. */
export function trafficOf(cluster: ClusterReport): CaseFile['traffic'] {
  return Object.fromEntries(
    cluster.services.flatMap((service) =>
      service.ports.map((port) => [
        `${service.namespace}/${service.name}:${port.port}/${port.protocol.toLowerCase()}`,
        {
          lost: port.lost,
          share: Object.fromEntries(port.endpoints.map(({ pod, share }) => [pod, share])),
        },
      ]),
    ),
  );
}

export function found(
  findings: readonly Finding[],
  wanted: { readonly rule: string; readonly subject?: string },
): boolean {
  return findings.some(
    (finding) =>
      finding.rule === wanted.rule &&
      (wanted.subject === undefined || subjectText(finding.subject) === wanted.subject),
  );
}
