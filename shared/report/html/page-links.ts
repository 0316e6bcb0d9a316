import { clean } from '../clean.ts';
import type { ClusterReport, Report, ServiceReport } from '../report.ts';
import { serviceKey } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { markup, trusted, type Markup } from './markup.ts';

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

export function clusterHref(cluster: ClusterReport, links: Links): string {
  const { report, anchors, queryNames, options } = links;
  return options.served === true
    ? servedHref(report, { cluster: queryNames.get(cluster.id) ?? cluster.id })
    : `#${anchors.get(cluster.id) ?? 'clusters'}`;
}

export function serviceHref(cluster: ClusterReport, service: ServiceReport, links: Links): string {
  const { report, anchors, queryNames, options } = links;
  const name = queryNames.get(cluster.id) ?? cluster.id;
  return options.served === true
    ? servedHref(report, { cluster: name, service: serviceKey(service) })
    : `#${serviceView(anchors.get(cluster.id) ?? '', service)}`;
}

export function findingHref(print: string, { report, options }: Links): string {
  return options.served === true
    ? servedHref(report, { finding: print })
    : `#${findingView(print)}`;
}

/** Address of the page of what a run changed. */
export function changesHref({ report, options }: Links): string {
  return options.served === true ? servedHref(report, { view: 'changes' }) : '#changes';
}

/** Names of views in a page that holds them all, as they stand behind `#`. */
export function serviceView(clusterAnchor: string, service: ServiceReport): string {
  return `${clusterAnchor}&service=${encodeURIComponent(clean(serviceKey(service)))}`;
}

export function findingView(print: string): string {
  return `finding=${print}`;
}

/** Where a page stands: the pages above it. */
export function crumbs(above: readonly { readonly href: string; readonly word: string }[]): Markup {
  return markup`<nav class="crumbs small" aria-label="Above this page">${above.map(
    ({ href, word }, at) =>
      markup`${at === 0 ? undefined : trusted(' › ')}<a href="${href}">${word}</a>`,
  )}</nav>`;
}
