import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { allRules } from '../../shared/rules/index.ts';
import { pageForTerminal } from '../../shared/cli/explain.ts';
import { run } from './run-command.ts';

const table = `# \`a/b\`: Title

| Cause | Meaning of it |
| ----- | ------------- |
| \`short\` | one two three four five six seven eight nine ten \`eleven\` twelve |
| \`other-name\` | a \\| b |

Text with **two words** and \`code here\`.
`;

function pageOf(rule: string): string {
  return readFileSync(path.join(import.meta.dirname, `../../shared/rules/${rule}.md`), 'utf8');
}

/** In order of the alphabet: cells stand beside each other, and marks are gone. */
function lettersOf(text: string): string {
  return Array.from(text.replaceAll(/[\s`*|\-#\\()[\]]/gu, ''))
    .toSorted()
    .join('');
}

describe('a page on a terminal', () => {
  test('tables are aligned columns, cells wrapped to the width', () => {
    expect(pageForTerminal(table, 50, false)).toBe(`a/b: Title

Cause       Meaning of it
----------  --------------------------------------
short       one two three four five six seven
            eight nine ten eleven twelve
other-name  a | b

Text with two words and code here.
`);
  });

  test('columns are the same in colour', () => {
    const colour = pageForTerminal(table, 50, true);
    expect(colour).toContain('\u001B[36mcode\u001B[0m \u001B[36mhere\u001B[0m');
    expect(stripVTControlCharacters(colour)).toBe(pageForTerminal(table, 50, false));
  });

  test.each([40, 63, 100, 240])('no line of any rule page is over %d columns', (width) => {
    for (const { meta } of allRules) {
      const long = pageForTerminal(pageOf(meta.id), width, false)
        .split('\n')
        .filter((line) => line.length > Math.min(100, width) && !line.startsWith('  '));
      expect({ id: meta.id, long }).toEqual({ id: meta.id, long: [] });
    }
  });

  test('no line of any rule page is over 80 columns on a terminal of 80, examples neither', () => {
    const long = allRules.flatMap(({ meta }) =>
      pageForTerminal(pageOf(meta.id), 80, false)
        .split('\n')
        .filter((line) => line.length > 80)
        .map((line) => `${meta.id}: ${line}`),
    );
    expect(long).toEqual([]);
  });

  test('no letter of any rule page is lost', () => {
    for (const { meta } of allRules) {
      const page = pageOf(meta.id);
      const prose = page.replaceAll(/^\|[\s|:-]+$|^```\w*$/gmu, '').replaceAll(/^#+ /gmu, '');
      const shown = pageForTerminal(page, 240, false).replaceAll(/^-[- ]+$/gmu, '');
      expect(lettersOf(shown)).toBe(lettersOf(prose));
    }
  });

  test('a terminal without colour has the layout, a pipe the Markdown', async () => {
    const plain = await run(['explain', 'starved-endpoints'], { tty: true });
    expect(plain.out).not.toContain('\u001B');
    expect(plain.out).toMatch(/^Cause +Why the pods receive no traffic$/mu);
    expect((await run(['explain', 'starved-endpoints'])).out).toMatch(/^\| Cause/mu);
  });
});
