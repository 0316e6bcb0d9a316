import { painter } from '../report/index.ts';
import { tableLines } from './page-table.ts';
import { shownLine, wordsOf, wrapWords, type Mark } from './page-text.ts';

const largestWidth = 100;

/**
 * A rule's page for people at a terminal: headings in bold, code set apart, paragraphs and tables to
 * the width, at most 100 columns.
 */
export function pageForTerminal(markdown: string, width: number, colour: boolean): string {
  const room = Math.min(largestWidth, Math.max(40, width));
  const paint = painter(colour);
  const mark: Mark = (kind, text) => paint(kind === 'code' ? 'cyan' : kind, text);
  const lines: string[] = [];
  const table: string[] = [];
  let inCode = false;
  for (const line of [...markdown.trimEnd().split('\n'), '']) {
    const isRow = !inCode && line.startsWith('|');
    if (isRow) table.push(line);
    else if (table.length > 0) lines.push(...tableLines(table.splice(0), room, mark));
    if (line.startsWith('```')) inCode = !inCode;
    else if (inCode) lines.push(`  ${mark('dim', line)}`);
    else if (line.startsWith('#')) lines.push(...heading(line.replace(/^#+ /u, ''), room, mark));
    else if (!isRow) lines.push(...paragraph(line, room, mark));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function heading(text: string, room: number, mark: Mark): readonly string[] {
  return wrapWords(wordsOf(text), room).map((line) =>
    mark(
      'bold',
      shownLine(line, (_kind, each) => each),
    ),
  );
}

/** What belongs to a list item stays indented below it. */
function paragraph(text: string, room: number, mark: Mark): readonly string[] {
  const start = /^\s*(?:(?:[-*]|\d+\.)\s+)?/u.exec(text)?.[0] ?? '';
  const words = wordsOf(text.slice(start.length));
  if (words.length === 0) return [''];
  return wrapWords(words, room - start.length).map(
    (line, at) => (at === 0 ? start : ' '.repeat(start.length)) + shownLine(line, mark),
  );
}
