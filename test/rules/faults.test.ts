import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allRules } from '../../shared/rules/index.ts';

const root = path.join(import.meta.dirname, '..', '..');
const known = new Set(allRules.map((rule) => rule.meta.id));

interface Row {
  readonly fault: number;
  readonly rules: readonly string[];
  readonly links: readonly string[];
}

/** The lines of `docs/faults.md`: number, what it is, rules, tests. */
const rows = readFileSync(path.join(root, 'docs', 'faults.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ \|/u.test(line))
  .map((line): Row => {
    const [, fault = '', , rules = ''] = line.split('|');
    return {
      fault: Number(fault),
      rules: [...rules.matchAll(/`([^`]+)`/gu)].map(([, id = '']) => id),
      links: [...line.matchAll(/\]\(([^)]+)\)/gu)].map(([, link = '']) => link),
    };
  });

describe('the table of faults', () => {
  test('names each fault once, in order', () => {
    const numbers = rows.map((row) => row.fault);
    expect(numbers.length).toBeGreaterThanOrEqual(69);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test.each(rows)('fault $fault: rules of the registry, with page and test', ({ rules, links }) => {
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((id) => !known.has(id))).toEqual([]);
    const wanted = rules.flatMap((id) => [
      `../shared/rules/${id}.md`,
      `../test/rules/${id}.test.ts`,
    ]);
    expect(links.toSorted()).toEqual(wanted.toSorted());
    expect(links.filter((link) => !existsSync(path.join(root, 'docs', link)))).toEqual([]);
  });
});
