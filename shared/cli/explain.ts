import { allRules, nearest } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { rulePage } from '../audit/own-files.ts';
import { readOptions } from './options.ts';
import type { Invocation } from './terminal.ts';
import { painter } from '../report/index.ts';
import { tableLines } from './page-table.ts';
import { shownLine, pageWords, wrapWords, type Mark } from './page-text.ts';

/** `evenkeel explain RULE`: the rule's page, laid out on a terminal, as Markdown when piped. */
export function explain({ args, io }: Invocation): number {
  const { positionals } = readOptions(args, {}, 1);
  const [wanted] = positionals;
  if (wanted === undefined)
    throw new InputError(
      'specify a rule, for example traffic/starved-endpoints (evenkeel rules lists them)',
    );
  const page = rulePage(ruleId(wanted));
  io.out(io.tty ? pageForTerminal(page, io.width, io.colour) : page);
  return 0;
}

/** The id of a rule by its full name, or by its stem where only one rule has it. */
function ruleId(wanted: string): string {
  const ids = allRules.map(({ meta }) => meta.id);
  const given = wanted.toLowerCase();
  const byStem = ids.filter((id) => id === given || id.split('/')[1] === given);
  const [only] = byStem;
  if (byStem.length === 1 && only !== undefined) return only;
  const near = nearest(given, [...ids, ...ids.flatMap((id) => id.split('/')[1] ?? [])]);
  const close = near === undefined ? ids.filter((id) => id.includes(given)).slice(0, 3) : [near];
  throw new InputError(
    `unknown rule ${JSON.stringify(wanted)}${close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`} (evenkeel rules lists them)`,
  );
}

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
  return wrapWords(pageWords(text), room).map((line) =>
    mark(
      'bold',
      shownLine(line, (_kind, each) => each),
    ),
  );
}

/** What belongs to a list item stays indented below it. */
function paragraph(text: string, room: number, mark: Mark): readonly string[] {
  const start = /^\s*(?:(?:[-*]|\d+\.)\s+)?/u.exec(text)?.[0] ?? '';
  const words = pageWords(text.slice(start.length));
  if (words.length === 0) return [''];
  return wrapWords(words, room - start.length).map(
    (line, at) => (at === 0 ? start : ' '.repeat(start.length)) + shownLine(line, mark),
  );
}
