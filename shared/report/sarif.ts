import { counted } from '../model/index.ts';
import {
  type Finding,
  isOpen,
  ruleTitle,
  type Severity,
  subjectText,
  worstSeverity,
} from '../findings/index.ts';
import { clean } from './clean.ts';
import { escapeObeyed } from './json.ts';
import type { ClusterFinding } from './fleet-findings.ts';
import { records, type ReportRecord } from './records.ts';
import type { Report } from './report.ts';
import { ruleUrl } from './rule-link.ts';
import { fixSummary } from './words.ts';

/** GitHub keeps this many results of a run, and not by severity: the cut is ours. */
const mostResults = 5_000;
const mostNotifications = 1_000;

/** SARIF's level of a finding, by its severity. */
export const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** What GitHub sorts by, on the scale of CVSS. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
  info: '0.0',
};

/**
 * The report as SARIF 2.1.0. A cloud resource has no file, so a finding stands at the made-up path
 * `fleet/<cluster>.md`, with the real object as logical location. Resolved findings are `absent`,
 * exempt ones suppressed; what could not be judged is a notification of the invocation, which then
 * is not successful: no result must not pass for no fault.
 */
export function renderSarif(report: Report, reportUrl?: string): string {
  const all = records(report);
  const findings = all.filter((record) => record.kind === 'finding');
  const results = findings.slice(0, mostResults);
  const rules = [...new Set(results.map(({ finding }) => clean(finding.rule)))].toSorted();
  const indexes = new Map(rules.map((rule, at) => [rule, at]));
  return sarifLog({
    version: report.tool.version,
    id: `evenkeel/${clean(report.run.id)}`,
    rules: rules.map((rule) => ruleOf(rule, results, reportUrl)),
    invocation: invocation(report, all, findings.length - results.length),
    results: results.map((found) => resultOf(found, indexes)),
  });
}

interface SarifRun {
  /** Of the tool. */
  readonly version: string;
  /** By which runs of one kind are known again. */
  readonly id: string;
  readonly rules: readonly unknown[];
  readonly invocation: unknown;
  readonly results: readonly unknown[];
}

/** A log of one run, as JSON text. */
export function sarifLog({ version, id, rules, invocation: invoked, results }: SarifRun): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'evenkeel', version: clean(version), rules } },
        automationDetails: { id },
        invocations: [invoked],
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${escapeObeyed(JSON.stringify(log, null, 2))}\n`;
}

function ruleOf(
  rule: string,
  results: readonly ClusterFinding[],
  reportUrl: string | undefined,
): unknown {
  const helpUri = ruleUrl(reportUrl, rule);
  const own = results.map(({ finding }) => finding).filter((each) => clean(each.rule) === rule);
  const worst = worstSeverity(own) ?? 'info';
  return {
    id: rule,
    name: rule.replaceAll(/(?:^|[/-])([a-z])/gu, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: messageText(ruleTitle(rule)) },
    help: { text: messageText(`evenkeel explain ${rule}`) },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: levels[worst] },
    properties: { 'security-severity': scores[worst], tags: ['aks', 'traffic'] },
  };
}

function resultOf(found: ClusterFinding, indexes: ReadonlyMap<string, number>): unknown {
  const { cluster, finding } = found;
  const rule = clean(finding.rule);
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    kind: 'fail',
    level: levels[finding.severity],
    message: {
      text: messageText(`${clean(finding.title)}. ${clean(finding.message)}${fixText(finding)}`),
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `fleet/${uriPart(cluster.name)}.md` },
          region: { startLine: 1 },
        },
        logicalLocations: [
          {
            name: clean(subjectText(finding.subject)),
            fullyQualifiedName: clean(
              `${cluster.id}/${finding.subject.kind}/${subjectText(finding.subject)}`,
            ),
            kind: 'resource',
          },
        ],
      },
    ],
    partialFingerprints: { 'evenkeel/v1': clean(finding.fingerprint) },
    baselineState: baseline(finding),
    ...(finding.state === 'exempt' && { suppressions: [suppression(finding)] }),
    properties: {
      severity: finding.severity,
      state: finding.state,
      cluster: clean(cluster.name),
      causes: finding.causes.map((cause) => clean(cause)),
    },
  };
}

function suppression({ exemption }: Finding): unknown {
  return {
    kind: 'external',
    status: 'accepted',
    ...(exemption !== undefined && {
      justification: clean(`${exemption.reason} (${exemption.owner}, until ${exemption.expires})`),
    }),
  };
}

function baseline(finding: Finding): 'new' | 'unchanged' | 'absent' {
  if (finding.state === 'new' || finding.state === 'reopened') return 'new';
  return isOpen(finding) || finding.state === 'exempt' ? 'unchanged' : 'absent';
}

function fixText({ fixes: [fix] }: Finding): string {
  return fix === undefined ? '' : ` Fix: ${clean(fixSummary(fix))}.`;
}

function invocation(report: Report, all: readonly ReportRecord[], left: number): unknown {
  const notes = all.flatMap(noteOf);
  const shown = notes.slice(0, mostNotifications);
  const cut = [
    ...(left > 0 ? [`${counted(left, 'finding')} of lower severity left out of this file`] : []),
    ...(notes.length > shown.length
      ? [`${counted(notes.length - shown.length, 'notification')} left out of this file`]
      : []),
  ];
  return {
    executionSuccessful: !all.some(isFailure),
    startTimeUtc: clean(report.run.startedAt),
    endTimeUtc: clean(report.run.finishedAt),
    toolExecutionNotifications: [
      ...(report.run.notes ?? []).map((note) => clean(note)),
      ...cut,
      ...shown,
    ].map((text) => ({
      level: 'warning',
      message: { text: messageText(text) },
    })),
  };
}

/** Skipped and deleted clusters are not failures. */
function isFailure(record: ReportRecord): boolean {
  if (record.kind === 'finding') return false;
  const result = record.cluster?.result;
  return result !== 'skipped' && result !== 'gone';
}

function noteOf(record: ReportRecord): readonly string[] {
  if (record.kind === 'finding') return [];
  const cluster = record.cluster === undefined ? '' : ` on cluster ${clean(record.cluster.name)}`;
  return record.kind === 'unknown'
    ? [`Unknown: ${record.rule}${cluster}: ${record.why}`]
    : [`Not audited${cluster}: ${clean(record.why)}`];
}

/** SARIF's message text: braces are placeholders unless doubled, and `[a](b)` is a link unless escaped. */
export function messageText(text: string): string {
  const braces = text.replaceAll(/[{}]/gu, '$&$&');
  return braces.includes('](') ? braces.replaceAll(/[\\[\]]/gu, String.raw`\$&`) : braces;
}

/** One segment of a relative URI. Azure's names hold nothing else; whatever does is no path and no scheme. */
function uriPart(name: string): string {
  return clean(name, 253).replaceAll(/[^\w-]+/gu, '_') || 'cluster';
}
