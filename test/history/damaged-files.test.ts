import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditFolder } from '../support/audit-folder.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { fingerprint as fingerprintOf } from '../../shared/findings/fingerprint.ts';
import { severities, type Finding } from '../../shared/findings/index.ts';
import { diff } from '../../shared/history/index.ts';
import type { TrackedState } from '../../shared/history/state.ts';
import { armId } from '../../shared/model/index.ts';
import { ruleSlices } from '../../shared/rules/index.ts';
import { sampled } from '../support/long.ts';

const folders = ['cases', 'found'].map((name) => path.join(import.meta.dirname, '..', name));
const times = ['2026-11-23T00:00:00Z', '2026-11-23T06:00:00Z'] as const;

/** Optional by design: they add precision, and a folder without them is whole. */
const optional: ReadonlySet<string> = new Set([
  'virtualMachines.json',
  'managedClusterLoadBalancers.json',
]);

const damages: Readonly<Record<string, (file: string) => void>> = {
  'is missing': (file) => rmSync(file),
  'holds a spoilt object': spoil,
  'is empty': empty,
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

/** Lists that are truly empty in many clusters: nothing contradicts an empty one. */
const mayBeEmpty: ReadonlySet<string> = new Set([
  'events.json',
  'networkSecurityGroups.json',
  'networkpolicies.json',
  'statefulsets.json',
  'replicasets.json',
  'managedClusterLoadBalancers.json',
  'ingresses.json',
  'ingressclasses.json',
  'gateways.json',
  'gatewayclasses.json',
  'httproutes.json',
  'grpcroutes.json',
  'referencegrants.json',
  'configmaps.json',
  'virtualMachines.json',
]);

/** As from a wrong scope: the answer is whole, and there is nothing in it. */
function empty(file: string): void {
  const list: { items?: unknown[]; value?: unknown[] } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(
    file,
    JSON.stringify({ ...list, ...(list.items && { items: [] }), ...(list.value && { value: [] }) }),
  );
}

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

/** A folder without ARM's word for the cluster has another id and name, and so other fingerprints. */
function sameCluster(
  before: ClusterReport | undefined,
  after: readonly ClusterReport[],
): readonly ClusterReport[] {
  if (before === undefined) return after;
  const id = armId(before.id);
  return after.map((cluster) => ({
    ...cluster,
    id,
    findings: cluster.findings.map((finding) => {
      const subject =
        finding.subject.kind === 'Cluster'
          ? { ...finding.subject, name: before.name }
          : finding.subject;
      return { ...finding, subject, fingerprint: fingerprintOf(finding.rule, id, subject) };
    }),
  }));
}

function isLoud({ severity }: Finding): boolean {
  return severities.indexOf(severity) < severities.indexOf('low');
}

async function audit(directory: string, at: string): Promise<readonly ClusterReport[]> {
  const { clusters } = await auditFolder({ directory, clusters: [], takenAt: at });
  return clusters;
}

function compare(
  previous: TrackedState | undefined,
  clusters: readonly ClusterReport[],
  at: string,
) {
  return diff(previous, clusters, { runId: at, startedAt: at, now: at, rules: ruleSlices });
}

describe('an audit of the same cluster with one file less decides nothing', () => {
  let work = '';
  beforeAll(() => {
    work = mkdtempSync(path.join(tmpdir(), 'evenkeel-state-'));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const cases = sampled(
    folders.flatMap((folder) =>
      globSync('*/case.json', { cwd: folder }).map((file) => path.join(folder, path.dirname(file))),
    ),
    20,
  );
  test.each(cases.map((source) => ({ name: path.basename(source), source })))(
    '$name',
    async ({ name, source }) => {
      const before = await audit(source, times[0]);
      const { state } = compare(undefined, before, times[0]);
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
          if (apply === empty && (mayBeEmpty.has(path.basename(file)) || !file.includes('/')))
            continue;
          cpSync(source, directory, { recursive: true });
          apply(path.join(directory, file));
          const after = sameCluster(before[0], await audit(directory, times[1]));
          const run = compare(state, after, times[1]);
          const unknown = new Set(after.flatMap((each) => each.unknown.map(({ rule }) => rule)));
          const found = new Set(
            after.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)),
          );
          for (const { kind, finding } of run.changes)
            if (kind === 'resolved' || (apply !== spoil && isLoud(finding)))
              untrue.push(`${file} ${damage}: ${kind} ${finding.rule}, ${finding.title}`);
          for (const { rule, fingerprint, title } of before.flatMap(({ findings }) => findings))
            if (apply !== spoil && !found.has(fingerprint) && after[0] && !unknown.has(rule))
              untrue.push(`${file} ${damage}: nothing is said of ${rule}, ${title}`);
          rmSync(directory, { recursive: true });
        }
      expect(untrue).toEqual([]);
    },
    120_000,
  );
});
