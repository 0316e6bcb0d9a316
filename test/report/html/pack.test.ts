import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packed } from '../../../shared/report/html/pack.ts';
import { unfolded } from './views-in.ts';

const unpack = (bytes: Uint8Array): unknown =>
  JSON.parse(unfolded(inflateRawSync(bytes)).toString('utf8'));

describe('packed', () => {
  test('any value comes back, with repeats at any distance and of any length', () => {
    const piece = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.nat(7), { maxLength: 60 }),
        (pieces, order) => {
          const value = order.map((at) => pieces[at] ?? '');
          expect(unpack(packed(value))).toEqual(value);
        },
      ),
    );
  });

  test.each([
    ['nothing', {}],
    ['one letter again and again', 'a'.repeat(10_000)],
    ['a text twice', ['x'.repeat(63), 'abc'.repeat(40), 'abc'.repeat(40)]],
  ])('%s', (_name, value) => {
    expect(unpack(packed(value))).toEqual(value);
  });

  test('a repeat beyond the reach of deflate takes next to no room', () => {
    const random = Array.from(
      { length: 40_000 },
      (_each, at) => ((at * 7919) % 9973) ** 2 % 997,
    ).join(' ');
    expect(packed([random, random]).length).toBeLessThan(packed([random]).length + 100);
  });
});
