import type { PageData } from './data.ts';
import { pagedRows, sortButtons } from './paged-rows.ts';
import {
  filterKeys,
  findingIndex,
  sortKeys,
  type FilterKey,
  type Filters,
  type SortKey,
} from './query.ts';
import { makeRow } from './row.ts';

export interface Table {
  readonly apply: (filters: Filters) => void;
  /** Shows the finding at a place of the data, open. */
  readonly reveal: (at: number) => void;
}

/** Filters, sorts and pages the findings: the page's own rows where it has them, new ones else. */
export function startTable(
  data: PageData,
  onChange: (filters: Filters) => void,
): Table | undefined {
  const section = document.querySelector('#findings');
  const body = document.querySelector<HTMLElement>('#rows');
  if (section === null || body === null) return undefined;
  const index = findingIndex(data);
  const pages = pagedRows({
    section,
    body,
    noun: 'finding',
    all: data.findings.rule.length,
    perPage: Number(body.dataset['perPage'] ?? 100),
    makeRow: (row) => makeRow(data, row),
    onTurn: (count) => count?.scrollIntoView({ block: 'start' }),
  });
  let filters: Filters = {};
  let order: { readonly key: SortKey; readonly down: boolean } | undefined;
  const search = (): void => {
    const found = index.find(filters);
    pages.show(order === undefined ? found : index.sort(found, order.key, order.down));
  };
  const change = (given: Filters): void => {
    filters = given;
    search();
    onChange(filters);
  };
  const apply = (given: Filters): void => {
    filters = given;
    showFields(filters);
    search();
  };
  const showFields = startFields(
    data,
    (key, value) => change({ ...filters, [key]: value }),
    () => {
      showFields({});
      change({});
    },
  );
  sortButtons('data-sort', (name, down) => {
    const key = sortKeys.find((each) => each === name);
    order = key && { key, down };
    search();
  });
  search();
  return {
    apply,
    reveal(at) {
      if (!pages.turnTo(at)) {
        apply({});
        pages.turnTo(at);
      }
      mark(document.getElementById(`finding=${data.findings.print[at]}`));
    },
  };
}

/** Opens a row and marks it alone. */
function mark(row: HTMLElement | null): void {
  row?.querySelector('details')?.setAttribute('open', '');
  row?.scrollIntoView({ block: 'start' });
  for (const marked of document.querySelectorAll('.marked')) marked.classList.remove('marked');
  row?.classList.add('marked');
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
