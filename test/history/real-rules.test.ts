import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditFolder } from '../../shared/audit/audit-folder.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { diff, type State } from '../../shared/history/index.ts';

const casesFolder = path.join(import.meta.dirname, '../cases');
const times = ['2026-11-23T00:00:00Z', '2026-11-23T06:00:00Z'] as const;

/** Optional by design: they add precision, and a folder without them is whole. */
const optional: ReadonlySet<string> = new Set([
  'virtualMachines.json',
  'managedClusterLoadBalancers.json',
]);

const damages: Readonly<Record<string, (file: string) => void>> = {
  'is missing': (file) => rmSync(file),
  'holds a spoilt object': spoil,
  'is refused': (file) =>
    writeFileSync(
      file,
      JSON.stringify({
        kind: 'Status',
        code: 403,
        error: { code: 'AuthorizationFailed', message: 'no' },
      }),
    ),
};

/** The first object of a list, without what makes it one. */
function spoil(file: string): void {
  const list: { items?: { spec?: unknown }[]; value?: { properties?: unknown }[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const [first] = list.items ?? [];
  if (first !== undefined) first.spec = 'spoilt';
  const [resource] = list.value ?? [];
  if (resource !== undefined) resource.properties = 'spoilt';
  writeFileSync(file, JSON.stringify(list));
}

async function audit(directory: string, at: string): Promise<readonly ClusterReport[]> {
  const { clusters } = await auditFolder({ directory, clusters: [], takenAt: at });
  return clusters;
}

function compare(previous: State | undefined, clusters: readonly ClusterReport[], at: string) {
  return diff(previous, clusters, { runId: at, startedAt: at, now: at });
}

describe('an audit of the same cluster with one file less resolves nothing', () => {
  let work = '';
  beforeAll(() => {
    work = mkdtempSync(path.join(tmpdir(), 'evenkeel-state-'));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test.each(readdirSync(casesFolder))(
    '%s',
    async (name) => {
      const source = path.join(casesFolder, name);
      const { state } = compare(undefined, await audit(source, times[0]), times[0]);
      const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
        (file) =>
          file.endsWith('.json') && file !== 'case.json' && !optional.has(path.basename(file)),
      );
      const untrue: string[] = [];
      for (const file of files)
        for (const [damage, apply] of Object.entries(damages)) {
          const directory = path.join(work, name);
          // The API selects pods by fields of their spec: one without is in no answer.
          if (apply === spoil && file.endsWith('pods.json')) continue;
          cpSync(source, directory, { recursive: true });
          apply(path.join(directory, file));
          const run = compare(state, await audit(directory, times[1]), times[1]);
          for (const { kind, finding } of run.changes)
            if (kind === 'resolved')
              untrue.push(`${file} ${damage}: ${finding.rule}, ${finding.title}`);
          rmSync(directory, { recursive: true });
        }
      expect(untrue).toEqual([]);
    },
    120_000,
  );
});
