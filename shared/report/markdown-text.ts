import { clean } from './clean.ts';
import { escapeMarkdown } from './markdown-escape.ts';

/** A string of a cluster as Markdown text that is nothing else. */
export function markdownText(text: string): string {
  return escapeMarkdown(clean(text));
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
