import { counted, timeText } from '../../model/index.ts';
import { isOpen, type Finding, type Severity } from '../../findings/index.ts';
import { clean } from '../clean.ts';
import { silentClusters, unreadSlices } from '../coverage.ts';
import { withDistinctNames } from '../distinct-names.ts';
import { allFindings } from '../fleet-findings.ts';
import type { ClusterReport, Report, ServiceReport } from '../report.ts';
import {
  aboutServices,
  serviceName,
  statusOf,
  statusOrder,
  portStatus,
  worstVerdict,
  type ServiceStatus,
} from '../service-status.ts';
import { amounts, resultWords, severityCounts } from '../words.ts';
import { clusterTable, resultColours } from './clusters.ts';
import { asideText, findingLines } from './findings.ts';
import { painter } from './paint.ts';
import { serviceLine, serviceLines } from './services.ts';
import { indented, type Sheet } from './sheet.ts';
import { unknownLines } from './unknown.ts';
import { columns, cut, wrap } from './width.ts';

export interface TextOptions {
  /** Columns of the terminal; taken as 40 at least and 200 at most. */
  readonly width: number;
  readonly colour: boolean;
  /** What starts this tool, as it is typed; `evenkeel` unless given. */
  readonly command?: string;
  /** The table of clusters and the counts alone. */
  readonly summary?: boolean;
  /** Findings below it are counted and not shown. */
  readonly from?: Severity;
}

/** Services of one cluster, and of a fleet, that are drawn with all their bars; of a fleet the next have a line each; the rest is one line. */
const drawn = { cluster: 200, even: 25, fleet: 4, named: 12 } as const;
const widest = { bars: 120, prose: 100, table: 200 } as const;

/**
 * The report for a terminal, in whole lines. One cluster: its Services with a bar per pod, then what is wrong, then what is not known. Several:
 * a table of them first, then the Services that are worst, then findings by rule.
 */
export function* textPieces(report: Report, options: TextOptions): Generator<string> {
  const width = Math.max(40, Math.floor(options.width) || 80);
  const sheet: Sheet = {
    width: Math.min(widest.bars, width),
    prose: Math.min(widest.prose, width),
    table: Math.min(widest.table, width),
    paint: painter(options.colour),
    command: options.command ?? 'evenkeel',
  };
  for (const line of lines(withDistinctNames(report), sheet, options)) yield `${line.trimEnd()}\n`;
}

function* lines(report: Report, sheet: Sheet, options: TextOptions): Generator<string> {
  const [only, ...others] = report.clusters;
  const fleet = others.length > 0;
  if (fleet || options.summary === true) yield* clusterTable(report, sheet);
  else if (only !== undefined) yield* clusterHeading(only, sheet);
  if (options.summary !== true) {
    if (fleet) yield* fleetServices(report, sheet);
    else if (only !== undefined) yield* clusterServices(only, sheet);
    yield* findingsPart(report, sheet, { fleet, from: options.from });
    yield* unknownLines(report.clusters, sheet);
  }
  yield* closing(report, sheet);
}

function clusterHeading(cluster: ClusterReport, sheet: Sheet): readonly string[] {
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
      ? indented(clean(cluster.reason ?? ''), 2, sheet)
      : []),
    '',
  ];
}

function* clusterServices(cluster: ClusterReport, sheet: Sheet): Generator<string> {
  if (cluster.services.length === 0) {
    if (cluster.result === 'complete') yield* ['  No Service of type LoadBalancer.', ''];
    return;
  }
  const about = aboutServices(cluster);
  const findingsOf = (service: ServiceReport): readonly Finding[] =>
    about.get(serviceName(service)) ?? [];
  const isWell = (service: ServiceReport): boolean =>
    ['even', 'disabled'].includes(statusOf(worstVerdict(service), findingsOf(service)));
  const even = cluster.services.filter(isWell);
  const others = cluster.services.filter((service) => !isWell(service));
  const folded = new Set([...even.slice(drawn.even), ...others.slice(drawn.cluster)]);
  for (const service of cluster.services)
    if (!folded.has(service))
      yield* serviceLines(service, sheet, { findings: findingsOf(service) });
  const { paint } = sheet;
  const evenLeft = even.length - drawn.even;
  if (evenLeft > 0)
    yield* [
      `  ${paint('green', `and ${counted(evenLeft, 'more Service')} with even traffic`)}`,
      '',
    ];
  const left = others.length - drawn.cluster;
  if (left > 0)
    yield* [`  ${paint('red', `and ${counted(left, 'more Service')}: --format html or json`)}`, ''];
}

