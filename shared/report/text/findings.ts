import { counted, listed } from '../../model/index.ts';
import {
  atLeast,
  countFindings,
  isResolved,
  ruleTitle,
  subjectText,
  type Finding,
  type FindingCounts,
  type Severity,
} from '../../findings/index.ts';
import { clean } from '../clean.ts';
import { changeText } from '../observed-text.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import { amounts, severityCounts } from '../words.ts';
import { commandLabelled, fixLines, groupFixes } from './fixes.ts';
import { severityColours } from './paint.ts';
import { indented, rowLabel, labelledLines, labelMargin, margin, type Sheet } from './sheet.ts';
import { columns, pad, wrap } from './width.ts';

/** Rules of a fleet whose findings stand with their causes and fixes; each of the others takes two lines. */
const detailedOfFleet = 6;
/** Findings of one rule that are listed, and of how few each also says what it is. */
const listedOfRule = 12;
const explainedOfRule = 3;
const clustersOfRule = 4;
/** Names of clusters up to this width stand in a column; longer ones on a line of their own. */
const nameColumns = 24;

export interface FindingsView {
  /** Several clusters: each finding says on which it is, and only the worst rules have causes and the commands of a first fix. */
  readonly fleet: boolean;
  /** Findings below it are counted and not shown. */
  readonly from?: Severity | undefined;
}

interface RuleFindings {
  readonly rule: string;
  readonly severity: Severity;
  readonly findings: readonly ClusterFinding[];
}

/** Findings by rule, worst first: which they are, why, how to fix them. @param open Worst first. */
export function* findingLines(
  open: readonly ClusterFinding[],
  sheet: Sheet,
  view: FindingsView,
): Generator<string> {
  const counts = countsOf(open);
  const shown = open.filter(
    ({ finding }) => view.from === undefined || atLeast(finding.severity, view.from),
  );
  const hidden = open.length - shown.length;
  yield `  ${sheet.paint('bold', 'Findings')}  ${severityCounts(counts)}`;
  if (hidden > 0)
    yield `  ${sheet.paint('dim', `${counted(hidden, 'finding')} below ${view.from ?? ''} not shown`)}`;
  yield '';
  const printed = new Set<string>();
  const groups = byRule(shown);
  const detailed = view.fleet ? groups.filter(isFault).slice(0, detailedOfFleet) : groups;
  for (const group of detailed) {
    yield* groupLines(group, sheet, view, printed);
    yield '';
  }
  const brief = groups.slice(detailed.length);
  if (brief.length === 0) return;
  for (const group of brief) yield* briefLines(group, sheet);
  for (const [at, line] of moreLines(sheet).entries())
    yield (at === 0 ? rowLabel('more', sheet) : labelMargin) + line;
  yield '';
}

/** Groups in the order of their worst finding. */
function byRule(findings: readonly ClusterFinding[]): readonly RuleFindings[] {
  const groups = Map.groupBy(findings, ({ finding }) => finding.rule);
  return [...groups].map(([rule, group]) => ({
    rule,
    severity: group[0]?.finding.severity ?? 'info',
    findings: group,
  }));
}

/** A fault of today. */
function isFault({ severity }: RuleFindings): boolean {
  return severity !== 'low' && severity !== 'info';
}

function moreLines({ command, prose }: Sheet): readonly string[] {
  return [
    'all fixes of one cluster: add --cluster NAME',
    'everything: add --output report.html',
    `about a rule: ${command} explain RULE`,
  ].flatMap((line) => wrap(line, prose - labelMargin.length));
}

/** What is wrong and where; a finding that is the only one of its rule says which object it is about. */
function briefLines({ rule, severity, findings }: RuleFindings, sheet: Sheet): readonly string[] {
  const [first, ...others] = findings;
  const names = clusterNames(findings);
  const where = listed(names, clustersOfRule);
  const title = others.length === 0 ? (first?.finding.title ?? rule) : ruleTitle(rule);
  const count = others.length === 0 ? '' : `${findingsText(findings)} on `;
  return [
    ...titleLines(severity, clean(title), sheet),
    ...indented(`${clean(rule)} · ${count}${where}`, margin, sheet, 'dim'),
  ];
}

/** `3 findings`, and how severe where not all are the same: `3 findings (1 high, 2 medium)`. */
function findingsText(findings: readonly ClusterFinding[]): string {
  const counts = countsOf(findings);
  const isMixed = Object.values(counts).filter((count) => count > 0).length > 1;
  return counted(findings.length, 'finding') + (isMixed ? ` (${severityCounts(counts)})` : '');
}

function countsOf(findings: readonly ClusterFinding[]): FindingCounts {
  return countFindings(findings.map(({ finding }) => finding));
}

