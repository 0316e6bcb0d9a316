import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { goldenFiles, goldenFolder } from '../../scripts/golden.ts';

const files = goldenFiles();

describe('golden reports: `npm run golden` rewrites them, the difference is reviewed', () => {
  test('there is one for each report and format, and no other', () => {
    expect(readdirSync(goldenFolder).toSorted()).toEqual(files.map(({ name }) => name).toSorted());
  });

  test.each(files)('$name', ({ name, text }) => {
    const lines = readFileSync(path.join(goldenFolder, name), 'utf8').split('\n');
    // Line by line, so that a failure shows a few lines and not the whole file.
    const different = text.split('\n').filter((line, at) => line !== lines[at]);
    expect(different.slice(0, 3)).toEqual([]);
    expect(text.split('\n')).toHaveLength(lines.length);
  });
});
