import { severities, type Severity } from '../../findings/index.ts';
import { isOpen } from '../build.ts';
import { gaps, notJudged } from '../coverage.ts';
import type { ClusterReport } from '../report.ts';
import { counted, grouped, resultWords } from '../words.ts';
import type { PageContext } from './context.ts';
import { clusterLink, filterText } from './links.ts';
import { markup, type Markup } from './markup.ts';
import { strip } from './strip.ts';

const families = [
  'traffic',
  'backend',
  'load-balancer',
  'probe',
  'multi-lb',
  'placement',
  'service',
  'network',
  'outbound',
] as const;

/** Fleets up to this size get a row per cluster, larger ones a row per owner or subscription. */
const clusterRows = 40;
const mostRows = 150;
/** Rows that are seen at once. */
const openRows = 30;

interface FleetRow {
  readonly name: string;
  readonly head: Markup;
  /** What the script filters the findings by. */
  readonly filter: Readonly<Record<string, string>>;
  readonly clusters: readonly ClusterReport[];
}

/** Where in the fleet what kind of fault is: a row per cluster, owner or subscription. */
export function fleetPart(context: PageContext): Markup | undefined {
  const { clusters } = context.report;
  if (clusters.length < 2) return undefined;
  const { word, rows } = rowsOf(context);
  const shown = rows.slice(0, mostRows);
  const left = rows.length - shown.length;
  const more = shown.slice(openRows);
  return markup`<section class="part" id="fleet"><h2>Where in the fleet</h2><p class="dim">Open findings by ${word} and family of rules: how many of each severity, the worst first.</p>${heatTable(word, shown.slice(0, openRows))}${
    more.length > 0
      ? markup`<details><summary>${counted(more.length, `more ${word}`)}</summary>${heatTable(word, more)}</details>`
      : undefined
  }${left > 0 ? markup`<p class="dim">and ${counted(left, `more ${word}`)}.</p>` : undefined}${
    clusters.length > clusterRows ? strip(context) : undefined
  }</section>`;
}

function heatTable(word: string, rows: readonly FleetRow[]): Markup {
  return markup`<div class="wrap heat" tabindex="0" role="group" aria-label="Findings by ${word} and family"><table class="stack"><thead><tr><th scope="col">${word.slice(0, 1).toUpperCase() + word.slice(1)}</th>${families.map(
    (family) => markup`<th scope="col">${family}</th>`,
  )}<th scope="col">not known</th></tr></thead><tbody>${rows.map(rowMarkup)}</tbody></table></div>`;
}

function rowsOf(context: PageContext): {
  readonly word: string;
  readonly rows: readonly FleetRow[];
} {
  const { clusters } = context.report;
  if (clusters.length <= clusterRows)
    return {
      word: 'cluster',
      rows: clusters.map((cluster) => ({
        name: cluster.name,
        head: clusterLink(cluster, context),
        filter: { cluster: cluster.name },
        clusters: [cluster],
      })),
    };
  const owned = clusters.some(({ owner }) => owner !== undefined);
  const key = owned ? ('owner' as const) : ('subscription' as const);
  const of = (cluster: ClusterReport): string =>
    (owned ? cluster.owner : cluster.subscriptionId) ?? '';
  const rows = [...Map.groupBy(clusters, of)].map(([name, own]): FleetRow => ({
    name,
    head: markup`${name === '' ? `no ${key}` : name} <span class="dim">${counted(own.length, 'cluster')}</span>`,
    filter: { [key]: name === '' ? 'none' : name },
    clusters: own,
  }));
  return { word: key, rows: rows.toSorted(byTrouble) };
}

/** Rows with the most of the worst first. */
function byTrouble(a: FleetRow, b: FleetRow): number {
  for (const severity of severities) {
    const more = countOf(b, severity) - countOf(a, severity);
    if (more !== 0) return more;
  }
  return a.name < b.name ? -1 : 1;
}

function countOf(row: FleetRow, severity: Severity): number {
  let sum = 0;
  for (const cluster of row.clusters)
    for (const finding of cluster.findings)
      if (finding.severity === severity && isOpen(finding)) sum += 1;
  return sum;
}

function rowMarkup(row: FleetRow): Markup {
  const counts = new Map<string, number[]>();
  for (const cluster of row.clusters)
    for (const { rule, severity, state } of cluster.findings) {
      if (state === 'exempt' || state === 'resolved') continue;
      const family = rule.slice(0, rule.indexOf('/'));
      const known = counts.get(family) ?? severities.map(() => 0);
      counts.set(family, known);
      const at = severities.indexOf(severity);
      known[at] = (known[at] ?? 0) + 1;
    }
  return markup`<tr><th scope="row">${row.head}</th>${families.map((family) => {
    const cell = counts.get(family);
    if (cell === undefined) return markup`<td class="none"><span class="hidden">none</span></td>`;
    const parts = severities.flatMap((severity, at) => {
      const count = cell[at] ?? 0;
      return count > 0 ? [{ severity, count }] : [];
    });
    const filter = filterText({ ...row.filter, family });
    return markup`<td class="${parts[0]?.severity}" data-word="${family}"><a href="#findings" data-filter="${filter}">${parts.map(({ severity, count }) => markup`<span class="n-${severity}"><b>${grouped(count)}</b> ${severity}</span>`)}</a></td>`;
  })}${unknownCell(row)}</tr>`;
}

function unknownCell({ clusters }: FleetRow): Markup {
  const [only] = clusters;
  if (clusters.length === 1 && only !== undefined && notJudged(only))
    return markup`<td data-word="not known"><span class="badge unknown">${resultWords[only.result]}</span></td>`;
  const out = clusters.filter(notJudged).length;
  const rules = clusters.reduce(
    (sum, cluster) => sum + gaps(cluster).reduce((of, gap) => of + gap.rules.length, 0),
    0,
  );
  const words = [
    ...(out > 0 ? [`${counted(out, 'cluster')} not scanned`] : []),
    ...(rules > 0 ? [counted(rules, 'rule')] : []),
  ];
  if (words.length === 0) return markup`<td class="none"></td>`;
  return markup`<td data-word="not known"><span class="small">${words.join(', ')}</span></td>`;
}
