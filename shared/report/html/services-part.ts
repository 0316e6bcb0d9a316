import type { Finding } from '../../findings/index.ts';
import { compacted, counted, grouped } from '../../model/index.ts';
import { sharesText } from '../ports.ts';
import type { ClusterReport, ServiceReport } from '../report.ts';
import { statusOrder, statusWords, type ServiceStatus } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { clusterHref, findingHref, serviceHref } from './page-links.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { harmValue, type TrafficPath } from './traffic-paths.ts';
import { shareBar, shareBarMarkup, type ShareBar } from './share-bar.ts';

/** Services that stand in the page itself, as many as the script shows at once; the others come from the data block. */
const staticServices = 15;

/** One line of the table of Services. */
export interface ServiceRow {
  readonly cluster: ClusterReport;
  readonly service: ServiceReport;
  readonly status: ServiceStatus;
  readonly shares: string;
  readonly bar: ShareBar;
  /** The worst of the open findings about it. */
  readonly finding?: Finding | undefined;
  /** `4,090/min lost`; empty where nothing is known of its traffic, or nothing is wrong with it. */
  readonly harm: string;
  /** Connections or packets per minute, to sort by. */
  readonly harmValue: number;
}

/** A line for each Service, as its worst port has it; those that need eyes first, as the paths are. */
export function serviceRows(paths: readonly TrafficPath[]): readonly ServiceRow[] {
  const seen = new Map<ServiceReport, { readonly path: TrafficPath; more: number }>();
  for (const path of paths) {
    const known = seen.get(path.service);
    if (known === undefined) seen.set(path.service, { path, more: 0 });
    else known.more += 1;
  }
  return [...seen.values()].map(
    ({ path: { cluster, service, status, group, findings }, more }) => ({
      cluster,
      service,
      status,
      shares: `${sharesText(group.first)}${more > 0 ? ` +${more}` : ''}`,
      bar: shareBar(group.first),
      finding: findings[0],
      harm: harmOf(service),
      harmValue: harmValue(service),
    }),
  );
}

function harmOf({ idle, lostPerMinute, misplacedPerMinute }: ServiceReport): string {
  if (idle === true) return 'idle';
  return compacted([lostPerMinute, misplacedPerMinute])
    .filter(({ perMinute }) => perMinute > 0)
    .map(({ perMinute, kind }) => {
      const rate = perMinute < 1 ? 'under 1' : grouped(Math.round(perMinute));
      return `${rate}/min ${kind}`;
    })
    .join(', ');
}

/** All Services of the fleet in one table that can be sorted: the worst in the page, all of them with the script. */
export function servicesPart(context: PageContext): Markup | undefined {
  const rows = serviceRows(context.paths);
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, staticServices);
  return markup`<section class="part" id="services"><h2>Services</h2><p class="dim small">Shares of new connections: a blue piece for each pod that gets some, red for what is lost. <span class="script-only">Click a Service for its map.</span></p>${serviceFilters()}<p class="dim small" id="service-count" aria-live="polite">${
    rows.length > shown.length
      ? `The worst ${grouped(shown.length)} of ${counted(rows.length, 'Service')}.`
      : counted(rows.length, 'Service')
  }</p>${servicesTable(shown, context, { of: rows })}<div class="pages script-only"><button type="button" id="services-before">Previous</button><span id="services-page" class="small"></span><button type="button" id="services-after">Next</button></div></section>`;
}

function serviceFilters(): Markup {
  return markup`<div class="service-filters script-only" role="search" aria-label="Filter Services"><label class="field">Service, cluster or owner<input name="service-text" type="text" autocomplete="off" spellcheck="false"></label><label class="field">Verdict<select name="service-status"><option value="">all</option>${statusOrder.map(
    (status) => markup`<option value="${status}">${statusWords[status]}</option>`,
  )}</select></label></div>`;
}

/**
 * The same without filters and pages, for a part of the Services. A column that says nothing of any
 * row is not shown.
 * @param of All rows that the table may come to show.
 */
export function servicesTable(
  rows: readonly ServiceRow[],
  context: PageContext,
  {
    of = rows,
    ofCluster = false,
  }: { readonly of?: readonly ServiceRow[]; ofCluster?: boolean } = {},
): Markup {
  const hidden = [
    ofCluster ? ' no-cluster' : '',
    of.some(({ finding }) => finding !== undefined) ? '' : ' no-finding',
    of.some(({ cluster }) => cluster.owner !== undefined) ? '' : ' no-owner',
    of.some(({ harm }) => harm !== '') ? '' : ' no-harm',
  ];
  return markup`<div class="card flush"><table class="service-table stack${trusted(hidden.join(''))}"><thead><tr>${columns.map(
    ([key, word]) => markup`<th scope="col" data-service-sort="${key}">${word}</th>`,
  )}</tr></thead><tbody class="service-rows">${rows.map((row) => serviceRow(row, context))}</tbody></table></div>`;
}

const columns = [
  ['status', 'Verdict'],
  ['name', 'Service'],
  ['shares', 'Shares, %'],
  ['finding', 'Worst finding'],
  ['cluster', 'Cluster'],
  ['owner', 'Owner'],
  ['harm', 'Harm'],
] as const;

function serviceRow(row: ServiceRow, context: PageContext): Markup {
  const { cluster, service, status, shares, bar, finding, harm } = row;
  return markup`<tr><td data-word="Verdict"><span class="badge ${status}">${statusWords[status]}</span></td><th scope="row"><a href="${serviceHref(cluster, service, context)}">${service.namespace}/${service.name}</a></th><td class="s-shares${status === 'critical' ? markup` yields` : undefined}" data-word="Shares, %">${shareBarMarkup(bar)}<span>${shares}</span></td><td class="s-finding" data-word="Worst finding">${finding && markup`<a href="${findingHref(finding.fingerprint, context)}">${finding.title}</a>`}</td><td data-word="Cluster"><a href="${clusterHref(cluster, context)}">${cluster.name}</a></td><td data-word="Owner">${cluster.owner}</td><td data-word="Harm">${harm}</td></tr>`;
}
