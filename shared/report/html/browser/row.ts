import { clusterHref, findingHref } from './addresses.ts';
import { wordsAt, type PageData } from './data.ts';
import { element, link } from './element.ts';

/** The row of a finding that is not in the page itself. */
export function makeRow(data: PageData, at: number): HTMLElement {
  const { findings } = data;
  const word = wordsAt(data, at);
  const severity = word(findings.severity);
  const cluster = findings.cluster[at] ?? -1;
  const namespace = word(findings.namespace);
  const name = word(findings.name);
  const print = findings.print[at] ?? '';
  const title = link(findingHref(data, print), word(findings.title));
  const about = `${word(findings.kind)} ${namespace === '' ? name : `${namespace}/${name}`}`;
  const row = element(
    'tr',
    '',
    element('td', 'c-severity', element('span', `badge ${severity}`, severity)),
    element('td', 'c-what', title, ' ', element('span', 'about', about)),
    element('td', 'c-cluster', link(clusterHref(data, cluster), data.clusters.name[cluster] ?? '')),
    element('td', 'c-rule', ruleLink(data, word(findings.rule))),
    element('td', 'c-state', word(findings.state)),
    element('td', 'c-since', word(findings.since)),
  );
  row.id = `finding=${print}`;
  return row;
}

/** What the data block knows of a finding that has no page in the file. */
export function shortView(data: PageData, at: number, before: number): HTMLElement {
  const { findings, clusters } = data;
  const word = wordsAt(data, at);
  const cluster = clusters.name[findings.cluster[at] ?? -1] ?? '';
  const detail = findings.detail[at - before];
  const [message, fix, price] = detail === undefined || detail === 0 ? ['', '', ''] : detail;
  const fixText = price === '' ? fix : `${fix} (trade-off: ${price})`;
  const severity = word(findings.severity);
  const left = `This file holds the maps of the worst only; a report of cluster ${cluster} alone has this one.`;
  return element(
    'article',
    'finding-page sub',
    element('nav', 'crumbs small', link('#', 'All clusters')),
    element('h1', '', word(findings.title)),
    element(
      'p',
      'facts',
      element('span', '', element('span', `badge ${severity}`, severity)),
      element('span', '', `cluster ${cluster}`),
      element('span', '', ruleLink(data, word(findings.rule))),
    ),
    element('p', 'said', message),
    ...(fix === '' ? [] : [element('p', 'prices', element('b', '', 'Fix: '), fixText)]),
    element('p', 'dim small', left),
  );
}

/** As `html/links.ts` has it: of a page that is served the pages of rules stand beside it. */
function ruleLink({ run }: PageData, rule: string): string | Node {
  return run === 0 || !/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/u.test(rule)
    ? rule
    : link(`rules/${rule}`, rule);
}
