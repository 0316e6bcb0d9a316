import type { PageData } from './data.ts';

/** Makes an element; what comes from data becomes text, never markup. */
function element(tag: string, kind: string, ...children: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  if (kind !== '') made.className = kind;
  made.append(...children);
  return made;
}

/** The row of a finding that is not in the page itself. */
export function makeRow(data: PageData, at: number, before: number): HTMLElement {
  const { findings, words } = data;
  const word = (column: readonly number[]): string => words[column[at] ?? -1] ?? '';
  const severity = word(findings.severity);
  const cluster = findings.cluster[at] ?? -1;
  const namespace = word(findings.namespace);
  const name = word(findings.name);
  const detail = findings.detail[at - before];
  const row = element(
    'tr',
    '',
    element('td', 'c-severity', element('span', `badge ${severity}`, severity)),
    element(
      'td',
      'c-what',
      element(
        'details',
        '',
        element(
          'summary',
          '',
          `${word(findings.title)} `,
          element(
            'span',
            'about',
            `${word(findings.kind)} ${namespace === '' ? name : `${namespace}/${name}`}`,
          ),
        ),
        element('div', 'detail', ...detailOf(detail === 0 ? undefined : detail, data, at)),
      ),
    ),
    element('td', 'c-cluster', clusterLink(data, cluster)),
    element('td', 'c-rule', ruleLink(data, word(findings.rule))),
    element('td', 'c-state', word(findings.state)),
    element('td', 'c-since', word(findings.since)),
  );
  row.id = `finding=${findings.print[at] ?? ''}`;
  return row;
}

function detailOf(
  detail: readonly [string, string, string] | undefined,
  { findings, words }: PageData,
  at: number,
): readonly Node[] {
  const rule = words[findings.rule[at] ?? -1] ?? '';
  const last = element(
    'p',
    'dim small',
    `${findings.print[at] ?? ''} · `,
    element('code', '', `evenkeel explain ${rule}`),
  );
  if (detail === undefined)
    return [element('p', '', 'The report of the cluster alone has the details.'), last];
  const [message, fix, price] = detail;
  const parts = [element('p', 'said', message)];
  if (fix !== '')
    parts.push(
      element(
        'p',
        'prices',
        element('b', '', 'Fix: '),
        price === '' ? fix : `${fix} (trade-off: ${price})`,
      ),
    );
  return [...parts, last];
}

function clusterLink({ clusters, run }: PageData, at: number): string | Node {
  const name = clusters.name[at] ?? '';
  const anchor = clusters.anchor[at] ?? '';
  const id = clusters.id[at] ?? 0;
  const here = document.getElementById(anchor) !== null;
  if (!here && id === 0) return name;
  const link = document.createElement('a');
  link.textContent = name;
  link.href = here
    ? `#${anchor}`
    : `?format=html&run=${encodeURIComponent(run)}&cluster=${encodeURIComponent(id)}`;
  return link;
}

/** As `html/links.ts` has it: of a page that is served the pages of rules stand beside it. */
function ruleLink({ run }: PageData, rule: string): string | Node {
  if (run === 0 || !/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/u.test(rule)) return rule;
  const link = document.createElement('a');
  link.textContent = rule;
  link.href = `rules/${rule}`;
  return link;
}
