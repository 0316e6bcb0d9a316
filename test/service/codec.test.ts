import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeRows, encodeRows } from '../../shared/service/codec.ts';
import { cluster } from '../builders/index.ts';

test('a snapshot is the same after the way through storage', () => {
  const snapshot = cluster();
  expect(decodeRows(encodeRows(snapshot))).toEqual(snapshot);
});

test('labels of any name and value survive', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
      const labels = new Map([...pairs, ['__proto__', 'x'], ['$map', 'y']]);
      expect(decodeRows(encodeRows({ labels }))).toEqual({ labels });
    }),
    { seed: 1, numRuns: 100 },
  );
});
