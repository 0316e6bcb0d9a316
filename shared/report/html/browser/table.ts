import { grouped } from './element.ts';
import { findingAt, type PageData } from './data.ts';
import {
  filterKeys,
  indexOf,
  sortKeys,
  type FilterKey,
  type Filters,
  type SortKey,
} from './query.ts';
import { makeRow } from './row.ts';

export interface Table {
  readonly apply: (filters: Filters) => void;
  /** Shows the finding of this fingerprint, open; false where there is none. */
  readonly reveal: (print: string) => boolean;
}

/** Filters, sorts and pages the findings: the page's own rows where it has them, new ones else. */
export function startTable(
  data: PageData,
  onChange: (filters: Filters) => void,
): Table | undefined {
  const body = document.querySelector<HTMLElement>('#rows');
  if (body === null) return undefined;
  const own = [...body.querySelectorAll<HTMLElement>(':scope > tr')];
  const perPage = Number(body.dataset['perPage'] ?? 100);
  const index = indexOf(data);
  let filters: Filters = {};
  let sortKey: SortKey | undefined;
  let down = false;
  let page = 0;
  let rows = index.find({});
  const count = document.querySelector('#count');
  const pageText = document.querySelector('#page');
  const before = document.querySelector<HTMLButtonElement>('#before');
  const after = document.querySelector<HTMLButtonElement>('#after');

  const show = (): void => {
    const from = page * perPage;
    const shown = rows.slice(from, from + perPage);
    body.replaceChildren(...shown.map((at) => own[at] ?? makeRow(data, at)));
    const all = data.findings.rule.length;
    if (count !== null)
      count.textContent =
        rows.length === all
          ? `${grouped(all)} findings`
          : `${grouped(rows.length)} of ${grouped(all)} findings`;
    if (pageText !== null)
      pageText.textContent =
        rows.length === 0
          ? 'No finding fits.'
          : `${grouped(from + 1)}–${grouped(from + shown.length)}`;
    document
      .querySelector('#findings .pages')
      ?.toggleAttribute('hidden', rows.length <= perPage && rows.length > 0);
    if (before !== null) before.disabled = page === 0;
    if (after !== null) after.disabled = from + perPage >= rows.length;
  };
  const search = (): void => {
    rows = index.find(filters);
    if (sortKey !== undefined) rows = index.sort(rows, sortKey, down);
    page = 0;
    show();
  };
  const change = (key: FilterKey, value: string): void => {
    filters = { ...filters, [key]: value };
    search();
    onChange(filters);
  };
  const turn = (by: number): void => {
    page += by;
    show();
    document.querySelector('#count')?.scrollIntoView({ block: 'start' });
  };
  before?.addEventListener('click', () => turn(-1));
  after?.addEventListener('click', () => turn(1));
  sortButtons((key) => {
    down = sortKey === key ? !down : false;
    sortKey = key;
    search();
    return down;
  });
  const fields = startFields(data, change, () => {
    filters = {};
    fields(filters);
    search();
    onChange(filters);
  });
  show();
  return {
    apply: (given) => {
      filters = given;
      fields(filters);
      search();
    },
    reveal: (print) => {
      const at = findingAt(print, data);
      if (at === -1) return false;
      if (!rows.includes(at)) {
        filters = {};
        fields(filters);
        search();
      }
      page = Math.floor(rows.indexOf(at) / perPage);
      show();
      const row = document.getElementById(`finding=${print}`);
      row?.querySelector('details')?.setAttribute('open', '');
      row?.scrollIntoView({ block: 'start' });
      for (const marked of document.querySelectorAll('.marked')) marked.classList.remove('marked');
      row?.classList.add('marked');
      return true;
    },
  };
}

/** Turns the table's headings into buttons; `sort` answers whether the order is now downwards. */
function sortButtons(sort: (key: SortKey) => boolean): void {
  for (const head of document.querySelectorAll<HTMLElement>('th[data-sort]')) {
    const key = sortKeys.find((each) => each === head.dataset['sort']);
    if (key === undefined) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = sort(key);
      for (const other of document.querySelectorAll('th[data-sort]'))
        other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    });
  }
}

/** Wires the filter fields; answers a function that shows filters set elsewhere. */
function startFields(
  { findings, words }: PageData,
  change: (key: FilterKey, value: string) => void,
  clear: () => void,
): (filters: Filters) => void {
  const fields = [
    ...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
      '.filters input, .filters select',
    ),
  ];
  const chips = [...document.querySelectorAll<HTMLElement>('.chip')];
  const distinct = (column: readonly number[]): string[] =>
    [...new Set(column)].map((at) => words[at] ?? '').toSorted();
  const rules = distinct(findings.rule);
  const options: Partial<Record<string, string[]>> = {
    rule: rules,
    family: [...new Set(rules.map((rule) => rule.split('/')[0] ?? ''))],
    state: distinct(findings.state),
  };
  for (const field of fields) {
    const key = filterKeys.find((each) => each === field.name);
    if (key === undefined) continue;
    for (const value of options[key] ?? []) field.append(new Option(value, value));
    field.addEventListener('input', () => change(key, field.value.trim()));
  }
  for (const chip of chips)
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
      const pressed = chips.filter((each) => each.getAttribute('aria-pressed') === 'true');
      change('severity', pressed.map((each) => each.dataset['severity'] ?? '').join(','));
    });
  document.querySelector('#clear')?.addEventListener('click', clear);
  return (filters) => {
    for (const field of fields) {
      const key = filterKeys.find((each) => each === field.name);
      if (key !== undefined) field.value = filters[key] ?? '';
    }
    const severities = new Set((filters.severity ?? '').split(','));
    for (const chip of chips)
      chip.setAttribute('aria-pressed', String(severities.has(chip.dataset['severity'] ?? '')));
  };
}
