import { describe, expect, test } from '@jest/globals';
import { findRules, ruleFor, serviceLoadBalancer } from '../../shared/load-balancing/index.ts';
import type { LoadBalancer, LoadBalancerRule, ServicePort } from '../../shared/model/index.ts';
import { azure, loadBalancer, port80, service, serviceKeyOfWeb } from '../builders/index.ts';

const web = service();
const otherKey = `a${'1'.repeat(31)}`;

function withRules(
  base: LoadBalancer,
  change: (rule: LoadBalancerRule) => Partial<LoadBalancerRule>,
): LoadBalancer {
  return { ...base, rules: base.rules.map((rule) => ({ ...rule, ...change(rule) })) };
}

describe('the rules of a Service are those that begin with its key', () => {
  test('in any letter case, on every load balancer', () => {
    const one = withRules(loadBalancer(), (rule) => ({ name: rule.name.toUpperCase() }));
    const two = loadBalancer({ name: 'kubernetes-internal' });
    expect(findRules([one, two])(web).map((found) => found.loadBalancer.name)).toEqual([
      'kubernetes',
      'kubernetes-internal',
    ]);
  });

  test('of a Service that became internal those of its side first, whatever the public one still has', () => {
    const internal = service({ annotations: azure({ 'azure-load-balancer-internal': 'true' }) });
    const both = [loadBalancer(), loadBalancer({ name: 'kubernetes-internal' })];
    const names = (of: typeof web) => findRules(both)(of).map((found) => found.loadBalancer.name);
    expect(names(internal)).toEqual(['kubernetes-internal', 'kubernetes']);
    expect(names(web)).toEqual(['kubernetes', 'kubernetes-internal']);
  });

  test('not those of another Service on the same address', () => {
    expect(findRules([loadBalancer({ key: otherKey })])(web)).toEqual([]);
  });

  test('a UID that is none finds its own, and an empty one nothing', () => {
    const found = findRules([loadBalancer({ key: 'atest1' }), loadBalancer({ key: 'atest12' })]);
    expect(found({ uid: 'test1' }).map(({ rule }) => rule.name)).toEqual(['atest1-TCP-80']);
    expect(found({ uid: '' })).toEqual([]);
  });

  test('the family shows at the pool', () => {
    const [v4, v6] = [loadBalancer(), loadBalancer({ poolName: 'kubernetes-IPv6' })];
    expect(findRules([v4, v6])(web).map((found) => found.ipv6)).toEqual([false, true]);
  });
});

function rulesFor(...ports: readonly { readonly port: number; readonly protocol?: string }[]) {
  return findRules([loadBalancer({ ports })])(web);
}

describe('the rule of a port', () => {
  const udp: ServicePort = { ...port80, protocol: 'UDP' };

  test.each([
    {
      what: 'by port and protocol',
      rules: rulesFor({ port: 80, protocol: 'udp' }, { port: 80 }),
      port: port80,
      rule: 'TCP-80',
    },
    {
      what: 'its twin over UDP',
      rules: rulesFor({ port: 80, protocol: 'udp' }, { port: 80 }),
      port: udp,
      rule: 'UDP-80',
    },
    {
      what: 'one for all protocols',
      rules: rulesFor({ port: 80, protocol: 'all' }),
      port: { ...port80, protocol: 'SCTP' },
      rule: 'ALL-80',
    },
    {
      what: 'one for all ports',
      rules: rulesFor({ port: 0, protocol: 'all' }),
      port: port80,
      rule: 'ALL-0',
    },
    {
      what: 'its own before one for all',
      rules: rulesFor({ port: 0, protocol: 'all' }, { port: 80 }),
      port: port80,
      rule: 'TCP-80',
    },
    { what: 'none', rules: rulesFor({ port: 81 }), port: port80, rule: undefined },
  ])('$what: $rule', ({ rules, port, rule }) => {
    const name = ruleFor(rules, port, 'IPv4')?.rule.name;
    expect(name).toBe(rule === undefined ? undefined : `${serviceKeyOfWeb}-${rule}`);
    expect(ruleFor(rules, port, 'IPv6')).toBeUndefined();
  });
});

describe('the load balancer of a Service', () => {
  const [external, internal] = [
    loadBalancer({ key: otherKey }),
    loadBalancer({ key: otherKey, name: 'kubernetes-internal' }),
  ];
  const annotated = service({
    annotations: new Map([['service.beta.kubernetes.io/azure-load-balancer-internal', 'true']]),
  });

  test.each([
    {
      what: 'where its rules are',
      of: web,
      among: [internal, loadBalancer({ name: 'two' })],
      name: 'two',
    },
    { what: 'the only external one', of: web, among: [external, internal], name: 'kubernetes' },
    {
      what: 'the only internal one',
      of: annotated,
      among: [external, internal],
      name: 'kubernetes-internal',
    },
    {
      what: 'one of two cannot be told',
      of: web,
      among: [external, loadBalancer({ key: otherKey, name: 'b' })],
      name: undefined,
    },
  ])('$what: $name', ({ of, among, name }) => {
    expect(serviceLoadBalancer(among, of)?.name).toBe(name);
  });
});
