import { ruleTitle, severities, type Severity } from '../../findings/index.ts';
import { compareText, optionalSlices } from '../../model/index.ts';
import { isOpen } from '../build.ts';
import { gaps, unreadSlices } from '../coverage.ts';
import type { Report, SliceCoverage } from '../report.ts';
import { counted, grouped, timeText } from '../words.ts';
import type { PageContext } from './context.ts';
import { dataTable } from './data-table.ts';
import { ruleLink } from './links.ts';
import { markup, trusted, type Hole, type Markup } from './markup.ts';

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
  const all = [...rules].toSorted((a, b) => compareText(a[0], b[0]));
  const rows = all.filter(([, { open }]) => open > 0);
  return markup`<h3>Rules</h3>${
    rows.length === 0
      ? undefined
      : dataTable(
          'Rules with open findings',
          [
            { word: 'Rule' },
            { word: 'Open', number: true },
            { word: 'Worst' },
            { word: 'Clusters not judged', number: true },
          ],
          rows.map(([rule, { open, worst, unknown }]) => [
            markup`${ruleTitle(rule)} <span class="dim small">${ruleLink(rule, options)}</span>`,
            grouped(open),
            severityBadge(severities[worst]),
            grouped(unknown),
          ]),
        )
  }${notJudged(
    all.filter(([, { open }]) => open === 0),
    options,
  )}<p class="dim small"><code>evenkeel explain RULE</code> prints the page of a rule.</p>`;
}

/** Rules without a finding that could not judge every cluster, by the number of those clusters. */
function notJudged(
  rules: readonly (readonly [string, { readonly unknown: number }])[],
  options: PageContext['options'],
): Markup | undefined {
  if (rules.length === 0) return undefined;
  const groups = [...Map.groupBy(rules, ([, { unknown }]) => unknown)].toSorted(
    (a, b) => b[0] - a[0],
  );
  return markup`<ul class="small">${groups.map(
    ([unknown, group]) =>
      markup`<li><b>No findings, ${counted(unknown, 'cluster')} not judged:</b> ${group.map(
        ([rule], at) => [at === 0 ? undefined : trusted(', '), ruleLink(rule, options)],
      )}</li>`,
  )}</ul>`;
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
