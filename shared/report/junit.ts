import { isOpen, subjectText } from '../findings/index.ts';
import { clean } from './clean.ts';
import { notJudged, silentLines, unknownReasons } from './coverage.ts';
import type { ClusterReport, Report } from './report.ts';
import { resultWords } from './words.ts';

interface TestCase {
  readonly name: string;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly text: string;
}

/**
 * The report as JUnit XML, a suite per cluster: an open finding is a failure, a rule or cluster that
 * could not be judged an error, an exempt finding and a stopped cluster skipped. A cluster with none of these passes once.
 */
export function renderJunit(report: Report): string {
  const suites = report.clusters.map((cluster) => ({
    name: cluster.name,
    cases: casesOf(cluster),
  }));
  for (const text of silentLines(report))
    suites.push({
      name: 'clusters without an answer',
      cases: [{ name: 'audited', kind: 'error', type: 'no-answer', text }],
    });
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="evenkeel" ${totals(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${xml(name)}" timestamp="${xml(report.run.startedAt)}" ${totals(cases)}>`,
      ...cases.map((each) => `    ${caseText(name, each)}`),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(cluster: ClusterReport): readonly TestCase[] {
  if (notJudged(cluster))
    return [
      {
        name: 'audited',
        kind: cluster.result === 'skipped' || cluster.result === 'gone' ? 'skipped' : 'error',
        type: cluster.result,
        text: cluster.reason ?? resultWords[cluster.result],
      },
    ];
  const found = cluster.findings
    .filter((finding) => isOpen(finding) || finding.state === 'exempt')
    .map((finding): TestCase => ({
      name: `${finding.rule} ${finding.subject.kind} ${subjectText(finding.subject)}`,
      kind: finding.state === 'exempt' ? 'skipped' : 'failure',
      type: finding.severity,
      text: `${finding.title}. ${finding.message}`,
    }));
  const open = unknownReasons(cluster).flatMap(({ rules, why }) =>
    rules.map((rule): TestCase => ({ name: rule, kind: 'error', type: 'unknown', text: why })),
  );
  const cases = [...found, ...open];
  return cases.length > 0 ? cases : [{ name: 'audited', kind: 'passed', type: '', text: '' }];
}

function caseText(suite: string, { name, kind, type, text }: TestCase): string {
  const head = `<testcase classname="${xml(suite)}" name="${xml(name)}"`;
  if (kind === 'passed') return `${head}/>`;
  if (kind === 'skipped') return `${head}><skipped message="${xml(text)}"/></testcase>`;
  return `${head}><${kind} type="${xml(type)}" message="${xml(text)}"/></testcase>`;
}

function totals(cases: readonly TestCase[]): string {
  const count = (kind: TestCase['kind']): number =>
    cases.filter((each) => each.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

/** Text for XML 1.0, which knows no way to write some characters: they are left out. */
function xml(text: string): string {
  return clean(text)
    .replaceAll(/[\uFFFE\uFFFF]/gu, '')
    .replaceAll(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}
