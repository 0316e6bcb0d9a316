import { clean } from './clean.ts';
import { escapeMarkdown } from './markdown-escape.ts';

/** A string of a cluster as Markdown text that is nothing else. */
export function markdownText(text: string): string {
  return escapeMarkdown(clean(text));
}
