import { describe, expect, test } from '@jest/globals';
import { armId } from '../../shared/model/index.ts';
import { fingerprint } from '../../shared/findings/fingerprint.ts';
import type { Subject } from '../../shared/rules/rule.ts';

const cluster = armId(
  '/subscriptions/S/resourceGroups/RG/providers/Microsoft.ContainerService/managedClusters/aks',
);
const web: Subject = { kind: 'Service', namespace: 'shop', name: 'web' };
const rule = 'traffic/starved-endpoints';

describe('a fingerprint', () => {
  test('is what it has always been: exemptions and state hold it', () => {
    expect(fingerprint(rule, cluster, web)).toBe('583876531078553e');
  });

  test('is the same however ARM spells the id of the cluster', () => {
    const spelt = armId(String(cluster).toUpperCase());
    expect(fingerprint(rule, spelt, web)).toBe(fingerprint(rule, cluster, web));
  });

  test('tells rules, clusters, kinds, namespaces and names apart', () => {
    const prints = [
      fingerprint(rule, cluster, web),
      fingerprint('traffic/no-traffic', cluster, web),
      fingerprint(rule, armId(`${cluster}2`), web),
      fingerprint(rule, cluster, { ...web, kind: 'Deployment' }),
      fingerprint(rule, cluster, { ...web, namespace: 'other' }),
      fingerprint(rule, cluster, { ...web, name: 'api' }),
      fingerprint(rule, cluster, { kind: 'Service', name: 'web' }),
      fingerprint(rule, cluster, { kind: 'Service', name: 'shop/web' }),
      fingerprint(rule, cluster, { kind: 'Service', namespace: 'shop/web', name: '' }),
      fingerprint(rule, cluster, { kind: 'Service', namespace: '', name: 'shopweb' }),
    ];
    expect(prints.filter((print) => !/^[0-9a-f]{16}$/u.test(print))).toEqual([]);
    expect(new Set(prints).size).toBe(prints.length);
  });
});
