import { clean } from '../clean.ts';
import type { ClusterReport, Report, ServiceReport } from '../report.ts';
import { serviceName } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { markup, type Markup } from './markup.ts';

/** What an address is made from. */
export type Links = Pick<PageContext, 'report' | 'anchors' | 'queryNames' | 'options'>;

/** A query for a page of the same run, where the report is served. */
export function servedHref({ run }: Report, more: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries({ format: 'html', run: run.id, ...more });
  return `?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(clean(value))}`).join('&')}`;
}

/** Address of the page of all clusters. */
export function fleetHref({ report, options }: Links): string {
  return options.served === true ? servedHref(report) : '#';
}

/** Address of the page, or the part of the page, of a cluster. */
export function clusterHref(cluster: ClusterReport, links: Links): string {
  const { report, anchors, queryNames, options } = links;
  return options.served === true
    ? servedHref(report, { cluster: queryNames.get(cluster.id) ?? cluster.id })
    : `#${anchors.get(cluster.id) ?? 'clusters'}`;
}

/** Address of the page of a Service. */
export function serviceHref(cluster: ClusterReport, service: ServiceReport, links: Links): string {
  const { report, anchors, queryNames, options } = links;
  const name = queryNames.get(cluster.id) ?? cluster.id;
  return options.served === true
    ? servedHref(report, { cluster: name, service: serviceName(service) })
    : `#${serviceView(anchors.get(cluster.id) ?? '', service)}`;
}

/** Address of the page of a finding. @param print Its fingerprint. */
export function findingHref(print: string, { report, options }: Links): string {
  return options.served === true
    ? servedHref(report, { finding: print })
    : `#${findingView(print)}`;
}

/** Address of the page of what a run changed. */
export function changesHref({ report, options }: Links): string {
  return options.served === true ? servedHref(report, { view: 'changes' }) : '#changes';
}

/** Name of the view of a Service in a page that holds them all, as it stands behind `#`. */
export function serviceView(clusterAnchor: string, service: ServiceReport): string {
  return `${clusterAnchor}&service=${encodeURIComponent(clean(serviceName(service)))}`;
}

/** The same of a finding, by its fingerprint. */
export function findingView(print: string): string {
  return `finding=${print}`;
}

/** The pages above a page: all clusters, and the one that it is about. */
export function crumbs(links: Links, cluster?: ClusterReport): Markup {
  return markup`<nav class="crumbs small" aria-label="Above this page"><a href="${fleetHref(links)}">All clusters</a>${
    cluster && markup` › <a href="${clusterHref(cluster, links)}">${cluster.name}</a>`
  }</nav>`;
}
