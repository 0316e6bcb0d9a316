/** A rule's page for people at a terminal: headings in bold, code set apart, paragraphs to the width. */
export function pageForTerminal(markdown: string, width: number): string {
  const room = Math.min(100, Math.max(40, width));
  const lines: string[] = [];
  let inCode = false;
  for (const line of markdown.trimEnd().split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    else if (inCode) lines.push(`    ${dim(line)}`);
    else if (line.startsWith('#')) lines.push(bold(line.replace(/^#+ /u, '')));
    else if (line.startsWith('|')) lines.push(line);
    else lines.push(...wrapped(line, room).map(inline));
  }
  return `${lines.join('\n')}\n`;
}

function bold(text: string): string {
  return `\u001B[1m${text}\u001B[0m`;
}

function dim(text: string): string {
  return text === '' ? '' : `\u001B[2m${text}\u001B[0m`;
}

/** Code spans in a colour and emphasis in bold; the marks themselves go. */
function inline(line: string): string {
  return line
    .replaceAll(/`([^`]+)`/gu, '\u001B[36m$1\u001B[0m')
    .replaceAll(/\*\*([^*]+)\*\*/gu, '\u001B[1m$1\u001B[0m');
}

/** Breaks between words; what belongs to a list item stays indented below it. */
function wrapped(line: string, width: number): readonly string[] {
  const indent = /^\s*(?:[-*]|\d+\.)\s+/u.exec(line)?.[0].length ?? 0;
  const result: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const shown = `${current} ${word}`.replaceAll(/[`*]/gu, '');
    if (current !== '' && shown.length > width) {
      result.push(current);
      current = ' '.repeat(indent) + word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...result, current];
}
