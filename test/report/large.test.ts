import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { gathered } from '../../shared/cli/outputs.ts';
import { isLong } from '../support/long.ts';

const root = path.join(import.meta.dirname, '..', '..');
/** More than one string of V8 holds. */
const longestString = 2 ** 29 - 24;

/** One cluster of 6 MB, 100 times, in a process of its own: characters of each format. */
const script = `
import { renderPieces } from ${JSON.stringify(path.join(root, 'shared/report/index.ts'))};
import { cluster, finding, report } from ${JSON.stringify(path.join(root, 'test/report/builders.ts'))};
const large = cluster({ findings: Array.from({ length: 700 }, (_, at) =>
  finding({ fingerprint: String(at).padStart(16, '0'), message: 'x'.repeat(8000) })) });
const given = { ...report([large]), clusters: Array.from({ length: 100 }, () => large) };
const characters = {};
for (const format of process.argv.slice(1)) {
  characters[format] = 0;
  for (const piece of renderPieces(given, format)) characters[format] += piece.length;
}
process.stdout.write(JSON.stringify(characters));
`;

test('a report that is longer than one string can be comes out in pieces', () => {
  // A few seconds each.
  const formats = isLong ? ['json', 'ndjson', 'csv', 'text'] : ['json'];
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, ...formats], {
    encoding: 'utf8',
  });
  const characters = JSON.parse(out) as Record<string, number>;
  const least = { json: longestString, ndjson: longestString, csv: 50_000_000, text: 1_000 };
  expect(Object.keys(characters)).toEqual(formats);
  expect(
    Object.entries(least).filter(([format, limit]) => (characters[format] ?? Infinity) <= limit),
  ).toEqual([]);
});

test('and goes out in pieces that are neither small nor ever one', () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `${at} ${'x'.repeat(40)}\n`);
  const pieces = [...gathered(lines)];
  expect(pieces.join('') === lines.join('')).toBe(true);
  expect(pieces.length).toBeLessThan(50);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
});
