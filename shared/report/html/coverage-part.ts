import { isOpen, ruleTitle, severities, type Severity } from '../../findings/index.ts';
import { compareText, counted, grouped, optionalSlices, timeText } from '../../model/index.ts';
import { unknownReasons } from '../coverage.ts';
import type { Report, SliceCoverage } from '../report.ts';
import type { HtmlOptions, PageContext } from './context.ts';
import { dataTable } from './data-table.ts';
import { ruleLink } from './links.ts';
import { markup, trusted, type Hole, type Markup } from './markup.ts';

/** What the answer rests on: rules that found something or could not judge, sources by age. Why some were not read stands under what is unknown. */
export function coveragePart({ report, options, single }: PageContext): Markup | undefined {
  const sources = sourcesTable(report);
  const rules = rulesTable(report, options);
  if (sources === undefined && rules === undefined) return undefined;
  return markup`<section class="part" id="coverage"><h2>Coverage and data sources</h2>${rules}${
    single && sources !== undefined
      ? markup`<details><summary>Sources: what was read, when, and how much</summary>${sources}</details>`
      : sources
  }</section>`;
}

function rulesTable(report: Report, options: HtmlOptions): Markup | undefined {
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
    for (const rule of new Set(unknownReasons(cluster).flatMap((reason) => reason.rules)))
      of(rule).unknown += 1;
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
  }${rulesNotJudged(
    all.filter(([, { open }]) => open === 0),
    options,
  )}<p class="dim small"><code>evenkeel explain RULE</code> prints the page of a rule.</p>`;
}

/** Rules without a finding that could not judge every cluster, by the number of those clusters. */
function rulesNotJudged(
  rules: readonly (readonly [string, { readonly unknown: number }])[],
  options: HtmlOptions,
): Markup | undefined {
  if (rules.length === 0) return undefined;
  const groups = [...Map.groupBy(rules, ([, { unknown }]) => unknown)].toSorted(
    (a, b) => b[0] - a[0],
  );
  return markup`<ul class="small">${groups.map(([unknown, group]) => {
    const ids = group.map(([rule], at) => [
      at === 0 ? undefined : trusted(', '),
      ruleLink(rule, options),
    ]);
    const head = `${counted(group.length, 'rule')} without findings did not judge ${counted(unknown, 'cluster')}`;
    return group.length > mostNamed
      ? markup`<li><details><summary>${head}</summary>${ids}</details></li>`
      : markup`<li>${head}: ${ids}</li>`;
  })}</ul>`;
}

/** Rules that are named at once; of more their number. */
const mostNamed = 12;

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
  const ends = [times[0], times.at(-1)].flatMap((time) =>
    time === undefined ? [] : timeText(time),
  );
  const when = [...new Set(ends)].join(' to ');
  const name = optionalSlices.has(slice)
    ? markup`${slice} <span class="dim small">optional</span>`
    : slice;
  return [name, grouped(read.length), grouped(all.length - read.length), grouped(items), when];
}
