import { clean } from '../clean.ts';
import type { ClusterReport, Report } from '../report.ts';
import { rulePath, ruleUrl } from '../rule-link.ts';
import type { Anchors, HtmlOptions } from './context.ts';
import { markup, type Markup } from './markup.ts';
import { clusterHref, type Links } from './page-links.ts';

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

/** That address as a link; nothing where there is none. */
export function portalLink(
  { id }: ClusterReport,
  { portal }: HtmlOptions,
  words: string,
): Markup | undefined {
  const address = portalUrl(id, portal);
  return address === undefined
    ? undefined
    : markup`<a href="${address}" rel="noreferrer noopener">${words}</a>`;
}

/** `cluster=<name>` for each ARM id; a name that repeats has `~2` and so on behind it. */
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

/** The name of a cluster as a link to its page. */
export function clusterLink(cluster: ClusterReport, links: Links): Markup {
  return markup`<a href="${clusterHref(cluster, links)}">${cluster.name}</a>`;
}

/** What a query names each cluster by: the name where the run has it once, else the ARM id. By ARM id. */
export function queryNamesOf({ clusters }: Report): ReadonlyMap<string, string> {
  const named = Map.groupBy(clusters, ({ name }) => name.toLowerCase());
  return new Map(
    clusters.map(({ id, name }) => {
      const plain = name !== '' && !/[,/]/u.test(name);
      return [id, plain && named.get(name.toLowerCase())?.length === 1 ? name : id];
    }),
  );
}

/** Filters of the findings table as the script reads them: `cluster=aks-app&family=traffic`. */
export function filterText(filters: Readonly<Record<string, string>>): string {
  return Object.entries(filters)
    .map(([key, value]) => `${key}=${encodeURIComponent(clean(value))}`)
    .join('&');
}

/** A rule's id as a link to its page, where it is known where that is. */
export function ruleLink(rule: string, { served, reportUrl }: HtmlOptions): Markup {
  const address = served === true ? rulePath(rule) : ruleUrl(reportUrl, rule);
  return address === undefined ? markup`${rule}` : markup`<a href="${address}">${rule}</a>`;
}
