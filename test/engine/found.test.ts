import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { subjectText } from '../../shared/findings/index.ts';
import { severities, type Severity } from '../../shared/rules/index.ts';
import { auditFolder } from '../support/audit-folder.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { found } from './case-file.ts';

/** What a state rebuilt from a public report must show (test/found/INDEX.md). */
interface FoundCase {
  readonly title: string;
  readonly takenAt?: string;
  readonly mustFind: readonly { readonly rule: string; readonly subject?: string }[];
  readonly mustNotFind: readonly string[];
  readonly mustJudge?: readonly string[];
  readonly oneOf?: readonly (readonly string[])[];
  readonly mustSay?: readonly string[];
  readonly mustNotSay?: readonly string[];
  readonly maxFindings?: number;
  readonly maxSeverity?: Severity;
  readonly minSeverity?: Readonly<Record<string, Severity>>;
  readonly fixesNever?: readonly string[];
  readonly anyLost?: number;
  readonly verdicts?: Readonly<Record<string, readonly string[]>>;
}

const root = path.join(import.meta.dirname, '../found');
const names = readdirSync(root).filter((name) => !name.includes('.'));

function readCase(name: string): FoundCase {
  return JSON.parse(readFileSync(path.join(root, name, 'case.json'), 'utf8')) as FoundCase;
}

/** Findings, reasons and fixes in all their words. */
function texts({ findings, unknown, services }: ClusterReport): string {
  return JSON.stringify([
    findings,
    unknown,
    services.flatMap(({ ports }) => ports.map(({ why }) => why)),
  ]);
}

function verdictsOf({ services }: ClusterReport): ReadonlyMap<string, string> {
  return new Map(
    services.flatMap(({ namespace, name, ports }) =>
      ports.map((port) => [
        `${namespace}/${name}:${port.port}/${port.protocol.toLowerCase()}`,
        port.verdict,
      ]),
    ),
  );
}

function worse(severity: Severity, than: Severity): boolean {
  return severities.indexOf(severity) < severities.indexOf(than);
}

/** Every demand of a case that is not met, in words; `[]` = all are. */
function unmet(wanted: FoundCase, report: ClusterReport): readonly string[] {
  const { findings } = report;
  const rules = findings.map(({ rule }) => rule);
  const said = texts(report);
  const verdicts = verdictsOf(report);
  const { maxSeverity, maxFindings = Infinity, anyLost } = wanted;
  return [
    ...wanted.mustFind
      .filter((each) => !found(findings, each))
      .map(({ rule, subject = '' }) => `must find ${rule} ${subject}`),
    ...wanted.mustNotFind
      .filter((rule) => rules.includes(rule))
      .map((rule) => `must not find ${rule}`),
    ...(wanted.oneOf ?? [])
      .filter((any) => !any.some((rule) => rules.includes(rule)))
      .map((any) => `one of ${any.join(', ')}`),
    ...(wanted.mustJudge ?? [])
      .filter((rule) => report.unknown.some((each) => each.rule === rule))
      .map((rule) => `must judge ${rule}`),
    ...(wanted.mustSay ?? [])
      .filter((text) => !said.includes(text))
      .map((text) => `must say ${text}`),
    ...(wanted.mustNotSay ?? [])
      .filter((text) => said.includes(text))
      .map((text) => `must not say ${text}`),
    ...(findings.length > maxFindings ? [`${findings.length} findings: ${rules.join(', ')}`] : []),
    ...findings
      .filter(({ severity }) => maxSeverity !== undefined && worse(severity, maxSeverity))
      .map(
        ({ rule, severity, subject }) => `too severe: ${rule} ${severity} ${subjectText(subject)}`,
      ),
    ...Object.entries(wanted.minSeverity ?? {}).flatMap(([rule, least]) =>
      findings
        .filter((each) => each.rule === rule && worse(least, each.severity))
        .map(({ severity }) => `too mild: ${rule} ${severity}`),
    ),
    ...(wanted.fixesNever ?? []).flatMap((never) =>
      findings.flatMap(({ rule, fixes }) =>
        fixes
          .filter(
            ({ after }) =>
              after !== undefined && `${Math.round(after.lost * 100)} % lost` === never,
          )
          .map(({ title }) => `${rule}: fix "${title}" predicts ${never}`),
      ),
    ),
    ...Object.entries(wanted.verdicts ?? {})
      .filter(([port, allowed]) => !allowed.includes(verdicts.get(port) ?? 'absent'))
      .map(([port, allowed]) => `${port} is ${verdicts.get(port)}, not ${allowed.join(' or ')}`),
    ...(anyLost === undefined || lossesOf(report).some((lost) => Math.abs(lost - anyLost) < 0.005)
      ? []
      : [`no port loses ${anyLost}: ${lossesOf(report).join(', ')}`]),
  ];
}

function lossesOf({ services }: ClusterReport): readonly number[] {
  return services.flatMap(({ ports }) => ports.map(({ lost }) => lost));
}

describe('states rebuilt from public reports', () => {
  test.each(names)('%s shows what it must', async (name) => {
    const wanted = readCase(name);
    const { clusters, problems } = await auditFolder({
      directory: path.join(root, name),
      clusters: [],
      takenAt: wanted.takenAt ?? '2026-11-29T12:00:00Z',
    });
    const [report] = clusters;
    if (report === undefined) throw new Error(`${name}: ${problems.join('; ')}`);
    expect(unmet(wanted, report)).toEqual([]);
  });
});

test('what Local would bring under several load balancers is what it brings', async () => {
  const before = await reportOf('before');
  const after = await reportOf('after');
  const fix = before?.findings
    .find(({ rule, subject }) => rule === 'traffic/source-ip-hidden' && subject.name === 'b')
    ?.fixes.find(({ title }) => title.includes('Local'));
  const [port] = after?.services.find(({ name }) => name === 'b')?.ports ?? [];
  expect(fix?.after).toMatchObject({ verdict: port?.verdict, lost: port?.lost });
  const shares = Object.values(fix?.after?.shares ?? {}).toSorted(byNumber);
  expect(shares).toEqual((port?.endpoints ?? []).map(({ share }) => share).toSorted(byNumber));
});

function byNumber(a: number, b: number): number {
  return a - b;
}

async function reportOf(name: string): Promise<ClusterReport | undefined> {
  const directory = path.join(root, `multi-slb-local-whatif-${name}`);
  const takenAt = '2026-11-29T12:00:00Z';
  return (await auditFolder({ directory, clusters: [], takenAt })).clusters[0];
}
