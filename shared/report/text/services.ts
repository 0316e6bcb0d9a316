import { percent } from '../../model/index.ts';
import type { Finding } from '../../findings/index.ts';
import { clean } from '../clean.ts';
import { foldEndpoints, type EndpointRow, type FoldedGroup } from '../fold.ts';
import { azureText, harmText, rateText } from '../observed-text.ts';
import { portGroups, portGroupText, sharesText, type PortGroup } from '../ports.ts';
import type { PortReport, ServiceReport } from '../report.ts';
import { portStatus, statusOf, statusWords, worstVerdict } from '../service-status.ts';
import { causeText, disabledText, skuText, whyText } from '../words.ts';
import { nodeLines } from './nodes.ts';
import { barText, shareLine, statusColours } from './paint.ts';
import { indented, reasonLines, type Sheet } from './sheet.ts';
import { columns, cut, cutMiddle, pad, wrap } from './width.ts';

/** Pods of one Service with a line each; of more, their nodes have. With reasons and loss a Service stays within a dozen lines. */
const podRows = 8;

export interface ServiceContext {
  /** Name of its cluster, in a report on several. */
  readonly cluster?: string;
  /** Findings about the Service: a critical one says more than a verdict that looks well. */
  readonly findings: readonly Finding[];
}

/** A Service as a heading and one bar per pod, for each way in that looks different. */
export function serviceLines(
  service: ServiceReport,
  sheet: Sheet,
  context: ServiceContext,
): readonly string[] {
  return portGroups(service).flatMap((group) => [
    ...heading(service, group, sheet, context),
    ...body(group.first, sheet),
    ...observedLines(group.first, sheet),
    ...harmLines(service, group, sheet),
    '',
  ]);
}

/** A Service as one line: its worst port, for lists. */
export function serviceLine(
  service: ServiceReport,
  { paint, width }: Sheet,
  { cluster = '', findings }: ServiceContext,
): string {
  const worst = worstVerdict(service);
  const port = service.ports.find((each) => portStatus(each) === worst);
  const numbers = port === undefined ? '' : sharesText(port);
  const status = statusOf(worst, findings);
  const right = `${numbers}  ${statusWords[status]}`;
  const room = Math.max(10, width - 2 - columns(right) - 2);
  const name = cut(clean(`${service.namespace}/${service.name}`), room);
  const where = cut(clean(cluster), room - columns(name) - 2);
  const gap = ' '.repeat(Math.max(0, room - columns(name) - 2 - columns(where)));
  return `  ${paint('bold', name)}  ${paint('dim', where)}${gap}  ${paint('bold', numbers)}  ${paint(statusColours[status], statusWords[status])}`;
}

function heading(
  service: ServiceReport,
  group: PortGroup,
  sheet: Sheet,
  { cluster, findings }: ServiceContext,
): readonly string[] {
  const { first } = group;
  const { paint, width } = sheet;
  const status = statusOf(portStatus(first), findings);
  const verdict = statusWords[status];
  const numbers = sharesText(first);
  // The longest of both fit a line of 40 columns with one blank between them.
  const between = columns(`${numbers}  ${verdict}`) > width - 4 ? ' ' : '  ';
  const right = `${numbers}${between}${verdict}`;
  const name = clean(`${service.namespace}/${service.name}`);
  const facts = [
    ...(cluster === undefined ? [] : [clean(cluster)]),
    portGroupText(group, service),
    clean(service.externalTrafficPolicy),
    ...balancerText(first),
    ...(first.frontend === undefined ? [] : [clean(first.frontend)]),
  ];
  const room = width - 2 - columns(right) - 2;
  const left = `${name}  ${facts.join('  ')}`;
  const shares = `${paint('bold', numbers)}${between}${paint(statusColours[status], verdict)}`;
  if (columns(left) <= room)
    return [
      `  ${paint('bold', name)}  ${facts.join('  ')}${' '.repeat(room - columns(left) + 2)}${shares}`,
    ];
  const shortName = cut(name, room);
  const gap = width - 2 - columns(shortName) - columns(right);
  const headline =
    room < 14
      ? [`  ${paint('bold', cut(name, width - 2))}`, `    ${shares}`]
      : [`  ${paint('bold', shortName)}${' '.repeat(gap)}${shares}`];
  return [
    ...headline,
    ...wrap(facts.join('  '), width - 4).map((line) => `    ${paint('dim', line)}`),
  ];
}

function balancerText({ loadBalancer, verdict }: PortReport): readonly string[] {
  if (loadBalancer !== undefined)
    return [`${clean(loadBalancer.name)} (${skuText(clean(loadBalancer.sku))})`];
  return verdict === 'unknown' ? [] : ['no load balancer'];
}

