import { isTableRule, markdownCells } from '../report/index.ts';
import {
  lengthOf,
  shownLine,
  wordLength,
  pageWords,
  wrapWords,
  type PageLine,
  type Mark,
} from './page-text.ts';

const gap = '  ';
/** Below this a column gives no room to others, whatever its words are. */
const narrowest = 8;

/** The rows of a Markdown table as aligned columns, cells wrapped where `width` is too small for them. */
export function tableLines(rows: readonly string[], width: number, mark: Mark): readonly string[] {
  const cells = rows
    .filter((row) => !isTableRule(row))
    .map((row) => markdownCells(row).map(pageWords));
  const widths = widthsOf(cells, width);
  const [head = [], ...body] = cells;
  const rule = widths.map((each) => '-'.repeat(each)).join(gap);
  return [
    ...rowLines(head, widths, (_kind, text) => text).map((line) => mark('bold', line)),
    mark('dim', rule),
    ...body.flatMap((row) => rowLines(row, widths, mark)),
  ];
}

/** Columns as wide as their widest cell; where that is too much, the widest give way, down to their longest word. */
function widthsOf(rows: readonly (readonly PageLine[])[], width: number): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const longest = (measure: (cell: PageLine) => number): number[] =>
    Array.from({ length: columns }, (_each, at) =>
      Math.max(1, ...rows.map((row) => measure(row[at] ?? []))),
    );
  const room = width - gap.length * (columns - 1);
  const natural = longest(lengthOf);
  const byWords = longest((cell) => Math.max(0, ...cell.map(wordLength)));
  const roomy = shrunk(natural, byWords, room);
  return shrunk(
    roomy,
    byWords.map(() => narrowest),
    room,
  );
}

/** Takes from the widest column that may still give, until all fit. */
function shrunk(
  from: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] {
  const widths = [...from];
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - room; excess > 0; excess -= 1) {
    const giving = widths.map((each, at) => (each > (least[at] ?? 0) ? each : 0));
    const widest = Math.max(...giving);
    if (widest === 0) break;
    widths[giving.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function rowLines(
  cells: readonly PageLine[],
  widths: readonly number[],
  mark: Mark,
): readonly string[] {
  const wrapped = widths.map((width, at) => wrapWords(cells[at] ?? [], width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_each, line) =>
    widths
      .map((width, at) => {
        const words = wrapped[at]?.[line] ?? [];
        return shownLine(words, mark) + ' '.repeat(Math.max(0, width - lengthOf(words)));
      })
      .join(gap)
      .trimEnd(),
  );
}
