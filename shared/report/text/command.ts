import { cleanBlock } from '../clean.ts';

/**
 * A command as it can be pasted into a shell: broken between arguments with a `\` at the end of the line, and inside JSON in single
 * quotes where JSON allows blanks. Other words that are longer than `room` columns stay whole.
 */
export function commandLines(text: string, room: number): readonly string[] {
  return cleanBlock(text)
    .split('\n')
    .flatMap((command) => {
      const lines: string[] = [];
      let line = '';
      for (const word of shellWords(command)) {
        const [head = '', ...rest] = jsonLines(word, room - 2);
        if (line !== '' && line.length + 1 + head.length > room) {
          lines.push(`${line} \\`);
          line = `  ${head}`;
        } else line = line === '' ? head : `${line} ${head}`;
        for (const next of rest) {
          lines.push(line);
          line = `   ${next}`;
        }
      }
      return [...lines, line];
    });
}

/** Words of a command line; what stands in quotes stays whole. */
function shellWords(command: string): readonly string[] {
  return command.match(/(?:\\.|'[^']*'?|"(?:[^"\\]|\\.)*"?|[^\s'"])+/gu) ?? [];
}

/** JSON in single quotes, broken after its commas and brackets; a blank or a line there means nothing. */
function jsonLines(word: string, room: number): readonly string[] {
  if (word.length <= room || !/^'[{[][^']*'$/u.test(word)) return [word];
  const tokens = word.match(/(?:"(?:[^"\\]|\\.)*"|[^",{[])*[,{[]?/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const token of tokens) {
    if (line !== '' && line.length + token.length > room - 1) {
      lines.push(line);
      line = token;
    } else line += token;
  }
  return [...lines, line];
}
