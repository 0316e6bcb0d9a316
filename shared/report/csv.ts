import type { Finding } from '../findings/index.ts';
import { clean } from './clean.ts';
import { records, type ReportRecord } from './records.ts';
import type { ClusterReport, Report } from './report.ts';

/**
 * What makes a spreadsheet take a cell for a formula, ASCII and full width, where a cell starts. Some
 * spreadsheets split at semicolons whatever the quotes say, so a start after one counts too.
 */
const formulaStart = /(^|;)(["'\s]*)(?=[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20\u2212])/gu;

/** A string of a cluster as one quoted cell: one line, no formula. */
function csvCell(text: string): string {
  const safe = clean(text).replace(formulaStart, "$1'$2");
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * Findings, clusters that were not audited and rules without an answer, one line each, for
 * spreadsheets: RFC 4180 with a byte order mark, every cell quoted.
 */
export function* csvPieces(report: Report): Generator<string> {
  yield `\uFEFF${lineOf(columns)}`;
  for (const record of records(report)) yield lineOf(cells(record));
}

function lineOf(texts: readonly string[]): string {
  return `${texts.map(csvCell).join(',')}\r\n`;
}

const columns = [
  'record',
  'severity',
  'state',
  'rule',
  'title',
  'message',
  'subject kind',
  'namespace',
  'name',
  'cluster',
  'owner',
  'subscription',
  'resource group',
  'location',
  'causes',
  'fix',
  'price',
  'exemption',
  'first seen',
  'last seen',
  'fingerprint',
  'cluster id',
  'harm',
  'harm per minute',
  'harm unit',
  'azure',
] as const;

function cells(record: ReportRecord): readonly string[] {
  const values = cellsOf(record);
  return columns.map((column) => values[column] ?? '');
}

type Cells = Partial<Readonly<Record<(typeof columns)[number], string>>>;

function cellsOf(record: ReportRecord): Cells {
  if (record.kind === 'unknown')
    return {
      ...clusterValues(record.cluster),
      record: 'unknown',
      rule: record.rule,
      title: `${record.rule} could not be judged`,
      message: record.why,
    };
  if (record.kind === 'not-audited')
    return {
      ...(record.cluster !== undefined && clusterValues(record.cluster)),
      record: 'not audited',
      state: record.cluster?.result ?? '',
      message: record.why,
    };
  const { cluster, finding } = record;
  const fix = finding.fixes[0];
  return {
    ...clusterValues(cluster),
    ...(finding.owner !== undefined && { owner: finding.owner }),
    record: 'finding',
    severity: finding.severity,
    state: finding.state,
    rule: finding.rule,
    title: finding.title,
    message: finding.message,
    'subject kind': finding.subject.kind,
    namespace: finding.subject.namespace ?? '',
    name: finding.subject.name,
    causes: finding.causes.join(', '),
    fix: fix?.title ?? '',
    price: fix?.price.join(', ') ?? '',
    exemption: exemptionText(finding),
    'first seen': finding.firstSeen,
    'last seen': finding.lastSeen,
    fingerprint: finding.fingerprint,
    ...harmValues(finding),
  };
}

/** Numbers alone, for sums and sorting: a spreadsheet takes no words for them. */
function harmValues({ harm, observedAt, notVerified }: Finding): Cells {
  return {
    ...(harm !== undefined && {
      harm: harm.kind,
      'harm per minute': String(Math.round(harm.perMinute * 10) / 10),
      'harm unit': harm.unit,
    }),
    azure: verifiedText(observedAt, notVerified),
  };
}

function verifiedText(observedAt: string | undefined, notVerified: string | undefined): string {
  if (notVerified !== undefined) return `not verified: ${notVerified}`;
  return observedAt === undefined ? '' : `verified ${observedAt}`;
}

function exemptionText({ exemption }: Finding): string {
  if (exemption === undefined) return '';
  const { reason, owner, expires, expired } = exemption;
  return `${expired === true ? 'ran out on' : 'until'} ${expires}: ${reason} (${owner})`;
}

function clusterValues(cluster: ClusterReport): Cells {
  return {
    cluster: cluster.name,
    owner: cluster.owner ?? '',
    subscription: cluster.subscriptionId ?? '',
    'resource group': cluster.resourceGroup ?? '',
    location: cluster.location ?? '',
    'cluster id': cluster.id,
  };
}
