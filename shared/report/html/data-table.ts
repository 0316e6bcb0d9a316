import { markup, type Hole, type Markup } from './markup.ts';

export interface Column {
  readonly word: string;
  readonly number?: boolean;
}

/** A table whose rows stack on small screens, each value behind the word of its column. The first cell names the row. */
export function dataTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly Hole[])[],
): Markup {
  return markup`<div class="wrap" tabindex="0" role="group" aria-label="${name}"><table class="stack"><thead><tr>${columns.map(
    ({ word, number }) => markup`<th scope="col"${kind(number)}>${word}</th>`,
  )}</tr></thead><tbody>${rows.map((row) => markup`<tr>${row.map((cell, at) => cellOf(cell, at, columns[at]))}</tr>`)}</tbody></table></div>`;
}

function cellOf(cell: Hole, at: number, column: Column | undefined): Markup {
  return at === 0
    ? markup`<th scope="row">${cell}</th>`
    : markup`<td${kind(column?.number)} data-word="${column?.word}">${cell}</td>`;
}

function kind(number: boolean | undefined): Markup | undefined {
  return number === true ? markup` class="num"` : undefined;
}
