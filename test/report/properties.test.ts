/* oxlint-disable no-control-regex -- control characters are what is looked for */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { render } from '../../shared/report/index.ts';
import { readCsv } from './csv-reader.ts';
import { poisoned } from './hostile.ts';
import { readOpenMetrics } from './openmetrics-reader.ts';
import { articleReport } from './samples.ts';
import { readSarif } from './sarif-check.ts';
import { runsOf } from '../support/long.ts';

/** Any text at all, with the characters that mean something somewhere more often than by chance. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from('\u0000\t\r\n ;,"\'=+-@|%<>&`\\[](){}*_~#$!:/.\uFF1D\u202E\u2028\uD800aZ0'),
    ),
    maxLength: 24,
  }),
);

const clean = poisoned(articleReport, 'word');

function holds(check: (text: string) => void): void {
  fc.assert(fc.property(texts, check), { numRuns: runsOf(300, 60) });
}

describe('whatever a cluster calls its things', () => {
  test('CSV keeps its lines and cells, and none is a formula', () => {
    const widths = readCsv(render(clean, 'csv')).map((row) => row.length);
    holds((text) => {
      const rows = readCsv(render(poisoned(articleReport, text), 'csv'));
      expect(rows.map((row) => row.length)).toEqual(widths);
      for (const cell of rows.flat())
        expect(cell).not.toMatch(/^[\s\u0000-\u001F]*[=+\-@|%\u0000\uFF1D\uFF0B\uFF0D\uFF20]/u);
    });
  });

  test('OpenMetrics can be read, with the same families', () => {
    const names = readOpenMetrics(render(clean, 'openmetrics')).map(({ name }) => name);
    holds((text) => {
      const families = readOpenMetrics(render(poisoned(articleReport, text), 'openmetrics'));
      expect(families.map(({ name }) => name)).toEqual(names);
    });
  });

  test.each([
    ']}(',
    ']{{(',
    '[a](b)',
    '[a]\\\\(b)',
    '\\\\[a](https://evil.example)',
    '{0}',
    '}{',
    '](',
  ])('SARIF messages with %p are text alone', (text) => {
    expect(readSarif(render(poisoned(articleReport, text), 'sarif')).faults).toEqual([]);
  });

  test('SARIF keeps to its schema', () => {
    holds((text) => {
      expect(readSarif(render(poisoned(articleReport, text), 'sarif')).faults).toEqual([]);
    });
  });

  test('Markdown keeps its lines and cells', () => {
    const expected = shape(render(clean, 'markdown'));
    holds((text) => {
      expect(shape(render(poisoned(articleReport, text), 'markdown'))).toEqual(expected);
    });
  });

  test('HTML stays a page of tags that are whole, of names and attributes that it has anyway', () => {
    const names = tagNames(render(poisoned(articleReport, 'w'.repeat(90)), 'html'));
    holds((text) => {
      const html = render(poisoned(articleReport, text), 'html');
      expect(tagNames(html).filter((name) => !names.includes(name))).toEqual([]);
      expect(html.replace(/<(style|script)>[\s\S]*?<\/\1>/gu, '').replaceAll(tag, '')).not.toMatch(
        /[<>]/u,
      );
    });
  });
});

const tag = /<!doctype html>|<\/?([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)\/?>/gu;

/** Each kind of tag with the names of its attributes, once. */
function tagNames(html: string): readonly string[] {
  const found = html.replace(/<(style|script)>[\s\S]*?<\/\1>/gu, '').matchAll(tag);
  return [
    ...new Set(
      [...found].map(
        ([, name = '', attributes = '']) => name + attributes.replaceAll(/="[^"]*"/gu, ''),
      ),
    ),
  ];
}

/** Lines, and cells of each: bars that no backslash escapes. */
function shape(text: string): readonly number[] {
  return text.split('\n').map((line) => line.replaceAll(/\\./gu, '').split('|').length);
}
