import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { auditFolder } from '../support/audit-folder.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { silentServices } from '../support/silent-services.ts';

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

describe('a bad verdict is never silent', () => {
  test.each(folders)('$name', async ({ directory }) => {
    expect(silentServices(await reportOf(directory))).toEqual([]);
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