function groupLines(
  group: RuleFindings,
  sheet: Sheet,
  view: FindingsView,
  printed: Set<string>,
): readonly string[] {
  const { rule, severity, findings } = group;
  const [first] = findings;
  if (first === undefined) return [];
  const fixes = groupFixes(
    findings.map(({ cluster, finding }) => ({ cluster, fixes: finding.fixes })),
  );
  const commands = view.fleet ? fixes.slice(0, 1) : fixes;
  const others = fixes.slice(commands.length);
  const causes = new Set(
    findings.flatMap(({ finding }) => finding.causes.map((each) => clean(each))),
  );
  const names = clusterNames(findings);
  return [
    ...(findings.length === 1
      ? soleFinding(first, sheet, view)
      : [
          ...titleLines(
            severity,
            `${clean(ruleTitle(rule))} · ${counted(findings.length, 'finding')}${names.length > 1 ? ` on ${counted(names.length, 'cluster')}` : ''}`,
            sheet,
          ),
          ...instanceLines(group, sheet, view),
        ]),
    ...labelledLines('cause', [...causes].join(', '), sheet),
    ...(findings.length === 1
      ? labelledLines('change', changeText(first.finding) ?? '', sheet)
      : []),
    ...commands.flatMap((fix, at) =>
      fixLines(fix, at === 0 ? 'fix' : 'or', sheet, printed, view.fleet),
    ),
    ...labelledLines('or', others.map(({ title }) => clean(title)).join('; '), sheet),
    ...commandLabelled('more', `${sheet.command} explain ${clean(rule)}`, sheet),
  ];
}

function titleLines(severity: Severity, text: string, { paint, prose }: Sheet): readonly string[] {
  const word = severity.toUpperCase();
  const start = ' '.repeat(margin);
  return wrap(text, prose - margin).map((line, at) =>
    at === 0
      ? `  ${paint(severityColours[severity], word)}${' '.repeat(margin - 2 - word.length)}${paint('bold', line)}`
      : start + paint('bold', line),
  );
}

function soleFinding(
  { cluster, finding }: ClusterFinding,
  sheet: Sheet,
  view: FindingsView,
): readonly string[] {
  const title = clean(finding.title);
  const subject = clean(subjectText(finding.subject));
  const about = [
    ...(view.fleet ? [clean(cluster.name)] : []),
    ...(title.includes(subject) ? [] : [`${finding.subject.kind} ${subject}`]),
    ...stateText(finding),
  ].join(' · ');
  return [
    ...titleLines(finding.severity, title, sheet),
    ...indented(about, margin, sheet, 'dim'),
    ...indented(clean(finding.message), margin, sheet),
  ];
}

function instanceLines(
  { severity, findings }: RuleFindings,
  sheet: Sheet,
  view: FindingsView,
): readonly string[] {
  const { paint, prose } = sheet;
  const shown = findings.slice(0, listedOfRule);
  const left = findings.length - shown.length;
  const names = view.fleet ? shown.map(({ cluster }) => clean(cluster.name)) : [];
  const longest = Math.max(0, ...names.map(columns));
  const nameWidth = longest > nameColumns ? 0 : longest;
  const start = ' '.repeat(margin);
  const inner = nameWidth + 2;
  const elsewhere = `${view.fleet ? '--cluster NAME or ' : ''}--format html or json`;
  const said = new Set<string>();
  const messageLines = ({ message }: Finding): readonly string[] => {
    const isSaid = said.has(message);
    said.add(message);
    if (isSaid || findings.length > explainedOfRule || (view.fleet && severity === 'medium'))
      return [];
    return wrap(clean(message), prose - margin - inner).map((line) => paint('dim', line));
  };
  return [
    ...shown.flatMap(({ finding }, index) => {
      const name = names[index] ?? '';
      const isOwnLine = longest > nameColumns && name !== names[index - 1];
      const head = nameWidth === 0 ? '- ' : pad(name, inner);
      const own = finding.severity === severity ? [] : [finding.severity];
      const title = [clean(finding.title), ...own, ...stateText(finding)].join(' · ');
      const lines = [...wrap(title, prose - margin - inner), ...messageLines(finding)];
      return [
        ...(isOwnLine ? indented(name, margin, sheet, 'dim') : []),
        ...lines.map(
          (line, at) => start + (at === 0 ? paint('dim', head) : ' '.repeat(inner)) + line,
        ),
      ];
    }),
    ...(left > 0
      ? [start + paint('dim', `and ${counted(left, 'more finding')}: ${elsewhere}`)]
      : []),
  ];
}

function stateText({ state }: Finding): readonly string[] {
  return state === 'new' || state === 'open' ? [] : [state];
}

function clusterNames(findings: readonly ClusterFinding[]): readonly string[] {
  return [...new Set(findings.map(({ cluster }) => clean(cluster.name)))];
}

/** `2 exempt, 1 resolved since the last run`; empty where there is neither. */
export function asideText(findings: readonly Finding[]): string {
  const exempt = findings.filter((finding) => finding.state === 'exempt').length;
  const resolved = findings.filter(isResolved).length;
  return amounts([
    [exempt, 'exempt'],
    [resolved, 'resolved since the last run'],
  ]).join(', ');
}
