import { countFindings } from '../../findings/index.ts';
import { compacted, counted, optionalSlices, timeText } from '../../model/index.ts';
import { notJudged, unreadSlices } from '../coverage.ts';
import { portGroupText, sharesText } from '../ports.ts';
import type { ClusterReport } from '../report.ts';
import { resultWords, severityCounts } from '../words.ts';
import { statusWords } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { dataTable } from './data-table.ts';
import { portalLink } from './links.ts';
import { balancerText } from './map/model.ts';
import { markup, htmlOf, type Markup } from './markup.ts';
import type { TrafficPath } from './traffic-paths.ts';
import { topPaths } from './traffic-part.ts';
import { trafficPathCard } from './traffic-path-card.ts';

/** Pictures of Services that are not among the first ones. */
const mostMaps = 40;
const mostMapText = 300_000;
const mostServices = 100;

/** What the cluster is, its Services and their pictures, what was read. */
export function clusterPart(context: PageContext): Markup | undefined {
  const [cluster] = context.report.clusters;
  if (cluster === undefined) return undefined;
  const top = new Map(topPaths(context.paths).map((path, at) => [pathKey(path), `w${at}`]));
  return markup`<section class="part" id="clusters"><h2>Cluster</h2>${clusterSection(cluster, context, top)}</section>`;
}

type Maps = { count: number; text: number };

function pathKey({ cluster, service, group }: TrafficPath): string {
  return JSON.stringify([
    cluster.id,
    service.namespace,
    service.name,
    portGroupText(group, service),
  ]);
}

function clusterSection(
  cluster: ClusterReport,
  context: PageContext,
  top: ReadonlyMap<string, string>,
): Markup {
  const maps = { count: 0, text: 0 };
  const { paths } = context;
  const shown = paths.slice(0, mostServices);
  const left = paths.length - shown.length;
  return markup`<section class="cluster card" id="${context.anchors.get(cluster.id)}" aria-labelledby="c0"><div class="card-head"><h3 id="c0">${cluster.name}</h3><span class="badge ${notJudged(cluster) || cluster.result === 'partial' ? 'unknown' : 'plain'}">${resultWords[cluster.result]}</span></div>${clusterFacts(cluster, context, { why: unreadSlices(cluster).length === 0 })}<p>${findingsText(cluster)}</p>${
    shown.length === 0
      ? undefined
      : markup`<ul class="services">${shown.map((path, index) => serviceItem(path, `c0s${index}`, context, maps, top))}</ul>`
  }${left > 0 ? markup`<p class="dim">and ${counted(left, 'more Service port')}.</p>` : undefined}${coverageTable(cluster)}</section>`;
}

/** What the cluster is, and why it was not read, or not whole, unless that stands elsewhere on the page. */
export function clusterFacts(
  cluster: ClusterReport,
  context: PageContext,
  { why = true }: { readonly why?: boolean } = {},
): Markup {
  return markup`<p class="facts">${factsOf(cluster, context).map(
    (fact) => markup`<span>${fact}</span>`,
  )}</p>${cluster.reason === undefined || !why ? undefined : markup`<p>${cluster.reason}</p>`}`;
}

function factsOf(cluster: ClusterReport, { options }: PageContext): readonly (string | Markup)[] {
  const portal = portalLink(cluster, options, 'Azure portal');
  const { owner, subscriptionId, resourceGroup, kubernetesVersion, unreadRuns } = cluster;
  const { inputFaults = 0, switchedOff = [] } = cluster;
  return compacted<string | Markup>([
    owner !== undefined && `owner ${owner}`,
    subscriptionId !== undefined && `subscription ${subscriptionId}`,
    resourceGroup !== undefined && `resource group ${resourceGroup}`,
    cluster.location,
    kubernetesVersion !== undefined && `Kubernetes ${kubernetesVersion}`,
    cluster.settling === true && 'Azure is changing it',
    unreadRuns !== undefined && `not read for ${counted(unreadRuns, 'run')}`,
    inputFaults !== 0 && `${counted(inputFaults, 'field')} of unknown shape left out`,
    switchedOff.length > 0 && `${counted(switchedOff.length, 'finding')} switched off by policy`,
    portal,
  ]);
}

/** `2 critical, 1 high, 3 rules not known.`: open findings of a cluster by severity. */
export function findingsText(cluster: ClusterReport): Markup {
  if (notJudged(cluster)) return markup`Nothing could be judged: this is not a pass.`;
  const text = severityCounts(countFindings(cluster.findings));
  return markup`${text.slice(0, 1).toUpperCase() + text.slice(1)}${
    cluster.unknown.length > 0
      ? `, ${counted(new Set(cluster.unknown.map(({ rule }) => rule)).size, 'rule')} not known`
      : undefined
  }.`;
}

function serviceItem(
  path: TrafficPath,
  id: string,
  context: PageContext,
  maps: Maps,
  top: ReadonlyMap<string, string>,
): Markup {
  const { service, group } = path;
  const { first } = group;
  const line = markup`<b>${service.namespace}/${service.name}</b> ${portGroupText(group, service)} <span class="badge ${path.status}">${statusWords[path.status]}</span> <span class="dim">${sharesText(first)} · ${service.externalTrafficPolicy} · ${balancerText(first)}</span>`;
  const shownAbove = top.get(pathKey(path));
  if (shownAbove !== undefined)
    return markup`<li>${line} <a href="#${shownAbove}">map above</a></li>`;
  if (maps.count >= mostMaps || maps.text >= mostMapText) return markup`<li>${line}</li>`;
  const card = trafficPathCard(path, id, context);
  maps.count += 1;
  maps.text += htmlOf(card).length;
  return markup`<li><details class="map-of"><summary>${line}</summary>${card}</details></li>`;
}

/** Every slice of a cluster with its state, folded; nothing where none was asked for. */
export function coverageTable({ coverage }: ClusterReport): Markup | undefined {
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
