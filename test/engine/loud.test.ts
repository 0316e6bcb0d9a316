import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { severities } from '../../shared/rules/index.ts';
import { auditFolder } from '../support/audit-folder.ts';
import type { ClusterReport } from '../../shared/report/report.ts';

/** What must hold of every report, whatever the cluster. */
const roots = ['cases', 'found'].map((name) => path.join(import.meta.dirname, '..', name));
const folders = roots.flatMap((root) =>
  readdirSync(root)
    .filter((name) => !name.includes('.'))
    .map((name) => ({ name, directory: path.join(root, name) })),
);

const reports = new Map<string, Promise<ClusterReport>>();

/** Both parts look at the same reports. */
function reportOf(directory: string): Promise<ClusterReport> {
  const report = reports.get(directory) ?? audited(directory);
  reports.set(directory, report);
  return report;
}

async function audited(directory: string): Promise<ClusterReport> {
  const { clusters } = await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-29T12:00:00Z',
  });
  const [report] = clusters;
  if (report === undefined) throw new Error(directory);
  return report;
}

const low = severities.indexOf('low');

describe('a bad verdict is never silent', () => {
  test.each(folders)('$name', async ({ directory }) => {
    const { services, findings, unknown } = await reportOf(directory);
    const silent = services.filter(
      ({ namespace, name, ports }) =>
        ports.some(({ verdict }) => ['none', 'lost', 'starved'].includes(verdict)) &&
        !findings.some(
          ({ subject, severity }) =>
            subject.namespace === namespace &&
            subject.name === name &&
            severities.indexOf(severity) < low,
        ) &&
        !unknown.some(({ why }) => why.includes(`${namespace}/${name}`)),
    );
    expect(silent.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([]);
  });
});

describe('no fix is offered that loses what is not lost', () => {
  test.each(folders)('$name', async ({ directory }) => {
    const { findings, services } = await reportOf(directory);
    const losing = findings.flatMap(({ rule, subject, fixes }) =>
      fixes
        .filter(({ after }) => {
          const now = services
            .filter(
              ({ namespace, name }) => namespace === subject.namespace && name === subject.name,
            )
            .flatMap(({ ports }) => ports.map(({ lost }) => lost));
          return after !== undefined && (after.lost > 0.995 || after.lost > Math.max(0, ...now));
        })
        .map(({ title }) => `${rule} ${subject.name}: ${title}`),
    );
    expect(losing).toEqual([]);
  });
});
