import { countFindings, severities, type FindingCounts } from '../../findings/index.ts';
import { compareText, counted, grouped } from '../../model/index.ts';
import { notJudged } from '../coverage.ts';
import type { ClusterReport } from '../report.ts';
import type { PageContext } from './context.ts';
import { filterText } from './links.ts';
import { markup, type Markup } from './markup.ts';
import { strip } from './strip.ts';

/** Fleets above this size get a square for each cluster as well. */
const stripFrom = 40;
const mostRows = 60;
/** Rows that are seen at once. */
const openRows = 8;
const mostRegions = 8;

interface FleetRow {
  readonly subscription: string;
  readonly clusters: readonly ClusterReport[];
}

/** Where in the fleet the open findings are: a row for each subscription, a column for each region. */
export function fleetPart(context: PageContext): Markup | undefined {
  // Of a paged list the counts are those of all its pages, as they are in the tiles.
  const { clusters } = context.scope.part;
  if (clusters.length < 2) return undefined;
  const rows = [...Map.groupBy(clusters, ({ subscriptionId }) => subscriptionId ?? '')]
    .map(([subscription, own]): FleetRow => ({ subscription, clusters: own }))
    .toSorted(byTrouble);
  const regions = regionsOf(clusters);
  const shown = rows.slice(0, mostRows);
  const left = rows.length - shown.length;
  const more = shown.slice(openRows);
  return markup`<section class="part" id="fleet"><h2>By subscription and region</h2><p class="dim small">Open findings of each severity.</p>${heatTable(shown.slice(0, openRows), regions)}${
    more.length > 0
      ? markup`<details><summary>${counted(more.length, 'more subscription')}</summary>${heatTable(more, regions)}</details>`
      : undefined
  }${left > 0 ? markup`<p class="dim">${counted(left, 'subscription')} with fewer severe findings ${left === 1 ? 'is' : 'are'} not listed here.</p>` : undefined}${
    clusters.length > stripFrom && clusters.length === context.report.clusters.length
      ? strip(context)
      : undefined
  }</section>`;
}

interface Region {
  readonly name: string;
  readonly has: (cluster: ClusterReport) => boolean;
  /** Value of the filter; absent for what is left over. */
  readonly filter?: string;
}

/** The regions with the most clusters, by name, and one column for those that are left. */
function regionsOf(clusters: readonly ClusterReport[]): readonly Region[] {
  const sizes = Map.groupBy(clusters, ({ location }) => location ?? '');
  const names = [...sizes.keys()].toSorted(
    (a, b) => (sizes.get(b)?.length ?? 0) - (sizes.get(a)?.length ?? 0) || compareText(a, b),
  );
  const own = names.slice(0, names.length > mostRegions ? mostRegions - 1 : mostRegions);
  const columns = own.toSorted(compareText).map((name) => ({
    name: name === '' ? 'no region' : name,
    has: ({ location }: ClusterReport) => (location ?? '') === name,
    filter: name === '' ? 'none' : name,
  }));
  return names.length === own.length
    ? columns
    : [...columns, { name: 'other regions', has: ({ location }) => !own.includes(location ?? '') }];
}

function heatTable(rows: readonly FleetRow[], regions: readonly Region[]): Markup {
  return markup`<div class="wrap heat" tabindex="0" role="group" aria-label="Open findings by subscription and region"><table class="stack"><thead><tr><th scope="col">Subscription</th>${regions.map(
    ({ name }) => markup`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${rows.map((row) => rowMarkup(row, regions))}</tbody></table></div>`;
}

/** Rows with the most of the worst first. */
function byTrouble(a: FleetRow, b: FleetRow): number {
  const [left, right] = [countsOf(a.clusters), countsOf(b.clusters)];
  for (const severity of severities)
    if (left[severity] !== right[severity]) return right[severity] - left[severity];
  return compareText(a.subscription, b.subscription);
}

function countsOf(clusters: readonly ClusterReport[]): FindingCounts {
  return countFindings(clusters.flatMap((cluster) => cluster.findings));
}

function rowMarkup({ subscription, clusters }: FleetRow, regions: readonly Region[]): Markup {
  const name = subscription === '' ? 'no subscription' : subscription;
  return markup`<tr><th scope="row">${name} <span class="dim small">${counted(clusters.length, 'cluster')}</span></th>${regions.map(
    (region) => cell(subscription, clusters.filter(region.has), region),
  )}</tr>`;
}

/** Counts of each severity, and the clusters behind them: those that were not scanned are no healthy ones. */
function cell(subscription: string, clusters: readonly ClusterReport[], region: Region): Markup {
  if (clusters.length === 0) return markup`<td class="none"><span class="hidden">none</span></td>`;
  const counts = countsOf(clusters);
  const parts = severities.filter((severity) => counts[severity] > 0);
  const out = clusters.filter(notJudged).length;
  const size = `${counted(clusters.length, 'cluster')}${out > 0 ? `, ${grouped(out)} not scanned` : ''}`;
  const [worst] = parts;
  if (worst === undefined)
    return markup`<td data-word="${region.name}"><span class="small dim">${out === clusters.length ? size : `no open finding, ${size}`}</span></td>`;
  const filter = filterText({
    subscription: subscription === '' ? 'none' : subscription,
    ...(region.filter !== undefined && { region: region.filter }),
  });
  const words = parts.map(
    (severity) =>
      markup`<span class="n-${severity}"><b>${grouped(counts[severity])}</b> ${severity}</span> `,
  );
  return markup`<td class="${worst}" data-word="${region.name}"><a href="#findings" data-filter="${filter}">${words}<span class="small">${size}</span></a></td>`;
}
