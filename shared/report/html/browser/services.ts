import { clusterHref, findingHref, serviceHref } from './addresses.ts';
import { wordsAt, type PageData } from './data.ts';
import { element, link, svgElement } from './element.ts';
import { pagedRows, sortButtons } from './paged-rows.ts';
import { rankTexts } from './query.ts';

const perPage = 15;

/** The words of the page for each status, in the order of its list: the worst first. */
function statuses(): ReadonlyMap<string, string> {
  const options = document.querySelectorAll<HTMLOptionElement>('[name="service-status"] option');
  return new Map([...options].map(({ value, textContent }) => [value, textContent]));
}

function cell(title: string, kind: string, ...children: readonly (string | Node)[]): HTMLElement {
  const made = element('td', kind, ...children);
  made.dataset['word'] = title;
  return made;
}

/** Filters, sorts and pages the Services: the page's own rows where it has them, new ones else. */
export function startServices(data: PageData): void {
  const section = document.querySelector('#services');
  const body = section?.querySelector('.service-rows');
  if (!section || !body) return;
  const all = data.services.status.map((_, at) => at);
  const status = section.querySelector<HTMLSelectElement>('[name="service-status"]');
  const text = section.querySelector<HTMLInputElement>('[name="service-text"]');
  const pages = pagedRows({
    section,
    body,
    noun: 'Service',
    all: all.length,
    perPage,
    makeRow: (row) => makeRow(data, row),
  });
  let order: { readonly key: string; readonly down: boolean } | undefined;
  const search = (): void => {
    const found = all.filter(testOf(data, text?.value.trim() ?? '', status?.value ?? ''));
    pages.show(order === undefined ? found : inOrder(data, found, order.key, order.down));
  };
  text?.addEventListener('input', search);
  status?.addEventListener('input', search);
  sortButtons('data-service-sort', (key, down) => {
    order = { key, down };
    search();
  });
  search();
}

/** Whether a Service fits: the text is looked for in its name, its cluster and its owner. */
function testOf(data: PageData, text: string, status: string): (at: number) => boolean {
  const { services, clusters } = data;
  const wanted = text.toLowerCase();
  return (at) => {
    if (status !== '' && wordsAt(data, at)(services.status) !== status) return false;
    if (wanted === '') return true;
    const word = wordsAt(data, at);
    const cluster = services.cluster[at] ?? -1;
    const owner = data.words[clusters.owner[cluster] ?? -1] ?? '';
    return `${word(services.namespace)}/${word(services.name)}\n${clusters.name[cluster]}\n${owner}`
      .toLowerCase()
      .includes(wanted);
  };
}

function inOrder(data: PageData, rows: readonly number[], key: string, down: boolean): number[] {
  const { services, clusters, words } = data;
  const rank = rankTexts(words.map((word) => word.toLowerCase()));
  const clusterRank = rankTexts(clusters.name.map((name) => name.toLowerCase()));
  const byWord = (column: readonly number[], at: number): number => rank[column[at] ?? -1] ?? 0;
  const order = [...statuses().keys()];
  const values: Readonly<Record<string, (at: number) => number>> = {
    status: (at) => order.indexOf(words[services.status[at] ?? -1] ?? ''),
    name: (at) => byWord(services.namespace, at) * words.length + byWord(services.name, at),
    shares: (at) => byWord(services.shares, at),
    finding: (at) => placeOf(services.finding[at]),
    cluster: (at) => clusterRank[services.cluster[at] ?? -1] ?? 0,
    owner: (at) => rank[clusters.owner[services.cluster[at] ?? -1] ?? -1] ?? 0,
    harm: (at) => services.harmValue[at] ?? 0,
  };
  const value = values[key] ?? (() => 0);
  return rows.toSorted((a, b) => (down ? value(b) - value(a) : value(a) - value(b)) || a - b);
}

/** Findings stand worst first; a Service without one comes last. */
function placeOf(finding = -1): number {
  return finding === -1 ? Infinity : finding;
}

/** The row of a Service that is not in the page itself, as `html/services-part.ts` makes it. */
function makeRow(data: PageData, at: number): HTMLElement {
  const { services, clusters, words } = data;
  const word = wordsAt(data, at);
  const cluster = services.cluster[at] ?? -1;
  const status = word(services.status);
  const name = `${word(services.namespace)}/${word(services.name)}`;
  const head = element('th', '', link(serviceHref(data, cluster, name), name));
  head.setAttribute('scope', 'row');
  return element(
    'tr',
    '',
    cell('Verdict', '', element('span', `badge ${status}`, statuses().get(status) ?? status)),
    head,
    cell(
      'Shares, %',
      status === 'critical' ? 's-shares yields' : 's-shares',
      bar(word(services.got), word(services.lost)),
      element('span', '', word(services.shares)),
    ),
    cell('Worst finding', 's-finding', ...worstFinding(data, at)),
    cell('Cluster', '', link(clusterHref(data, cluster), clusters.name[cluster] ?? '')),
    cell('Owner', '', words[clusters.owner[cluster] ?? -1] ?? ''),
    cell('Harm', '', word(services.harm)),
  );
}

function worstFinding(data: PageData, at: number): readonly Node[] {
  const { services, findings, words } = data;
  const finding = services.finding[at] ?? -1;
  const print = findings.print[finding];
  if (print === undefined) return [];
  return [link(findingHref(data, print), words[findings.title[finding] ?? -1] ?? '')];
}

function bar(got: string, lost: string): Element {
  const svg = svgElement('svg', {
    class: 'shares',
    viewBox: '0 0 100 10',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  if (got !== '') svg.append(svgElement('path', { class: 'got', d: got }));
  if (lost !== '') svg.append(svgElement('path', { class: 'lost', d: lost }));
  return svg;
}
