import { clean } from '../clean.ts';
import type { ClusterReport, Report } from '../report.ts';
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

/** Names by which the page's parts can be found: `cluster=<name>`, made unique, by ARM id. */
export type Anchors = ReadonlyMap<string, string>;

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

/** The name of a cluster as a link to what the page says of it. */
export function clusterLink(cluster: ClusterReport, anchors: Anchors): Markup {
  const anchor = anchors.get(cluster.id);
  return anchor === undefined
    ? markup`${cluster.name}`
    : markup`<a href="#${anchor}">${cluster.name}</a>`;
}

/** What one page of a served report shows: one cluster. */
export function clusterPage(cluster: ClusterReport): string {
  return `?format=html&cluster=${encodeURIComponent(clean(cluster.id))}`;
}

/** Filters of the findings table as the script reads them: `cluster=aks-app&family=traffic`. */
export function filterText(filters: Readonly<Record<string, string>>): string {
  return Object.entries(filters)
    .map(([key, value]) => `${key}=${encodeURIComponent(clean(value))}`)
    .join('&');
}
