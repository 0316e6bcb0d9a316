import { counted, percent, timeText } from '../model/index.ts';
import { subjectText } from '../findings/index.ts';
import { unknownReasons, notJudged, unreadSlices } from './coverage.ts';
import { withDistinctNames } from './distinct-names.ts';
import { markdownTable, markdownText } from './markdown-text.ts';
import { openFindings, type ClusterFinding } from './fleet-findings.ts';
import { azureText, harmText } from './observed-text.ts';
import { portGroups, portGroupText, sharesText } from './ports.ts';
import type { Report } from './report.ts';
import { ruleUrl } from './rule-link.ts';
import { portStatus, statusWords } from './service-status.ts';
import { fixSummary, resultWords, severityCounts } from './words.ts';

const topFindings = 50;
const topServices = 200;
const topUnknown = 100;

const md = markdownText;

/**
 * Counts, who gets the traffic, and the 50 worst findings: for job summaries, pull requests and wikis.
 * @param reportUrl Address of `/api/report`; rules then link to their pages.
 */
export function renderMarkdown(given: Report, reportUrl?: string): string {
  const report = withDistinctNames(given);
  const { clusters, findings, changes } = report.summary;
  const lines = [
    '# Who gets the traffic',
    '',
    `${report.clusters.length === 0 ? 'No cluster was audited' : `${counted(report.clusters.length, 'cluster')}: ${severityCounts(findings)}`}. Run of ${md(timeText(report.run.startedAt))}, evenkeel ${md(report.tool.version)}.`,
    '',
    ...(report.run.notes ?? []).flatMap((note) => [`> ${md(note)}`, '']),
    ...markdownTable(
      ['Clusters planned', 'complete', 'partial', 'failed', 'Findings new', 'resolved', 'exempt'],
      [
        [
          clusters.planned,
          clusters.complete,
          clusters.partial,
          clusters.failed,
          changes.new,
          changes.resolved,
          findings.exempt,
        ].map(String),
      ],
    ),
    ...traffic(report),
    ...worst(report, reportUrl),
    ...notKnown(report),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function traffic(report: Report): readonly string[] {
  const order = ['none', 'lost', 'starved', 'uneven', 'unknown', 'even', 'disabled'];
  const all = report.clusters
    .flatMap((cluster) =>
      cluster.services.flatMap((service) =>
        portGroups(service).map((group) => ({ cluster, service, group })),
      ),
    )
    .toSorted(
      (a, b) => order.indexOf(portStatus(a.group.first)) - order.indexOf(portStatus(b.group.first)),
    );
  if (all.length === 0) return [];
  const measured = all.some(({ service }) => harmText(service) !== '');
  const asked = all.some(({ group }) => azureText(group.first) !== undefined);
  const rows = all
    .slice(0, topServices)
    .map(({ cluster, service, group: { ports, first } }) => [
      md(cluster.name),
      md(`${service.namespace}/${service.name}`),
      md(portGroupText({ ports, first }, service)),
      md(service.externalTrafficPolicy),
      first.loadBalancer === undefined
        ? 'none'
        : md(`${first.loadBalancer.name} (${first.loadBalancer.sku})`),
      md(sharesText(first)),
      first.lost > 0 && first.disabled !== true ? percent(first.lost) : '',
      ...(measured ? [md(harmText(service))] : []),
      ...(asked ? [md(azureText(first) ?? '')] : []),
      statusWords[portStatus(first)],
    ]);
  const head = [
    'Cluster',
    'Service',
    'Port',
    'Policy',
    'Load balancer',
    'Shares %',
    'Lost',
    ...(measured ? ['Now'] : []),
    ...(asked ? ['Azure'] : []),
    'Verdict',
  ];
  return [
    '## Traffic',
    '',
    ...markdownTable(head, rows),
    ...left(all.length - rows.length, 'Service'),
  ];
}

function worst(report: Report, reportUrl: string | undefined): readonly string[] {
  const all = openFindings(report);
  if (all.length === 0) return [];
  const shown = all.slice(0, topFindings);
  const head = ['Severity', 'Finding', 'Cluster', 'Subject', 'Rule', 'Fix'];
  return [
    '## Findings',
    '',
    ...markdownTable(
      head,
      shown.map((each) => findingRow(each, reportUrl)),
    ),
    ...left(all.length - shown.length, 'finding'),
  ];
}

function findingRow(
  { cluster, finding }: ClusterFinding,
  reportUrl: string | undefined,
): readonly string[] {
  const page = ruleUrl(reportUrl, finding.rule);
  const fix = finding.fixes[0];
  return [
    finding.severity,
    md(finding.title),
    md(cluster.name),
    md(`${finding.subject.kind} ${subjectText(finding.subject)}`),
    page === undefined ? md(finding.rule) : `[${md(finding.rule)}](${page})`,
    fix === undefined ? '' : md(fixSummary(fix)),
  ];
}

function notKnown(report: Report): readonly string[] {
  const lines = report.clusters.flatMap((cluster) => [
    ...(notJudged(cluster)
      ? [
          `- ${md(cluster.name)}: ${resultWords[cluster.result]}${cluster.reason === undefined ? '' : `, ${md(cluster.reason)}`}`,
        ]
      : []),
    ...unreadSlices(cluster).map(
      ({ slice, why }) => `- ${md(cluster.name)}: ${md(slice)} not read, ${md(why)}`,
    ),
    ...unknownReasons(cluster).map(
      ({ rules, why }) =>
        `- ${md(cluster.name)}: ${rules.map((rule) => md(rule)).join(', ')} unknown, ${md(why)}`,
    ),
  ]);
  if (lines.length === 0) return [];
  return [
    '## Not known',
    '',
    'Unknown is not a pass.',
    '',
    ...lines.slice(0, topUnknown),
    '',
    ...left(lines.length - topUnknown, 'line'),
  ];
}

function left(count: number, noun: string): readonly string[] {
  return count > 0 ? [`and ${counted(count, `more ${noun}`)}.`, ''] : [];
}
