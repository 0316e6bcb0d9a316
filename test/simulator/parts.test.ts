import { describe, expect, test } from '@jest/globals';
import { boundedCache } from '../../simulator/cache.ts';
import { addressAfter } from '../../simulator/names.ts';
import { taintJson } from '../../simulator/nodes.ts';
import { ascendingLetters, seededHex, seededUid } from '../../simulator/seed.ts';
import { rateLimiter } from '../../simulator/throttle.ts';

describe('a bounded cache', () => {
  test('makes a value once, and drops what was used longest ago', () => {
    const made: string[] = [];
    const cache = boundedCache<string>(2);
    const get = (key: string): string =>
      cache.get(key, () => {
        made.push(key);
        return key.toUpperCase();
      });
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
    expect(cache.size()).toBe(2);
  });

  test('keeps to a sum of weights, and keeps nothing that is heavier than that', () => {
    const cache = boundedCache<string>(100, 10, ({ length }) => length);
    const put = (value: string): string => cache.get(value, () => value);
    put('12345');
    put('1234');
    expect(cache.size()).toBe(2);
    put('123');
    expect(cache.size()).toBe(2);
    put('12345678901');
    expect(cache.size()).toBe(2);
  });
});

test('a token bucket fills up with time, for each key apart, and never beyond its size', () => {
  let nowMs = 0;
  const pass = rateLimiter(() => nowMs);
  const bucket = { size: 2, refillPerSecond: 0.5 };
  expect([pass('a', bucket), pass('a', bucket), pass('a', bucket)]).toEqual([
    undefined,
    undefined,
    2,
  ]);
  expect(pass('b', bucket)).toBeUndefined();
  nowMs = 1000;
  expect(pass('a', bucket)).toBe(1);
  nowMs = 2000;
  expect(pass('a', bucket)).toBeUndefined();
  nowMs = 1_000_000;
  expect([pass('a', bucket), pass('a', bucket), pass('a', bucket)]).toEqual([
    undefined,
    undefined,
    2,
  ]);
});

describe('seeded names', () => {
  test('are the same for a key, and differ between keys', () => {
    expect(seededHex('a', 100)).toHaveLength(100);
    expect(seededHex('a', 8)).toBe(seededHex('a', 100).slice(0, 8));
    expect(seededHex('a', 8)).not.toBe(seededHex('b', 8));
    expect(seededUid('a')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u,
    );
  });

  test.each([1, 2, 99, 5000])('%i suffixes ascend and are distinct', (count) => {
    const all = Array.from({ length: count }, (_, at) => ascendingLetters('key', at, count));
    expect(all).toEqual(all.toSorted());
    expect(new Set(all).size).toBe(count);
    expect(all.every((each) => /^[b-z2-9]{5}$/u.test(each))).toBe(true);
  });
});

test.each([
  ['10.224.0.4', 0, '10.224.0.4'],
  ['10.224.0.250', 10, '10.224.1.4'],
  ['10.255.255.255', 1, '11.0.0.0'],
])('the address %s and %i more', (base, offset, expected) => {
  expect(addressAfter(base, offset)).toBe(expected);
});

test.each([
  ['a=b:NoSchedule', { key: 'a', value: 'b', effect: 'NoSchedule' }],
  ['a:NoExecute', { key: 'a', effect: 'NoExecute' }],
  [
    'example.com/a=:PreferNoSchedule',
    { key: 'example.com/a', value: '', effect: 'PreferNoSchedule' },
  ],
])('the taint %s', (text, expected) => {
  expect(taintJson(text)).toEqual(expected);
});
