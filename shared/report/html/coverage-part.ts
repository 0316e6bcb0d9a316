import { severities, type Severity } from '../../findings/index.ts';
import { compareText } from '../../model/index.ts';
import { isOpen } from '../build.ts';
import { gaps } from '../coverage.ts';
import type { Report, SliceCoverage } from '../report.ts';
import { counted, grouped, sentenceOf, timeText } from '../words.ts';
import { markup, type Markup } from './markup.ts';

const mostReasons = 30;

/** What the answer rests on: rules that spoke, sources by age, rights that are missing. */
export function coveragePart(report: Report): Markup {
  return markup`<section class="part" id="coverage"><h2>What this rests on</h2>${rulesTable(report)}${sourcesTable(report)}${missing(report)}</section>`;
}

function rulesTable(report: Report): Markup | undefined {
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
  return markup`<h3>Rules</h3><div class="wrap" tabindex="0" role="region" aria-label="Rules"><table><thead><tr><th scope="col">Rule</th><th scope="col" class="num">Open</th><th scope="col">Worst</th><th scope="col" class="num">Clusters not judged</th><th scope="col">Page</th></tr></thead><tbody>${rows.map(
    ([rule, { open, worst, unknown }]) =>
      markup`<tr><th scope="row">${sentenceOf(rule)} <span class="dim small">${rule}</span></th><td class="num">${grouped(open)}</td><td>${severityBadge(severities[worst])}</td><td class="num">${grouped(unknown)}</td><td><code>evenkeel explain ${rule}</code></td></tr>`,
  )}</tbody></table></div>`;
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
  return markup`<h3>Sources</h3><div class="wrap" tabindex="0" role="region" aria-label="Sources"><table><thead><tr><th scope="col">Source</th><th scope="col" class="num">Clusters read</th><th scope="col" class="num">not read</th><th scope="col" class="num">Items</th><th scope="col">Read at</th></tr></thead><tbody>${rows.map(
    ([slice, all]) => sourceRow(slice, all),
  )}</tbody></table></div>`;
}

function sourceRow(slice: string, all: readonly SliceCoverage[]): Markup {
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
  return markup`<tr><th scope="row">${slice}</th><td class="num">${grouped(read.length)}</td><td class="num">${grouped(all.length - read.length)}</td><td class="num">${grouped(items)}</td><td>${when}</td></tr>`;
}

function missing({ clusters }: Report): Markup | undefined {
  const reasons = new Map<string, number>();
  for (const cluster of clusters) {
    const own = cluster.coverage.flatMap(({ state, slice, why }) =>
      state === 'unread' ? [`${slice}: ${why ?? 'not read'}`] : [],
    );
    const whole = own.length === 0 && cluster.reason !== undefined ? [cluster.reason] : own;
    for (const why of new Set(whole)) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  if (reasons.size === 0) return undefined;
  const rows = [...reasons].toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  const left = rows.length - mostReasons;
  return markup`<h3>What kept from reading</h3><ul>${rows
    .slice(0, mostReasons)
    .map(
      ([why, count]) =>
        markup`<li>${why} <span class="dim">(${counted(count, 'cluster')})</span></li>`,
    )}</ul>${
    left > 0 ? markup`<p class="dim">and ${counted(left, 'more reason')}.</p>` : undefined
  }`;
}
