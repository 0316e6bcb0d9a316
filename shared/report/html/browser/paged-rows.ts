import { grouped } from '../../../model/text.ts';
import { element } from './element.ts';

export interface PagedRows {
  /** Shows these rows of all, from the first page on. */
  readonly show: (rows: readonly number[]) => void;
  /** Turns to the page of a row; false where it is not among those shown. */
  readonly turnTo: (row: number) => boolean;
}

/** A list of the page: the rows that the page came with, and others as they are made. */
interface PagedRowsOptions {
  /** Holds the rows' `body`, the count (`aria-live`) and the buttons (`.pages`). */
  readonly section: Element;
  readonly body: Element;
  readonly noun: string;
  readonly all: number;
  readonly perPage: number;
  readonly makeRow: (row: number) => Node;
  /** After a page was turned. */
  readonly onTurn?: (count: Element | null) => void;
}

/** Shows a list page by page, and says how much of it is shown. */
export function pagedRows(options: PagedRowsOptions): PagedRows {
  const { section, body, noun, all, perPage, makeRow, onTurn } = options;
  const own = [...body.querySelectorAll(':scope > tr')];
  const count = section.querySelector('[aria-live]');
  const pages = section.querySelector('.pages');
  const place = section.querySelector('.pages span');
  const [before, after] = section.querySelectorAll('.pages button');
  let rows: readonly number[] = [];
  let page = 0;
  const draw = (): void => {
    const from = page * perPage;
    const shown = rows.slice(from, from + perPage);
    body.replaceChildren(...shown.map((row) => own[row] ?? makeRow(row)));
    const part = rows.length === all ? '' : `${grouped(rows.length)} of `;
    if (count !== null)
      count.textContent = `${part}${grouped(all)} ${all === 1 ? noun : `${noun}s`}`;
    if (place !== null)
      place.textContent =
        rows.length === 0
          ? `No ${noun} fits.`
          : `${grouped(from + 1)}–${grouped(from + shown.length)} of ${grouped(rows.length)}`;
    pages?.toggleAttribute('hidden', rows.length <= perPage && rows.length > 0);
    before?.toggleAttribute('disabled', page === 0);
    after?.toggleAttribute('disabled', from + perPage >= rows.length);
  };
  const turn = (by: number): void => {
    page += by;
    draw();
    onTurn?.(count);
  };
  before?.addEventListener('click', () => turn(-1));
  after?.addEventListener('click', () => turn(1));
  return {
    show(given) {
      rows = given;
      page = 0;
      draw();
    },
    turnTo(row) {
      const at = rows.indexOf(row);
      if (at === -1) return false;
      page = Math.floor(at / perPage);
      draw();
      return true;
    },
  };
}

/** Turns the headings of a table into buttons that sort, and at a second press the other way. */
export function sortButtons(attribute: string, sort: (key: string, down: boolean) => void): void {
  const heads = [...document.querySelectorAll(`th[${attribute}]`)];
  let sorted = { key: '', down: false };
  for (const head of heads) {
    const key = head.getAttribute(attribute) ?? '';
    const button = element('button', '', head.textContent);
    button.setAttribute('type', 'button');
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      // Of harm the largest are looked for.
      sorted = { key, down: sorted.key === key ? !sorted.down : key === 'harm' };
      sort(key, sorted.down);
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending');
    });
  }
}
