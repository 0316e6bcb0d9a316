import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  firstPublic,
  isInRange,
  parseRange,
  partsOf,
  wholeSpace,
  type AddressRange,
} from '../../shared/load-balancing/address-range.ts';
import { canBePublic, parseIp } from '../../shared/load-balancing/index.ts';

function range(text: string): AddressRange {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

describe('a range', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['10.1.2.3/8', '10.0.0.0', '10.255.255.255'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.3'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
    ['fd00::/126', 'fd00::', 'fd00::3'],
  ])('%s is from %s to %s', (text, first, last) => {
    const { family, ...ends } = range(text);
    expect([ends.first, ends.last]).toEqual([parseIp(first)?.value, parseIp(last)?.value]);
    expect(family).toBe(text.includes(':') ? 'IPv6' : 'IPv4');
  });

  test.each(['', 'Internet', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0/8', '::/129', '*'])(
    '%j is none',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );

  test('families do not mix', () => {
    expect(isInRange({ family: 'IPv6', value: 1n }, range('0.0.0.0/0'))).toBe(false);
  });
});

const anyRange = fc
  .tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 32 }))
  .map(([value, length]) => {
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
    return range(`${bytes.join('.')}/${length}`);
  });

test('ranges cut a space into parts that each of them holds whole or not at all', () => {
  fc.assert(
    fc.property(anyRange, fc.array(anyRange, { maxLength: 6 }), (space, ranges) => {
      const parts = partsOf(space, ranges);
      expect(parts.map(({ first }) => first)).toEqual([
        space.first,
        ...parts.slice(0, -1).map(({ last }) => last + 1n),
      ]);
      expect(parts.at(-1)?.last).toBe(space.last);
      for (const { family, first, last } of parts) {
        expect(first).toBeLessThanOrEqual(last);
        for (const each of ranges)
          expect(isInRange({ family, value: first }, each)).toBe(
            isInRange({ family, value: last }, each),
          );
      }
    }),
  );
});

describe('the first public address', () => {
  test.each([
    ['0.0.0.0/0', '0.0.0.1'],
    ['10.0.0.0/7', '11.0.0.0'],
    ['20.1.2.3', '20.1.2.3'],
    ['::/0', '2000::'],
    ['2603:1020::/32', '2603:1020::'],
  ])('of %s is %s', (text, first) => {
    expect(firstPublic(range(text))).toEqual(parseIp(first));
  });

  test.each(['10.0.0.0/8', '168.63.129.16', '224.0.0.0/4', 'fd00::/8', '4000::/3'])(
    'of %s is none',
    (text) => {
      expect(firstPublic(range(text))).toBeUndefined();
    },
  );

  test('is public and in the range, and the address before it is not both', () => {
    fc.assert(
      fc.property(anyRange, (each) => {
        const found = firstPublic(each);
        const isBoth = (value: bigint): boolean => {
          const address = { family: each.family, value };
          return isInRange(address, each) && canBePublic(address);
        };
        const { value = each.last } = found ?? {};
        expect(isBoth(value)).toBe(found !== undefined);
        expect(isBoth(value - 1n)).toBe(false);
        expect(isBoth((each.first + each.last) / 2n) && found === undefined).toBe(false);
      }),
    );
  });

  test('of everything is there', () => {
    expect(firstPublic(wholeSpace('IPv6'))?.family).toBe('IPv6');
  });
});
