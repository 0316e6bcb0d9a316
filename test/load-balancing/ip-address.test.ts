import { describe, expect, test } from '@jest/globals';
import { canBePublic, isInPrefix, parseIp, rangeFault } from '../../shared/load-balancing/index.ts';

describe('addresses', () => {
  test.each([
    { text: '0.0.0.0', family: 'IPv4', value: 0n },
    { text: '255.255.255.255', family: 'IPv4', value: 0xffff_ffffn },
    { text: '::', family: 'IPv6', value: 0n },
    { text: '::1', family: 'IPv6', value: 1n },
    { text: 'FD00::4', family: 'IPv6', value: (0xfd00n << 112n) | 4n },
    { text: '1:2:3:4:5:6:7:8', family: 'IPv6', value: 0x1_0002_0003_0004_0005_0006_0007_0008n },
    { text: '1::', family: 'IPv6', value: 1n << 112n },
    { text: '::ffff:10.0.0.5', family: 'IPv4', value: 0x0a00_0005n },
    {
      text: '64:ff9b::192.0.2.1',
      family: 'IPv6',
      value: (0x64n << 112n) | (0xff9bn << 96n) | 0xc000_0201n,
    },
    { text: 'fe80::1%eth0', family: 'IPv6', value: (0xfe80n << 112n) | 1n },
  ])('$text', ({ text, family, value }) => {
    expect(parseIp(text)).toEqual({ family, value });
  });

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '1.2.3.256',
    '01.2.3.4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/24',
    '1.2.3.4%x',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3',
    'not-an-ip',
    `${'1:'.repeat(100)}1`,
  ])('"%s" is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test.each([
    { ip: '20.50.10.10', holds: true },
    { ip: '2603:1030::1', holds: true },
    { ip: '10.0.0.5', holds: false },
    { ip: '172.15.0.1', holds: true },
    { ip: '172.16.0.1', holds: false },
    { ip: '172.32.0.1', holds: true },
    { ip: '192.168.1.1', holds: false },
    { ip: '100.64.0.1', holds: false },
    { ip: '100.128.0.1', holds: true },
    { ip: '168.63.129.16', holds: false },
    { ip: '168.63.129.17', holds: true },
    { ip: '169.254.1.1', holds: false },
    { ip: '127.0.0.1', holds: false },
    { ip: '0.0.0.0', holds: false },
    { ip: '239.1.1.1', holds: false },
    { ip: '255.255.255.255', holds: false },
    { ip: '::1', holds: false },
    { ip: 'fd00::1', holds: false },
    { ip: 'fe80::1', holds: false },
    { ip: 'ff02::1', holds: false },
    { ip: '::ffff:10.0.0.5', holds: false },
  ])('$ip can be a public address of Azure: $holds', ({ ip, holds }) => {
    const address = parseIp(ip);
    expect(address === undefined ? undefined : canBePublic(address)).toBe(holds);
  });

  test.each([
    { prefix: '10.0.0.0/8', inside: true },
    { prefix: '10.1.2.3/32', inside: true },
    { prefix: '10.1.2.4/32', inside: false },
    { prefix: '0.0.0.0/0', inside: true },
    { prefix: '::/0', inside: false },
    { prefix: '10.0.0.0/33', inside: false },
    { prefix: '10.0.0.0/x', inside: false },
    { prefix: '10.0.0.0', inside: false },
    { prefix: '', inside: false },
  ])('10.1.2.3 in $prefix: $inside', ({ prefix, inside }) => {
    const address = parseIp('10.1.2.3');
    expect(address === undefined ? undefined : isInPrefix(address, prefix)).toBe(inside);
  });
});

describe('a range of addresses', () => {
  test.each([
    '10.0.0.0/8',
    '0.0.0.0/0',
    '203.0.113.7/32',
    '2001:db8::/32',
    '::/0',
    '2001:DB8::5/128',
  ])('%s is one', (range) => {
    expect(rangeFault(range)).toBeUndefined();
  });

  test.each([
    '',
    'foo',
    'any',
    '10.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/',
    '/8',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8/8',
    ' 10.0.0.0/8',
    '10.0.0.0-10.0.0.9',
    '2001:db8::/129',
    'fe80::%eth0/64',
    `${'1'.repeat(1000)}/8`,
  ])('%j is none', (range) => {
    expect(rangeFault(range)).toEqual({ kind: 'no-range' });
  });

  test.each([
    { range: '10.10.10.1/24', masked: '10.10.10.0/24' },
    { range: '10.0.0.1/0', masked: '0.0.0.0/0' },
    { range: '2001:db8::5/32', masked: '2001:db8::/32' },
    { range: '255.255.255.255/1', masked: '128.0.0.0/1' },
  ])('$range has bits behind its prefix: $masked', ({ range, masked }) => {
    expect(rangeFault(range)).toEqual({ kind: 'not-masked', masked });
  });
});
