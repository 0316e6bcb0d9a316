import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../shared/findings/index.ts';
import { applyPolicy, defaultPolicy } from '../../shared/policy/index.ts';
import type { PolicyFacts } from '../../shared/policy/apply.ts';
import { clusterFindings, finding, now, policyOf, serviceSubject } from './builders.ts';

const starved = finding();
const pool = finding({
  rule: 'placement/system-pool-not-isolated',
  severity: 'medium',
  subject: { kind: 'NodePool', name: 'system' },
});
const cluster = clusterFindings({ findings: [starved, pool] });

function apply(text: string, facts: PolicyFacts = {}, at = now): readonly Finding[] {
  return applyPolicy(policyOf(text), cluster, at, facts).findings;
}

test('without a policy file findings stay as they are', () => {
  expect(applyPolicy(defaultPolicy, cluster, now)).toEqual(cluster);
});

describe('rules', () => {
  const tags = new Map([['Env', 'dev']]);

  test.each([
    { name: 'everywhere', scope: '{}', severity: 'low' },
    {
      name: 'this cluster, by name in other letter case',
      scope: '{ cluster: AKS-App }',
      severity: 'low',
    },
    { name: 'this cluster, by pattern', scope: "{ cluster: 'aks-*' }", severity: 'low' },
    {
      name: 'this cluster, by ARM id',
      scope: `{ cluster: '${cluster.id.toUpperCase()}' }`,
      severity: 'low',
    },
    { name: 'one of two clusters', scope: '{ cluster: [aks-web, aks-app] }', severity: 'low' },
    { name: 'another cluster', scope: '{ cluster: aks-web }', severity: 'critical' },
    { name: 'the subscription', scope: '{ subscription: s1 }', severity: 'low' },
    { name: 'another subscription', scope: '{ subscription: s2 }', severity: 'critical' },
    {
      name: 'a tag, its name in other letter case',
      scope: '{ tag: { env: dev } }',
      severity: 'low',
    },
    {
      name: 'a tag of which the value differs',
      scope: '{ tag: { env: DEV } }',
      severity: 'critical',
    },
    {
      name: 'two tags of which one is not there',
      scope: '{ tag: { env: dev, team: a } }',
      severity: 'critical',
    },
    {
      name: 'a tag that is called constructor',
      scope: "{ tag: { constructor: '*' } }",
      severity: 'critical',
    },
    { name: 'the namespace', scope: "{ namespace: 'sh*' }", severity: 'low' },
    { name: 'another namespace', scope: '{ namespace: pay }', severity: 'critical' },
    {
      name: 'namespace and another cluster',
      scope: '{ namespace: shop, cluster: aks-web }',
      severity: 'critical',
    },
  ])('in the scope of $name: $severity', ({ scope, severity }) => {
    const [first] = apply(
      `rules: [{ rule: traffic/starved-endpoints, scope: ${scope}, severity: low }]`,
      { tags },
    );
    expect(first?.severity).toBe(severity);
    expect(first?.ruleSeverity).toBe(severity === 'low' ? 'critical' : undefined);
  });

  test('what has no namespace is in no namespace, whatever the pattern', () => {
    const findings = apply("rules: [{ rule: '*', scope: { namespace: '*' }, severity: info }]");
    expect(findings.map(({ severity }) => severity)).toEqual(['info', 'medium']);
  });

  test('the last entry that sets a thing wins', () => {
    const text = `rules:
      - { rule: traffic/*, severity: low }
      - { rule: traffic/starved-endpoints, severity: high }
      - { rule: placement/*, off: true }
      - { rule: placement/*, scope: { cluster: aks-app }, off: false }`;
    expect(apply(text).map(({ severity }) => severity)).toEqual(['high', 'medium']);
  });

  test('a rule that is off leaves no finding, but a trace', () => {
    const applied = applyPolicy(
      policyOf('rules: [{ rule: placement/*, off: true }]'),
      cluster,
      now,
    );
    expect(applied.findings).toEqual([starved]);
    expect(applied.switchedOff).toEqual([pool.fingerprint]);
  });
});

function exemptionText(more: string): string {
  return `exemptions:
    - { rule: traffic/*, reason: agreed, owner: ana, expires: 2026-11-23, ${more} }`;
}

