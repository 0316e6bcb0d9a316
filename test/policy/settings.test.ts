import { describe, expect, test } from '@jest/globals';
import { defaultSettings } from '../../shared/findings/index.ts';
import { defaultPolicy, isScanned, settingsFor } from '../../shared/policy/index.ts';
import type { ClusterFacts } from '../../shared/policy/scope.ts';
import { policyOf } from './builders.ts';

const facts: ClusterFacts = {
  id: '/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks',
  name: 'aks',
  subscriptionId: 's1',
  tags: new Map([['env', 'prod']]),
};

test('without a policy file rules get their defaults', () => {
  const { thresholdsOf, needsSourceIp, ...rest } = settingsFor(defaultPolicy, facts);
  const { needsSourceIp: _default, ...defaults } = defaultSettings;
  expect(rest).toEqual(defaults);
  expect(needsSourceIp('shop', 'web')).toBe(false);
  expect(thresholdsOf?.('shop')).toEqual({
    unevenMediumRatio: 2,
    unevenHighRatio: 4,
    lostCritical: 0.1,
    snatUsedMedium: 0.75,
    snatUsedHigh: 0.95,
    idleConnections: 0,
  });
});

describe('limits', () => {
  const policy = policyOf(`rules:
    - { rule: '*', thresholds: { lostCritical: 0.2 } }
    - { rule: traffic/uneven-share, scope: { tag: { env: prod } }, thresholds: { unevenMediumRatio: 5 } }
    - { rule: traffic/uneven-share, scope: { cluster: other }, thresholds: { unevenMediumRatio: 9 } }
    - { rule: traffic/lost-connections, scope: { namespace: 'shop*' }, thresholds: { lostCritical: 0.01 } }`);

  test('are those of the cluster', () => {
    expect(settingsFor(policy, facts)).toMatchObject({ unevenMediumRatio: 5, lostCritical: 0.2 });
  });

  test('and may differ by namespace', () => {
    const { thresholdsOf } = settingsFor(policy, facts);
    expect(thresholdsOf?.('shop-eu').lostCritical).toBe(0.01);
    expect(thresholdsOf?.('pay').lostCritical).toBe(0.2);
  });

  test('from several entries never leave high below medium', () => {
    expect(settingsFor(policy, facts).unevenHighRatio).toBe(5);
  });
});

test('Services that must see the client address, by name and pattern, where their scope holds', () => {
  const policy = policyOf(`sourceIp:
    - { services: [shop/web, 'pay/*'] }
    - { services: ['*/*'], scope: { cluster: other } }`);
  const { needsSourceIp } = settingsFor(policy, facts);
  expect(needsSourceIp('shop', 'web')).toBe(true);
  expect(needsSourceIp('pay', 'anything')).toBe(true);
  expect(needsSourceIp('shop', 'web2')).toBe(false);
});

test('system namespaces add to those of AKS; planned taints hold where their scope does', () => {
  const policy = policyOf(`
systemNamespaces: [monitoring]
plannedTaints:
  - { nodePool: system, taint: 'a=b:NoSchedule' }
  - { nodePool: user, taint: 'a:NoExecute', scope: { subscription: other } }`);
  const settings = settingsFor(policy, facts);
  expect(settings.systemNamespaces).toEqual([...defaultSettings.systemNamespaces, 'monitoring']);
  expect(settings.plannedTaints).toEqual([{ nodePool: 'system', taint: 'a=b:NoSchedule' }]);
});

describe('which clusters are audited', () => {
  test.each([
    { scan: '{}', audited: true },
    { scan: '{ include: [{ cluster: aks }] }', audited: true },
    { scan: '{ include: [{ cluster: other }] }', audited: false },
    { scan: '{ include: [] }', audited: false },
    { scan: '{ exclude: [{ tag: { env: prod } }] }', audited: false },
    { scan: '{ include: [{ subscription: s1 }], exclude: [{ cluster: a* }] }', audited: false },
  ])('scan $scan: $audited', ({ scan, audited }) => {
    expect(isScanned(policyOf(`scan: ${scan}`), facts)).toBe(audited);
  });
});