function body(port: PortReport, sheet: Sheet): readonly string[] {
  if (port.verdict === 'unknown')
    return reasonLines(
      `not known: ${clean(port.why ?? 'something was not read')}`,
      4,
      sheet,
      'cyan',
    );
  if (port.disabled === true) return reasonLines(disabledText(port), 4, sheet, 'cyan');
  const many = port.endpoints.length > podRows;
  const groups = many ? [] : foldEndpoints(port.endpoints, podRows);
  const layout = layoutOf(groups, sheet.width);
  const lines = groups.flatMap((group) => [
    ...group.rows.flatMap((row) =>
      row.kind === 'pod' ? podLine(row.endpoint, layout, sheet) : [],
    ),
    ...(group.because === undefined
      ? []
      : reasonLines(whyText(group.because, group.cause), layout.indent, sheet, 'red')),
  ]);
  return [
    ...lines,
    ...(many ? nodeLines(port.endpoints, podRows, layout, sheet) : []),
    ...lostLines(port, many, layout, sheet),
    ...(port.clientsNotJudged === undefined
      ? []
      : reasonLines(`clients not checked: ${clean(port.clientsNotJudged)}`, 4, sheet, 'cyan')),
  ];
}

/** How much traffic there is, and what Azure itself sees; nothing where neither was read. */
function observedLines(port: PortReport, sheet: Sheet): readonly string[] {
  const colour = (port.observed?.differing ?? 0) > 0 ? 'red' : 'dim';
  return [
    ...indented(rateText(port) ?? '', 4, sheet, 'dim'),
    ...indented(azureText(port) ?? '', 4, sheet, colour),
  ];
}

/** Once for a Service, under its last picture. */
function harmLines(service: ServiceReport, group: PortGroup, sheet: Sheet): readonly string[] {
  if (!group.ports.includes(service.ports.at(-1) ?? group.first)) return [];
  return [
    ...indented(harmText(service), 4, sheet, service.idle === true ? 'dim' : 'red'),
    ...indented(clean(service.spread ?? ''), 4, sheet, 'dim'),
  ];
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => columns(clean(text))));
}

export interface ServiceLayout {
  readonly bar: number;
  readonly pod: number;
  readonly node: number;
  readonly pool: number;
  /** Column at which names start. */
  readonly indent: number;
}

/** Columns for the names that there are: pods first, then nodes, then pools, cut where room is short. */
function layoutOf(groups: readonly FoldedGroup[], width: number): ServiceLayout {
  const endpoints = groups
    .flatMap((group) => group.rows)
    .flatMap((row) => (row.kind === 'pod' ? [row.endpoint] : []));
  const barWidth = width >= 100 ? 20 : width >= 70 ? 12 : 6;
  const indent = 4 + barWidth + 1 + 7 + 2;
  const room = Math.max(10, width - indent);
  const wanted = {
    pod: longest(endpoints.map((endpoint) => endpoint.pod)),
    node: longest(endpoints.map((endpoint) => endpoint.node ?? 'no node')),
    pool: longest(endpoints.map((endpoint) => endpoint.nodePool ?? '')),
  };
  const pool = room < 34 ? 0 : Math.min(wanted.pool, 14);
  const withoutPool = room - (pool === 0 ? 0 : pool + 2);
  if (wanted.pod + 2 + wanted.node <= withoutPool)
    return { bar: barWidth, indent, pool, pod: wanted.pod, node: wanted.node };
  if (withoutPool < 26)
    return { bar: barWidth, indent, pool, pod: Math.min(wanted.pod, withoutPool), node: 0 };
  const pod = Math.min(wanted.pod, Math.max(12, withoutPool - 2 - wanted.node, withoutPool >> 1));
  return { bar: barWidth, indent, pool, pod, node: Math.max(0, withoutPool - 2 - pod) };
}

function podLine(endpoint: EndpointRow, layout: ServiceLayout, { paint, width }: Sheet): string {
  const names = [
    pad(cutMiddle(clean(endpoint.pod), layout.pod), layout.pod),
    ...(layout.node === 0
      ? []
      : [pad(cutMiddle(clean(endpoint.node ?? 'no node'), layout.node), layout.node)]),
    ...(layout.pool === 0 ? [] : [cut(clean(endpoint.nodePool ?? ''), layout.pool)]),
  ];
  const text = cut(names.join('  ').trimEnd(), width - layout.indent);
  return shareLine(endpoint.share, endpoint.share, layout.bar, text, paint);
}

function lostLines(
  port: PortReport,
  many: boolean,
  layout: ServiceLayout,
  sheet: Sheet,
): readonly string[] {
  if (port.lost <= 0) return [];
  const { paint, prose } = sheet;
  // Bars of many pods are on a scale of their own.
  const lostBar = many ? ' '.repeat(layout.bar) : barText(port.lost, layout.bar, 'red', paint);
  const causes = port.losses.map((loss) => `${causeText(loss.cause)} (${percent(loss.share)})`);
  const why = causes.length === 0 ? 'nothing takes these connections' : causes.join('; ');
  const [first = '', ...rest] = wrap(`lost: ${clean(why)}`, prose - layout.indent);
  return [
    `    ${lostBar} ${paint('red', percent(port.lost).padStart(7))}  ${paint('red', first)}`,
    ...rest.map((line) => `${' '.repeat(layout.indent)}${paint('red', line)}`),
  ];
}
