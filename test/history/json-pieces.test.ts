import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compactJsonPieces } from '../../shared/history/storage/codec.ts';

test('together the pieces are what JSON.stringify makes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      for (const value of [a, { a, b: [a, b], c: undefined }, { list: [undefined, a], none: {} }])
        expect([...compactJsonPieces(value)].join('')).toBe(JSON.stringify(value));
    }),
  );
});

test('what is large comes in pieces of its elements', () => {
  const value = { kind: 'large', list: Array.from({ length: 200 }, () => 'x'.repeat(10_000)) };
  const pieces = [...compactJsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(80_000);
});
