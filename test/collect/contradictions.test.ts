import { describe, expect, test } from '@jest/globals';
import { contradictions } from '../../shared/collect/contradictions.ts';
import { unread } from '../../shared/model/index.ts';
import { cluster } from '../builders/index.ts';

describe('a list that another one contradicts', () => {
  test('the cluster of the builders contradicts itself nowhere', () => {
    expect(contradictions(cluster())).toEqual([]);
  });

  test.each([
    { name: 'services', given: { services: [], loadBalancers: unread('403') } },
    {
      name: 'loadBalancers',
      given: {
        loadBalancers: [],
        services: unread('403'),
        managedCluster: unread('403'),
      },
    },
    { name: 'daemonSets', given: { daemonSets: [], nodes: unread('403') } },
    {
      name: 'systemPods',
      given: { systemPods: [], endpointSlices: unread('403'), daemonSets: unread('403') },
    },
  ])('nobody can tell whether an empty list is so: $name', ({ name, given }) => {
    expect(contradictions(cluster(given)).map((each) => each.slice)).toEqual([name]);
  });

  test('what was not read contradicts nothing and is contradicted by nothing', () => {
    const given = { loadBalancers: unread('403'), nodes: unread('403'), services: unread('403') };
    expect(contradictions(cluster(given))).toEqual([]);
  });
});
