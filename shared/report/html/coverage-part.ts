import { ruleTitle, severities, type Severity } from '../../findings/index.ts';
import { compareText, optionalSlices } from '../../model/index.ts';
import { isOpen } from '../build.ts';
import { gaps, unreadSlices } from '../coverage.ts';
import type { Report, SliceCoverage } from '../report.ts';
import { counted, grouped, timeText } from '../words.ts';
import type { PageContext } from './context.ts';
import { dataTable } from './data-table.ts';
import { ruleLink } from './links.ts';
import { markup, type Hole, type Markup } from './markup.ts';

const mostReasons = 30;

/** What the answer rests on: rules that spoke, sources by age, rights that are missing. */
export function coveragePart({ report, options }: PageContext): Markup {
  return markup`<section class="part" id="coverage"><h2>Coverage and data sources</h2>${rulesTable(report, options)}${sourcesTable(report)}${missing(report)}</section>`;
}

function rulesTable(report: Report, options: PageContext['options']): Markup | undefined {
  const rules = new Map<string, { open: number; worst: number; unknown: number }>();
  const of = (rule: string): { open: number; worst: number; unknown: number } => {
    const known = rules.get(rule) ?? { open: 0, worst: severities.length, unknown: 0 };
    rules.set(rule, known);
    return known;
  };
  for (const cluster of report.clusters) {
    for (const finding of cluster.findings) {
      if (!isOpen(finding)) continue;
      const row = of(finding.rule);
      row.open += 1;
      row.worst = Math.min(row.worst, severities.indexOf(finding.severity));
    }
    for (const rule of new Set(gaps(cluster).flatMap((gap) => gap.rules))) of(rule).unknown += 1;
  }
  if (rules.size === 0) return undefined;
  const rows = [...rules].toSorted((a, b) => compareText(a[0], b[0]));
  return markup`<h3>Rules</h3>${dataTable(
    'Rules',
    [
      { word: 'Rule' },
      { word: 'Open', number: true },
      { word: 'Worst' },
      { word: 'Clusters not judged', number: true },
      { word: 'Page' },
    ],
    rows.map(([rule, { open, worst, unknown }]) => [
      markup`${ruleTitle(rule)} <span class="dim small">${ruleLink(rule, options)}</span>`,
      grouped(open),
      severityBadge(severities[worst]),
      grouped(unknown),
      markup`<code>evenkeel explain ${rule}</code>`,
    ]),
  )}`;
}

function severityBadge(severity: Severity | undefined): Markup | undefined {
  return severity === undefined
    ? undefined
    : markup`<span class="badge ${severity}">${severity}</span>`;
}

function sourcesTable({ clusters }: Report): Markup | undefined {
  const slices = Map.groupBy(
    clusters.flatMap(({ coverage }) => coverage),
    ({ slice }) => slice,
  );
  if (slices.size === 0) return undefined;
  const rows = [...slices].toSorted((a, b) => compareText(a[0], b[0]));
  return markup`<h3>Sources</h3>${dataTable(
    'Sources',
    [
      { word: 'Source' },
      { word: 'Clusters read', number: true },
      { word: 'not read', number: true },
      { word: 'Items', number: true },
      { word: 'Read at' },
    ],
    rows.map(([slice, all]) => sourceRow(slice, all)),
  )}`;
}

function sourceRow(slice: string, all: readonly SliceCoverage[]): readonly Hole[] {
  const read = all.filter(({ state }) => state === 'read');
  const items = read.reduce((sum, each) => sum + (each.items ?? 0), 0);
  const times = read.flatMap(({ readAt }) => readAt ?? []).toSorted();
  const [first] = times;
  const last = times.at(-1);
  const when =
    first === undefined || last === undefined
      ? ''
      : timeText(first) === timeText(last)
        ? timeText(first)
        : `${timeText(first)} to ${timeText(last)}`;
  const name = optionalSlices.has(slice)
    ? markup`${slice} <span class="dim small">optional</span>`
    : slice;
  return [name, grouped(read.length), grouped(all.length - read.length), grouped(items), when];
}

function missing({ clusters }: Report): Markup | undefined {
  const reasons = new Map<string, number>();
  for (const cluster of clusters) {
    const own = unreadSlices(cluster).map(({ slice, why }) => `${slice}: ${why}`);
    const whole = own.length === 0 && cluster.reason !== undefined ? [cluster.reason] : own;
    for (const why of new Set(whole)) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  if (reasons.size === 0) return undefined;
  const rows = [...reasons].toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  const left = rows.length - mostReasons;
  return markup`<h3>Why some data could not be read</h3><ul>${rows
    .slice(0, mostReasons)
    .map(
      ([why, count]) =>
        markup`<li>${why} <span class="dim">(${counted(count, 'cluster')})</span></li>`,
    )}</ul>${
    left > 0 ? markup`<p class="dim">and ${counted(left, 'more reason')}.</p>` : undefined
  }`;
}
