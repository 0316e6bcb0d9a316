import { stripVTControlCharacters } from 'node:util';

/** One line of text from anywhere, safe to print: no control characters, at most `longest` characters. */
export function oneLine(text: string, longest = 500): string {
  const line = stripVTControlCharacters(text.slice(0, longest * 4))
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
