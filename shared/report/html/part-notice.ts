import { counted, grouped } from '../../model/index.ts';
import type { ReportFilter } from '../filter.ts';
import type { PageScope } from './context.ts';
import { servedHref } from './page-links.ts';
import { markup, type Markup } from './markup.ts';

/** The filter leaves out something within clusters: their Services or findings are not all there. */
export function cutsWithin(filter: ReportFilter): boolean {
  const { namespaces, rules, severities, findings, services } = filter;
  return [namespaces, rules, severities, findings, services].some((each) => each !== undefined);
}

/** `namespace shop, severity critical or high`; empty where nothing is left out. */
function filterWords(filter: ReportFilter): string {
  const kinds = [
    ['cluster', filter.clusters?.map((each) => each.split('/').at(-1) ?? each)],
    ['subscription', filter.subscriptions],
    ['namespace', filter.namespaces],
    ['Service', filter.services],
    ['rule', filter.rules],
    ['severity', filter.severities],
    ['finding', filter.findings],
  ] as const;
  return kinds
    .flatMap(([kind, values]) => (values === undefined ? [] : [`${kind} ${values.join(' or ')}`]))
    .join(', ');
}

/** What the page leaves out, and the way to all of it; nothing where it shows the whole run. */
export function partNotice({ whole, filter, part, page }: PageScope): Markup | undefined {
  const words = filterWords(filter);
  if (words === '' && page === undefined) return undefined;
  const of = counted(whole.clusters.length, 'cluster');
  const all = markup`<a href="${servedHref(whole)}">Show all</a>`;
  return markup`<p class="part-notice" role="note">${
    words === '' ? undefined : markup`<b>${words}</b> of ${of}. `
  }${
    page === undefined
      ? undefined
      : markup`Clusters ${grouped(page.from)} to ${grouped(page.to)} of ${grouped(part.clusters.length)} (page ${grouped(page.number)} of ${grouped(page.pages)}): the counts above the tables are those of all pages. ${pageLink(page.before, 'Previous page')}${pageLink(page.after, 'Next page')}`
  }${all}</p>`;
}

function pageLink(href: string | undefined, word: string): Markup | undefined {
  return href === undefined ? undefined : markup`<a href="${href}">${word}</a> · `;
}
