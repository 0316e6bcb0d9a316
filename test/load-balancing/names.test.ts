import { describe, expect, test } from '@jest/globals';
import {
  backendPoolName,
  baseName,
  frontendName,
  isInternalName,
  isIpv6PoolName,
  isManagedName,
  isOutboundPool,
  loadBalancerName,
  matchPool,
  ruleName,
  sameLoadBalancer,
  vmSetOfLoadBalancer,
} from '../../shared/load-balancing/index.ts';
import { serviceKey } from '../../shared/model/index.ts';

const uid = '257b9655-5137-4ad2-b091-ef3f07043ad3';
const key = 'a257b965551374ad2b091ef3f07043ad';
const long = 'averylonnnngggnnnnnnnnnnnnnnnnnnnnnngggggggggggggggggggggggggggggggggggggsubet';

test('the key of a Service is "a" and its UID without hyphens, 32 characters in all', () => {
  expect(serviceKey(uid)).toBe(key);
  expect(serviceKey('test1')).toBe('atest1');
});

describe('load balancer names', () => {
  const naming = {
    sku: 'basic',
    clusterName: 'kubernetes',
    primaryVmSet: 'Primary',
    internal: false,
  };

  test.each([
    { vmSet: 'primary', changes: {}, name: 'kubernetes' },
    { vmSet: 'other', changes: {}, name: 'other' },
    { vmSet: 'other', changes: { internal: true }, name: 'other-internal' },
    { vmSet: 'other', changes: { sku: 'Standard' }, name: 'kubernetes' },
    { vmSet: 'primary', changes: { loadBalancerName: 'lb' }, name: 'lb' },
    { vmSet: 'other', changes: { loadBalancerName: 'lb' }, name: 'other' },
    {
      vmSet: 'other',
      changes: { loadBalancerName: 'lb', sku: 'standard', internal: true },
      name: 'lb-internal',
    },
    { vmSet: 'primary', changes: { loadBalancerName: '' }, name: 'kubernetes' },
  ])('$vmSet, $changes: $name', ({ vmSet, changes, name }) => {
    expect(loadBalancerName({ ...naming, vmSet, ...changes })).toBe(name);
  });

  test.each([
    { name: 'kubernetes-INTERNAL', internal: true, base: 'kubernetes' },
    { name: 'internal', internal: false, base: 'internal' },
    { name: 'my-internal-lb', internal: false, base: 'my-internal-lb' },
    { name: 'Kubernetes', internal: false, base: 'Kubernetes' },
  ])('$name: internal $internal, base $base', ({ name, internal, base }) => {
    expect(isInternalName(name)).toBe(internal);
    expect(baseName(name)).toBe(base);
  });

  test.each([
    { name: 'KUBERNETES', set: 'Primary' },
    { name: 'kubernetes-Internal', set: 'Primary' },
    { name: 'Pool-AvailabilitySet-1', set: 'pool-availabilityset-1' },
  ])('$name takes VM set $set', ({ name, set }) => {
    expect(vmSetOfLoadBalancer(name, 'kubernetes', 'Primary')).toBe(set);
  });

  test.each([
    { sku: 'standard', configurations: [], managed: ['Kubernetes', 'kubernetes-internal'] },
    { sku: 'basic', configurations: [], managed: ['Kubernetes', 'kubernetes-internal', 'VMAS-1'] },
    {
      sku: 'standard',
      configurations: ['LB1'],
      managed: ['Kubernetes', 'kubernetes-internal', 'lb1-Internal'],
    },
  ])('$sku with $configurations manages $managed', ({ sku, configurations, managed }) => {
    const existing = [
      'Kubernetes',
      'kubernetes-internal',
      'VMAS-1',
      'lb1-Internal',
      'vmas-0',
      'mine',
    ];
    const settings = {
      clusterName: 'kubernetes',
      ...(sku === 'basic' && { basic: { vmSets: ['vmas-0', 'vmas-1'], primaryVmSet: 'vmas-0' } }),
      configurations,
    };
    expect(existing.filter((name) => isManagedName(name, settings))).toEqual(managed);
  });
});

