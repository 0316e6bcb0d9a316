import { clean } from '../clean.ts';
import { gaps, unreadSlices } from '../coverage.ts';
import type { ClusterReport, ClusterResult, Report, ServiceReport } from '../report.ts';
import { counted, resultWords, severityCounts, timeText } from '../words.ts';
import { findingLines } from './findings.ts';
import { painter, type Colour } from './paint.ts';
import { serviceLines, type Sheet } from './services.ts';
import { columns, cut, wrap } from './width.ts';

export interface TextOptions {
  /** Columns of the terminal; taken as 40 at least and 200 at most. */
  readonly width: number;
  readonly colour: boolean;
  /** What starts this tool, as it is typed; `evenkeel` unless given. */
  readonly command?: string;
}

/** Even Services that one cluster prints with all their bars; the rest is one line. */
const evenServices = 25;

/** The report for a terminal: per cluster its Services with a bar per pod, then what is wrong, then what is not known. */
export function renderText(report: Report, options: TextOptions): string {
  const sheet: Sheet = {
    width: Math.min(200, Math.max(40, Math.floor(options.width) || 80)),
    paint: painter(options.colour),
    command: options.command ?? 'evenkeel',
  };
  const lines = [
    ...report.clusters.flatMap((cluster) => clusterLines(cluster, sheet)),
    ...closing(report, sheet),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const resultColours: Readonly<Record<ClusterResult, Colour>> = {
  complete: 'green',
  partial: 'yellow',
  unreachable: 'red',
  denied: 'red',
  skipped: 'cyan',
  failed: 'red',
  gone: 'dim',
};

function clusterLines(cluster: ClusterReport, sheet: Sheet): readonly string[] {
  const { paint, width } = sheet;
  const name = cut(clean(cluster.name), Math.max(12, width - 24));
  const result = resultWords[cluster.result];
  const facts = [
    ...(cluster.location === undefined ? [] : [clean(cluster.location)]),
    ...(cluster.kubernetesVersion === undefined
      ? []
      : [`Kubernetes ${clean(cluster.kubernetesVersion)}`]),
  ].join(' · ');
  const room = width - columns(name) - columns(result) - 2;
  const middle = facts === '' || columns(facts) + 4 > room ? '' : `  ${facts}`;
  const rule = '─'.repeat(Math.max(2, room - columns(middle)));
  const isPartial = cluster.result !== 'complete' && cluster.reason !== undefined;
  return [
    `${paint('bold', name)}${paint('dim', middle)} ${paint('dim', rule)} ${paint(resultColours[cluster.result], result)}`,
    ...(isPartial && unreadSlices(cluster).length === 0
      ? wrap(clean(cluster.reason ?? ''), width - 2).map((line) => `  ${line}`)
      : []),
    '',
    ...serviceTable(cluster, sheet),
    ...(cluster.findings.length > 0 ? findingLines(cluster.findings, sheet) : noFindings(cluster)),
    ...unknownLines(cluster, sheet),
  ];
}

function serviceTable(cluster: ClusterReport, sheet: Sheet): readonly string[] {
  if (cluster.services.length === 0)
    return cluster.result === 'complete' ? ['  No Service of type LoadBalancer.', ''] : [];
  const even = cluster.services.filter(isEven);
  const folded = new Set(even.slice(evenServices));
  return [
    ...cluster.services
      .filter((service) => !folded.has(service))
      .flatMap((service) => serviceLines(service, sheet)),
    ...(folded.size > 0
      ? [
          `  ${sheet.paint('green', `and ${counted(folded.size, 'more Service')} with even traffic`)}`,
          '',
        ]
      : []),
  ];
}

function isEven(service: ServiceReport): boolean {
  return service.ports.every((port) => port.verdict === 'even');
}

function noFindings(cluster: ClusterReport): readonly string[] {
  return cluster.result === 'complete' && cluster.unknown.length === 0
    ? ['  No findings.', '']
    : [];
}

function unknownLines(cluster: ClusterReport, sheet: Sheet): readonly string[] {
  const unread = unreadSlices(cluster);
  const open = gaps(cluster);
  if (unread.length === 0 && open.length === 0) return [];
  const { paint, width } = sheet;
  const item = (head: string, text: string): readonly string[] =>
    wrap(`${head} ${text}`, width - 6).map((line, at) => `  ${at === 0 ? '?' : ' '} ${line}`);
  return [
    `  ${paint('bold', 'Not known')}  ${paint('dim', 'unknown is not a pass')}`,
    '',
    ...unread.flatMap(({ slice, why }) => item(`${slice} not read:`, why)),
    ...open.flatMap(({ why, rules }) => item(`${rules.join(', ')}:`, why)),
    '',
  ];
}

function closing(report: Report, { paint, width }: Sheet): readonly string[] {
  const { clusters, findings, changes } = report.summary;
  const services = report.clusters.flatMap((cluster) => cluster.services);
  const count = (verdict: string): number =>
    services.filter((service) => service.ports.some((port) => port.verdict === verdict)).length;
  const silent = clusters.planned - report.clusters.length;
  const parts = [
    counted(report.clusters.length, 'cluster'),
    ...(clusters.partial > 0 ? [`${clusters.partial} read in part`] : []),
    ...(clusters.failed > 0 ? [`${clusters.failed} not audited`] : []),
    ...(silent > 0 ? [`${silent} without an answer`] : []),
    counted(services.length, 'Service'),
    ...(['none', 'lost', 'starved', 'uneven', 'unknown'] as const).flatMap((verdict) =>
      count(verdict) > 0 ? [`${count(verdict)} ${closingWords[verdict]}`] : [],
    ),
    severityCounts(findings),
    ...(findings.exempt > 0 ? [`${findings.exempt} exempt`] : []),
    ...(changes.resolved > 0 ? [`${changes.resolved} resolved`] : []),
  ];
  return [
    paint('dim', '─'.repeat(width)),
    ...wrap(parts.join(' · '), width),
    ...(report.run.notes ?? []).flatMap((note) => wrap(`! ${clean(note)}`, width)),
    ...wrap(
      `evenkeel ${clean(report.tool.version)} · run of ${timeText(clean(report.run.startedAt))} · shares are expected parts of new connections`,
      width,
    ).map((line) => paint('dim', line)),
  ];
}

const closingWords = {
  none: 'without traffic',
  lost: 'losing connections',
  starved: 'with starving pods',
  uneven: 'uneven',
  unknown: 'not known',
} as const;
