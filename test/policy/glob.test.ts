import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { matchesGlob } from '../../shared/policy/glob.ts';

describe('a pattern', () => {
  test.each([
    ['shop', 'shop', true],
    ['shop', 'shops', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['shop-*', 'shop-', true],
    ['shop-*', 'shop', false],
    ['*-test', 'a-test', true],
    ['*a*', 'bab', true],
    ['a*a', 'a', false],
    ['a*b*c', 'abbc', true],
    ['ab*bc', 'abc', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
    ['[a]*', '[a]b', true],
  ])('%j on %j: %j', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  test('matches what a regular expression made of it would', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '.'), { maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 12 }), (p, t) => {
        const pattern = p.join('');
        const parts = pattern.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
        const expression = new RegExp(`^${parts.join('.*')}$`, 'u');
        expect(matchesGlob(pattern, t.join(''))).toBe(expression.test(t.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  test('that would stall a backtracking matcher does not', () => {
    expect(matchesGlob(`${'*a'.repeat(50)}*b`, 'a'.repeat(1_000_000))).toBe(false);
  });
});
