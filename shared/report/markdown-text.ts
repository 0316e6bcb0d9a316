import { clean } from './clean.ts';
import { escapeMarkdown } from './markdown-escape.ts';

/** A string of a cluster as Markdown text that is nothing else. */
export function markdownText(text: string): string {
  return escapeMarkdown(clean(text));
}

/** The cells of a row of a table, as they are written; `\|` is a bar of the text. */
export function markdownCells(row: string): readonly string[] {
  return row
    .trim()
    .replace(/^\|/u, '')
    .replace(/\|$/u, '')
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

/** Whether a row is the one between head and body. */
export function isTableRule(row: string): boolean {
  return /^\|(?:\s*:?-+:?\s*\|)+\s*$/u.test(row);
}

/** A table of cells that are Markdown already, and the empty line behind it. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- |').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}