const restWords = [
  ['even', 'with even traffic'],
  ['disabled', 'closed by annotation'],
  ['unknown', 'not known'],
] as const;

/** The Services of a fleet that need eyes, worst first. */
function* fleetServices(report: Report, sheet: Sheet): Generator<string> {
  const { paint } = sheet;
  const all = report.clusters.flatMap((cluster) => {
    const about = aboutServices(cluster);
    return cluster.services.map((service) => {
      const findings = about.get(serviceName(service)) ?? [];
      return { cluster, service, findings, status: statusOf(worstVerdict(service), findings) };
    });
  });
  const faulty = all
    .filter(({ status }) => !['even', 'unknown', 'disabled'].includes(status))
    .toSorted((a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status));
  if (all.length === 0) return;
  const shown = faulty.slice(0, drawn.fleet);
  const named = faulty.slice(drawn.fleet, drawn.fleet + drawn.named);
  const left = faulty.length - shown.length - named.length;
  const count = (wanted: ServiceStatus): number =>
    all.filter(({ status }) => status === wanted).length;
  yield* [
    `  ${paint('bold', 'Traffic not even')}  ${faulty.length} of ${counted(all.length, 'Service')}`,
    '',
  ];
  for (const { cluster, service, findings } of shown)
    yield* serviceLines(service, sheet, { cluster: cluster.name, findings });
  for (const { cluster, service, findings } of named)
    yield serviceLine(service, sheet, { cluster: cluster.name, findings });
  if (named.length > 0) yield '';
  const rest = [
    ...(left > 0
      ? [`${counted(left, 'more Service')} like these: --cluster NAME or --format html`]
      : []),
    ...restWords.flatMap(([status, words]) =>
      count(status) > 0 ? [`${counted(count(status), 'Service')} ${words}`] : [],
    ),
  ];
  if (rest.length > 0) yield* [...indented(`and ${rest.join('; ')}`, 2, sheet), ''];
}

function* findingsPart(
  report: Report,
  sheet: Sheet,
  view: { readonly fleet: boolean; readonly from: Severity | undefined },
): Generator<string> {
  const all = allFindings(report);
  const open = all.filter(({ finding }) => isOpen(finding));
  if (all.length > 0) yield* findingLines(open, sheet, view);
  else if (report.clusters.length === 0) yield* ['  No cluster was audited.', ''];
  else if (!view.fleet && report.clusters.every(isClear)) yield* ['  No findings.', ''];
  const aside = asideText(all.map(({ finding }) => finding));
  if (aside !== '') yield* [`  ${sheet.paint('dim', aside)}`, ''];
}

function isClear(cluster: ClusterReport): boolean {
  return cluster.result === 'complete' && cluster.unknown.length === 0;
}

function closing(report: Report, { paint, prose, width }: Sheet): readonly string[] {
  const { clusters, findings, changes } = report.summary;
  const services = report.clusters.flatMap((cluster) => cluster.services);
  const count = (verdict: string): number =>
    services.filter((service) => service.ports.some((port) => portStatus(port) === verdict)).length;
  const parts = [
    counted(report.clusters.length, 'cluster'),
    ...amounts([
      [clusters.partial, 'read in part'],
      [clusters.failed, 'not scanned'],
      [clusters.skipped ?? 0, 'skipped'],
      [silentClusters(report), 'without an answer'],
    ]),
    counted(services.length, 'Service'),
    ...amounts([
      [count('none'), 'without traffic'],
      [count('lost'), 'losing connections'],
      [count('starved'), 'with pods without traffic'],
      [count('uneven'), 'uneven'],
      [count('unknown'), 'not known'],
    ]),
    ...(report.clusters.length === 0 ? [] : [severityCounts(findings)]),
    ...amounts([
      [findings.exempt, 'exempt'],
      [changes.resolved, 'resolved'],
    ]),
  ];
  return [
    paint('dim', '─'.repeat(width)),
    ...wrap(parts.join(' · '), prose),
    ...(report.run.notes ?? []).flatMap((note) => wrap(`! ${clean(note)}`, prose)),
    ...wrap(
      `evenkeel ${clean(report.tool.version)} · run of ${timeText(clean(report.run.startedAt))} · shares are expected fractions of new connections`,
      prose,
    ).map((line) => paint('dim', line)),
  ];
}
