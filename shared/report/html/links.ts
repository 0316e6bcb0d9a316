import { severities } from '../../findings/index.ts';
import { isOpen } from '../build.ts';
import { clean } from '../clean.ts';
import { notJudged } from '../coverage.ts';
import type { ClusterReport, Report } from '../report.ts';
import { rulePath, ruleUrl } from '../rule-link.ts';
import type { Anchors, PageContext } from './context.ts';
import { markup, type Markup } from './markup.ts';

const publicPortal = 'https://portal.azure.com';

/** Exactly the id of a managed cluster, with names as Azure allows them; anything else gets no link. */
const clusterId =
  /^\/subscriptions\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/resourcegroups\/([\w().-]{1,90})\/providers\/microsoft\.containerservice\/managedclusters\/([a-z0-9](?:[\w-]{0,61}[a-z0-9])?)$/iu;

/** Address of the cluster in the Azure portal, or `undefined` where its id is not one that ARM gives. */
export function portalUrl(id: string, portal = publicPortal): string | undefined {
  const match = clusterId.exec(id);
  if (match === null || !/^https:\/\/[a-z0-9.-]+$/u.test(portal)) return undefined;
  const [, subscription = '', group = '', name = ''] = match;
  if (group.endsWith('.')) return undefined;
  return `${portal}/#resource/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(group)}/providers/Microsoft.ContainerService/managedClusters/${name}/overview`;
}

/** Clusters that a page has sections for; the others are in its table of findings. */
const mostSections = 100;

/** Clusters with a section of their own: all of a small fleet, the worst of a large one. */
export function sectionsOf({ clusters }: Report): readonly ClusterReport[] {
  return clusters.length <= mostSections
    ? clusters
    : clusters.toSorted(byTrouble).slice(0, mostSections);
}

/** The worst first, then those that could not be judged. */
function byTrouble(a: ClusterReport, b: ClusterReport): number {
  return worst(a) - worst(b) || Number(notJudged(b)) - Number(notJudged(a));
}

function worst(cluster: ClusterReport): number {
  const open = cluster.findings.filter(isOpen);
  const at = severities.findIndex((severity) => open.some((each) => each.severity === severity));
  return at === -1 ? severities.length : at;
}

export function anchorsOf(report: Report): Anchors {
  const taken = new Set<string>();
  return new Map(
    report.clusters.map(({ id, name }) => {
      const base = encodeURIComponent(clean(name, 253));
      let anchor = base;
      for (let copy = 2; taken.has(anchor); copy += 1) anchor = `${base}~${copy}`;
      taken.add(anchor);
      return [id, `cluster=${anchor}`];
    }),
  );
}

/**
 * The name of a cluster as a link to what there is of it: its section, or else its own page where
 * the report is served, or else its findings, which the script shows.
 */
export function clusterLink(
  cluster: ClusterReport,
  { report, anchors, sections, options }: Links,
): Markup {
  const away = options.served === true && !sections.includes(cluster);
  const address = away ? servedPage(report, cluster) : `#${anchors.get(cluster.id) ?? 'clusters'}`;
  return markup`<a href="${address}">${cluster.name}</a>`;
}

type Links = Pick<PageContext, 'report' | 'anchors' | 'sections' | 'options'>;

/** Address of the page of one cluster in the same run, or of the whole run, where the report is served. */
export function servedPage({ run }: Report, cluster?: ClusterReport): string {
  const of = cluster === undefined ? '' : `&cluster=${encodeURIComponent(clean(cluster.id))}`;
  return `?format=html&run=${encodeURIComponent(clean(run.id))}${of}`;
}

/** Filters of the findings table as the script reads them: `cluster=aks-app&family=traffic`. */
export function filterText(filters: Readonly<Record<string, string>>): string {
  return Object.entries(filters)
    .map(([key, value]) => `${key}=${encodeURIComponent(clean(value))}`)
    .join('&');
}

/** A rule's id as a link to its page, where it is known where that is. */
export function ruleLink(rule: string, { served, reportUrl }: PageContext['options']): Markup {
  const address = served === true ? rulePath(rule) : ruleUrl(reportUrl, rule);
  return address === undefined ? markup`${rule}` : markup`<a href="${address}">${rule}</a>`;
}
