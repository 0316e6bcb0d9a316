import { describe, expect, test } from '@jest/globals';
import {
  bits,
  element,
  explicit,
  implicit,
  objectId,
  octets,
  sequence,
  set,
  time,
  unsigned,
  utf8,
  yes,
} from '../../../simulator/tls/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('lengths', () => {
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('%i bytes', (length, head) => {
    const written = element(0x04, Buffer.alloc(length, 0xaa));
    expect(hex(written.subarray(0, head.length / 2))).toBe(head);
    expect(written).toHaveLength(head.length / 2 + length);
  });
});

describe('forms', () => {
  test.each([
    ['no bytes', [], '020100'],
    ['zero', [0], '020100'],
    ['needless zeros', [0, 0, 5], '020105'],
    ['a high bit', [0x80], '02020080'],
    ['a high bit behind zeros', [0, 0, 0x80], '02020080'],
    ['several bytes', [1, 2, 3], '0203010203'],
  ])('a whole number from %s', (_, bytes, expected) => {
    expect(hex(unsigned(Buffer.from(bytes)))).toBe(expected);
  });

  // The encodings of RFC 8410, RFC 5280 and X.690, 8.19.5.
  test.each([
    ['1.3.101.112', '06032b6570'],
    ['2.5.29.17', '0603551d11'],
    ['1.2.840.113549', '06062a864886f70d'],
    ['2.999.3', '0603883703'],
  ])('the object id %s', (dotted, expected) => {
    expect(hex(objectId(dotted))).toBe(expected);
  });

  test.each([
    ['2026-11-23T06:00:00.123Z', '170d3236313132333036303030305a'],
    ['2049-12-31T23:59:59Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
  ])('the time %s', (text, expected) => {
    expect(hex(time(new Date(text)))).toBe(expected);
  });

  test('strings, flags and what holds others', () => {
    expect(hex(utf8('é'))).toBe('0c02c3a9');
    expect(hex(yes())).toBe('0101ff');
    expect(hex(octets(Buffer.from([1])))).toBe('040101');
    expect(hex(bits(Buffer.from([0x80]), 7))).toBe('03020780');
    expect(hex(sequence(yes(), set()))).toBe('30050101ff3100');
    expect(hex(explicit(3, yes()))).toBe('a3030101ff');
    expect(hex(implicit(2, Buffer.from('ab')))).toBe('82026162');
  });
});
