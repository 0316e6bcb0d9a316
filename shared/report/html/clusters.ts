import { isOpen } from '../build.ts';
import { notJudged, optionalSlices } from '../coverage.ts';
import { portsText, sharesText } from '../ports.ts';
import type { ClusterReport, Report } from '../report.ts';
import { counted, grouped, resultWords, severityCounts, timeText } from '../words.ts';
import { statusWords } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { dataTable } from './data-table.ts';
import { portalUrl, servedPage } from './links.ts';
import { balancerText } from './map/model.ts';
import { markup, textOf, type Markup } from './markup.ts';
import type { TrafficPath } from './services.ts';
import { topWays } from './traffic-part.ts';
import { trafficPathCard } from './traffic-path-card.ts';

/** Pictures among the clusters' sections. */
const mostMaps = 40;
const mostMapText = 300_000;
const mostServices = 100;

/** One section per cluster: what it is, its Services and their pictures, what was read. */
export function clustersPart(context: PageContext): Markup | undefined {
  const { clusters } = context.report;
  if (clusters.length === 0) return undefined;
  const shown = context.sections;
  const left = clusters.length - shown.length;
  const maps = { count: 0, text: 0 };
  const top = new Map(topWays(context.ways).map((way, at) => [wayKey(way), `w${at}`]));
  return markup`<section class="part" id="clusters"><h2>Clusters</h2>${
    left > 0
      ? markup`<p class="dim">The ${grouped(shown.length)} clusters with the worst findings; ${counted(left, 'more cluster')} in the table of findings, and each by its own report.</p>`
      : undefined
  }${shown.map((cluster, at) => clusterSection(cluster, at, context, maps, top))}</section>`;
}

type Maps = { count: number; text: number };

function wayKey({ cluster, service, group }: TrafficPath): string {
  return JSON.stringify([cluster.id, service.namespace, service.name, portsText(group, service)]);
}

function clusterSection(
  cluster: ClusterReport,
  at: number,
  context: PageContext,
  maps: Maps,
  top: ReadonlyMap<string, string>,
): Markup {
  const ways = context.ways.filter((way) => way.cluster === cluster);
  const shown = ways.slice(0, mostServices);
  const left = ways.length - shown.length;
  return markup`<section class="cluster card" id="${context.anchors.get(cluster.id)}" aria-labelledby="c${at}"><div class="card-head"><h3 id="c${at}">${cluster.name}</h3><span class="badge ${notJudged(cluster) || cluster.result === 'partial' ? 'unknown' : 'plain'}">${resultWords[cluster.result]}</span></div><p class="facts">${factsOf(
    cluster,
    context,
  ).map(
    (fact) => markup`<span>${fact}</span>`,
  )}</p>${cluster.reason === undefined ? undefined : markup`<p>${cluster.reason}</p>`}<p>${findingsText(cluster)}</p>${
    shown.length === 0
      ? undefined
      : markup`<ul class="services">${shown.map((way, index) => serviceItem(way, `c${at}s${index}`, context, maps, top))}</ul>`
  }${left > 0 ? markup`<p class="dim">and ${counted(left, 'more Service port')}.</p>` : undefined}${coverageTable(cluster)}</section>`;
}

function factsOf(
  cluster: ClusterReport,
  { options, report }: PageContext,
): readonly (string | Markup)[] {
  const portal = portalUrl(cluster.id, options.portal);
  return [
    ...(cluster.owner === undefined ? [] : [`owner ${cluster.owner}`]),
    ...(cluster.subscriptionId === undefined ? [] : [`subscription ${cluster.subscriptionId}`]),
    ...(cluster.resourceGroup === undefined ? [] : [`resource group ${cluster.resourceGroup}`]),
    ...(cluster.location === undefined ? [] : [cluster.location]),
    ...(cluster.kubernetesVersion === undefined ? [] : [`Kubernetes ${cluster.kubernetesVersion}`]),
    ...(cluster.settling === true ? ['Azure is changing it'] : []),
    ...(cluster.unreadRuns === undefined
      ? []
      : [`not read for ${counted(cluster.unreadRuns, 'run')}`]),
    ...(cluster.inputFaults === undefined || cluster.inputFaults === 0
      ? []
      : [`${counted(cluster.inputFaults, 'field')} of unknown shape left out`]),
    ...(cluster.switchedOff === undefined || cluster.switchedOff.length === 0
      ? []
      : [`${counted(cluster.switchedOff.length, 'finding')} switched off by policy`]),
    ...(portal === undefined
      ? []
      : [markup`<a href="${portal}" rel="noreferrer noopener">Azure portal</a>`]),
    ...(options.served === true ? [servedLink(cluster, report)] : []),
  ];
}

function servedLink(cluster: ClusterReport, report: Report): Markup {
  return report.clusters.length === 1
    ? markup`<a href="${servedPage(report)}">report of all clusters</a>`
    : markup`<a href="${servedPage(report, cluster)}">report of this cluster alone</a>`;
}

function findingsText(cluster: ClusterReport): Markup {
  if (notJudged(cluster)) return markup`Nothing could be judged: this is not a pass.`;
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of cluster.findings) if (isOpen(finding)) counts[finding.severity] += 1;
  const text = severityCounts(counts);
  return markup`${text.slice(0, 1).toUpperCase() + text.slice(1)}${
    cluster.unknown.length > 0
      ? `, ${counted(new Set(cluster.unknown.map(({ rule }) => rule)).size, 'rule')} not known`
      : undefined
  }.`;
}

function serviceItem(
  way: TrafficPath,
  id: string,
  context: PageContext,
  maps: Maps,
  top: ReadonlyMap<string, string>,
): Markup {
  const { service, group } = way;
  const { first } = group;
  const line = markup`<b>${service.namespace}/${service.name}</b> ${portsText(group, service)} <span class="badge ${way.status}">${statusWords[way.status]}</span> <span class="dim">${sharesText(first)} · ${service.externalTrafficPolicy} · ${balancerText(first)}</span>`;
  const shownAbove = top.get(wayKey(way));
  if (shownAbove !== undefined)
    return markup`<li>${line} <a href="#${shownAbove}">map above</a></li>`;
  if (maps.count >= mostMaps || maps.text >= mostMapText) return markup`<li>${line}</li>`;
  const card = trafficPathCard(way, id, context);
  maps.count += 1;
  maps.text += textOf(card).length;
  return markup`<li><details class="map-of"><summary>${line}</summary>${card}</details></li>`;
}

function coverageTable({ coverage }: ClusterReport): Markup | undefined {
  if (coverage.length === 0) return undefined;
  const needed = coverage.filter(({ slice }) => !optionalSlices.has(slice));
  const read = (slices: typeof coverage): number =>
    slices.filter(({ state }) => state === 'read').length;
  const optional = coverage.length - needed.length;
  const more = read(coverage) - read(needed);
  return markup`<details><summary>What was read: ${read(needed)} of ${needed.length} sources${
    optional > 0 ? `, and ${more} of ${optional} optional ones` : undefined
  }</summary>${dataTable(
    'Sources',
    [{ word: 'Source' }, { word: 'State' }, { word: 'Items', number: true }, { word: 'Read at' }],
    coverage.map(({ slice, state, why, items, readAt }) => [
      slice,
      state === 'read' ? 'read' : `not read: ${why ?? ''}`,
      items,
      readAt === undefined ? '' : timeText(readAt),
    ]),
  )}</details>`;
}