describe('exemptions', () => {
  test.each([
    { name: 'its Service', more: 'subject: shop/web', exempt: true },
    { name: 'Services of its namespace', more: "subject: 'shop/*'", exempt: true },
    { name: 'its namespace', more: 'scope: { namespace: shop }', exempt: true },
    { name: 'another Service', more: 'subject: shop/web2', exempt: false },
    {
      name: 'its Service on another cluster',
      more: 'subject: shop/web, scope: { cluster: other }',
      exempt: false,
    },
  ])('an exemption for $name: $exempt', ({ more, exempt }) => {
    const [first, second] = apply(exemptionText(more));
    expect(first?.state).toBe(exempt ? 'exempt' : 'new');
    expect(first?.exemption).toEqual(
      exempt ? { reason: 'agreed', owner: 'ana', expires: '2026-11-23' } : undefined,
    );
    expect(second).toEqual(pool);
  });

  test.each([
    { at: '2026-11-23T23:59:59Z', state: 'exempt' },
    { at: '2026-11-24T00:00:00Z', state: 'new' },
  ])('holds to the end of its last day, UTC: $state at $at', ({ at, state }) => {
    expect(apply(exemptionText('subject: shop/web'), {}, at)[0]?.state).toBe(state);
  });

  test('an expired one counts again, and says so', () => {
    const policy = policyOf(exemptionText('subject: shop/web'));
    const [first] = applyPolicy(policy, cluster, '2026-12-01T00:00:00Z').findings;
    expect(first?.exemption).toMatchObject({ owner: 'ana', expired: true });
  });

  test('of several, the one that holds longest', () => {
    const [first] = apply(`exemptions:
      - { rule: traffic/*, subject: shop/web, reason: old, owner: a, expires: 2025-01-01 }
      - { rule: traffic/*, subject: shop/web, reason: newer, owner: b, expires: 2027-01-01 }`);
    expect(first).toMatchObject({ state: 'exempt', exemption: { reason: 'newer' } });
  });

  test('what is resolved needs none', () => {
    const resolved = clusterFindings({ findings: [finding({ state: 'resolved' })] });
    const applied = applyPolicy(policyOf(exemptionText('subject: shop/web')), resolved, now);
    expect(applied.findings[0]?.state).toBe('resolved');
  });
});

function labels(owner: string): PolicyFacts {
  return { namespaceLabels: new Map([['shop', new Map([['evenkeel.dev/owner', owner]])]]) };
}

describe('owners', () => {
  const text = `owners:
    shop: { channel: C0SHOPTEAM1, scopes: [{ namespace: shop }] }
    pay: {}
    platform: { scopes: [{ subscription: s1 }] }`;
  const owners = (facts: PolicyFacts, more = ''): unknown => {
    const applied = applyPolicy(policyOf(more + text), cluster, now, facts);
    return [applied.owner, ...applied.findings.map((each) => each.owner)];
  };

  test.each([
    { name: 'scopes alone', facts: {}, expected: ['platform', 'shop', undefined] },
    { name: 'a label', facts: labels(' Pay '), expected: ['platform', 'pay', undefined] },
    {
      name: 'a label that names no owner',
      facts: labels('C0EVERYONE1'),
      expected: ['platform', 'shop', undefined],
    },
    {
      name: 'a label that every object knows',
      facts: labels('constructor'),
      expected: ['platform', 'shop', undefined],
    },
    {
      name: 'a label that names the owner of the cluster',
      facts: labels('platform'),
      expected: ['platform', undefined, undefined],
    },
    {
      name: 'a tag',
      facts: { tags: new Map([['Evenkeel-Owner', 'pay']]) },
      expected: ['pay', 'shop', undefined],
    },
  ])('by $name', ({ facts, expected }) => {
    expect(owners(facts)).toEqual(expected);
  });

  test('labels and tags may have other names', () => {
    const facts = { tags: new Map([['team', 'pay']]) };
    expect(owners(facts, 'ownerTag: team\n')).toEqual(['pay', 'shop', undefined]);
  });
});

test('a policy may be applied again, and another one after it', () => {
  const strict = policyOf(`
rules: [{ rule: '*', severity: high }, { rule: placement/*, severity: low }]
exemptions: [{ rule: traffic/*, subject: shop/web, reason: r, owner: o, expires: 2027-01-01 }]
owners: { shop: { scopes: [{ namespace: shop }] } }`);
  const once = applyPolicy(strict, cluster, now);
  expect(applyPolicy(strict, once, now)).toEqual(once);
  const later = applyPolicy(defaultPolicy, once, now).findings;
  expect(later[0]).toMatchObject({ severity: 'critical', state: 'open' });
  expect(later[0]).not.toHaveProperty('exemption');
  expect(later[1]).toEqual(pool);
});

test('a subject is matched as text', () => {
  const wild = clusterFindings({ findings: [finding({ subject: serviceSubject('a.b/c') })] });
  const policy = policyOf(
    "exemptions: [{ rule: '*', subject: 'axb/*', reason: r, owner: o, expires: 2027-01-01 }]",
  );
  expect(applyPolicy(policy, wild, now).findings[0]?.state).toBe('new');
});