describe('rule and frontend names', () => {
  const naming = { uid, internal: true, dualStack: false, ipv6: false, protocol: 'TCP', port: 80 };

  test.each([
    { changes: {}, rule: `${key}-TCP-80`, frontend: key },
    { changes: { subnet: 'apps' }, rule: `${key}-apps-TCP-80`, frontend: `${key}-apps` },
    { changes: { subnet: '  ' }, rule: `${key}-TCP-80`, frontend: key },
    { changes: { subnet: 'apps', internal: false }, rule: `${key}-TCP-80`, frontend: key },
    { changes: { ipv6: true }, rule: `${key}-TCP-80`, frontend: key },
    {
      changes: { ipv6: true, dualStack: true },
      rule: `${key}-TCP-80-IPv6`,
      frontend: `${key}-IPv6`,
    },
    { changes: { dualStack: true }, rule: `${key}-TCP-80`, frontend: key },
    { changes: { protocol: 'sctp', port: 65_535 }, rule: `${key}-SCTP-65535`, frontend: key },
    {
      changes: { subnet: 'a'.repeat(35) },
      rule: `${key}-${'a'.repeat(35)}-TCP-80`,
      frontend: `${key}-${'a'.repeat(35)}`,
    },
    {
      changes: { subnet: 'a'.repeat(36) },
      rule: `${key}-${'a'.repeat(35)}-TCP-80`,
      frontend: `${key}-${'a'.repeat(36)}`,
    },
  ])('$changes: $rule', ({ changes, rule, frontend }) => {
    expect(ruleName({ ...naming, ...changes })).toBe(rule);
    expect(frontendName({ ...naming, ...changes })).toBe(frontend);
  });

  test('both are cut to 75 characters before the suffix of the family', () => {
    const cut = { ...naming, subnet: long, dualStack: true, ipv6: true };
    expect(ruleName(cut)).toHaveLength(75 + '-IPv6'.length);
    expect(frontendName(cut)).toHaveLength(75 + '-IPv6'.length);
    expect(frontendName(cut)).toMatch(/-IPv6$/u);
  });

  test.each([
    { ending: '-', cut: '_' },
    { ending: '7', cut: '_' },
    { ending: '.', cut: '_' },
    { ending: '_', cut: '_' },
    { ending: 'Z', cut: 'Z' },
  ])('a frontend cut at "$ending" ends in "$cut"', ({ ending, cut }) => {
    const subnet = `${'a'.repeat(41)}${ending}more`;
    expect(frontendName({ ...naming, subnet }).at(-1)).toBe(cut);
    const whole = `${'a'.repeat(41)}${ending}`;
    expect(frontendName({ ...naming, subnet: whole }).at(-1)).toBe(ending);
  });
});

function pool(lb: string): string {
  return `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/${lb}/backendAddressPools/p`;
}

describe('backend pools', () => {
  test.each([
    { options: { ipv6: false }, name: 'Kubernetes' },
    { options: { ipv6: true }, name: 'Kubernetes-IPv6' },
    {
      options: { ipv6: false, localService: { namespace: 'Shop', name: 'Web' } },
      name: 'shop-web',
    },
    {
      options: { ipv6: true, localService: { namespace: 'shop', name: 'web' } },
      name: 'shop-web-ipv6',
    },
  ])('$options: $name', ({ options, name }) => {
    expect(backendPoolName({ clusterName: 'Kubernetes', ...options })).toBe(name);
  });

  test('the family shows at the end of the name, in any letter case', () => {
    expect(['kubernetes-IPv6', 'a-IPV6', 'shop-web-ipv6'].map(isIpv6PoolName)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['kubernetes', 'ipv6', 'a-ipv6-b', ''].map(isIpv6PoolName)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("AKS's outbound pool is never inbound", () => {
    expect(['aksOutboundBackendPool', 'AKSOUTBOUNDBACKENDPOOL-ipv6'].map(isOutboundPool)).toEqual([
      true,
      true,
    ]);
    expect(['kubernetes', 'aksOutboundBackendPool2'].map(isOutboundPool)).toEqual([false, false]);
  });

  test.each([
    { name: 'KUBERNETES', found: true, ipv6: false },
    { name: 'kubernetes-ipv6', found: true, ipv6: true },
    { name: 'other-ipv6', found: false, ipv6: false },
    { name: '', found: false, ipv6: false },
  ])('$name is wanted: $found', ({ name, found, ipv6 }) => {
    const wanted = { IPv4: 'kubernetes', IPv6: 'kubernetes-IPv6' };
    expect(matchPool(name, wanted)).toEqual({ found, ipv6 });
  });

  test("the IPv4 pool of a Service called like IPv6 is nobody's", () => {
    const wanted = { IPv4: 'shop-web-ipv6', IPv6: 'shop-web-ipv6-ipv6' };
    expect(matchPool('shop-web-ipv6', wanted)).toEqual({ found: false, ipv6: false });
  });

  test.each([
    { existing: [], answer: { same: true, other: '' } },
    { existing: [pool('lb-internal'), pool('LB')], answer: { same: true, other: '' } },
    {
      existing: [pool('lb'), pool('Other-Internal')],
      answer: { same: false, other: 'Other-Internal' },
    },
    { existing: [pool('lb').toUpperCase()], answer: { same: true, other: '' } },
    { existing: [pool('lb'), 'wrong'], answer: undefined },
  ])('on the same load balancer as $existing', ({ existing, answer }) => {
    expect(sameLoadBalancer(pool('lb'), existing)).toEqual(answer);
  });

  test('an id that is none has no answer', () => {
    expect(sameLoadBalancer('', [])).toBeUndefined();
    expect(
      sameLoadBalancer(pool('lb').replace('loadBalancers', 'natGateways'), []),
    ).toBeUndefined();
  });
});
