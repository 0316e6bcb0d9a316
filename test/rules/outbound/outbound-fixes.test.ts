import { expect, test } from '@jest/globals';
import { nodeCounting } from '../../../shared/facts/index.ts';
import { armId, type ManagedCluster } from '../../../shared/model/index.ts';
import {
  fewerPorts,
  lowerMaximum,
  moreAddresses,
  natGateway,
} from '../../../shared/fixes/outbound-fixes.ts';
import type { Fix } from '../../../shared/rules/index.ts';
import { cluster, managedCluster, nodePool } from '../../builders/index.ts';

const healthy = cluster();
const one = { least: 1, open: [], managed: true, ids: [] };

function commands(fixes: readonly Fix[]): readonly string[] {
  return fixes.flatMap((fix) => fix.steps.map((step) => step.text));
}

function lowered(nodePools: ManagedCluster['nodePools'], nodes: number): readonly Fix[] {
  const counting = nodeCounting.of(healthy);
  if (counting.kind === 'unread') throw new Error(counting.why);
  return lowerMaximum(healthy, managedCluster({ nodePools }), counting.value, nodes);
}

test('as many addresses as the ports take', () => {
  expect(commands(moreAddresses(healthy, one, { ports: 8000, nodes: 21 }))).toEqual([
    'az aks update -g rg -n aks --load-balancer-managed-outbound-ip-count 3 --load-balancer-outbound-ports 8000',
  ]);
});

test('addresses that are enough stay as they are', () => {
  const [fix] = moreAddresses(healthy, { ...one, least: 4 }, { ports: 1024, nodes: 80 });
  expect(commands(fix ? [fix] : [])).toEqual([
    'az aks update -g rg -n aks --load-balancer-outbound-ports 1024',
  ]);
  expect(fix?.price).toHaveLength(1);
});

test('AKS manages a hundred addresses and no more', () => {
  expect(moreAddresses(healthy, one, { ports: 64_000, nodes: 100 })).toHaveLength(1);
  expect(moreAddresses(healthy, one, { ports: 64_000, nodes: 101 })).toEqual([]);
});

test('an owner who brings addresses keeps them in the list', () => {
  const ids = ['a', 'b', 'c', 'd'].map((name) => armId(`/x/publicipaddresses/${name}`));
  const own = { least: 4, open: [], managed: false, ids };
  expect(commands(moreAddresses(healthy, own, { ports: 8000, nodes: 40 }))).toEqual([
    'az aks update -g rg -n aks --load-balancer-outbound-ips /x/publicipaddresses/a,/x/publicipaddresses/b,/x/publicipaddresses/c,OTHER_IDS,NEW_IDS --load-balancer-outbound-ports 8000',
  ]);
  const prefix = { ...own, ids: [armId('/x/publicipprefixes/p')] };
  expect(commands(moreAddresses(healthy, prefix, { ports: 8000, nodes: 40 }))[0]).toContain(
    '--load-balancer-outbound-ip-prefixes /x/publicipprefixes/p,NEW_IDS ',
  );
});

test('ports for all nodes are dealt out in eights', () => {
  expect(commands(fewerPorts(healthy, one, 23))).toEqual([
    'az aks update -g rg -n aks --load-balancer-outbound-ports 2776',
  ]);
  expect(fewerPorts(healthy, one, 64_000)).toEqual([]);
});

test('the pool that may grow furthest is held back, as far as it must', () => {
  const scaled = { autoscaling: true, minCount: 1, count: 2, maxSurge: '1' };
  const given = [
    nodePool('small', { ...scaled, maxCount: 4 }),
    nodePool('large', { ...scaled, maxCount: 10 }),
  ];
  // 4 and 1 of the small pool, 1 of the large one while it is upgraded.
  expect(commands(lowered(given, 12))).toEqual([
    'az aks nodepool update -g rg --cluster-name aks -n large --update-cluster-autoscaler --min-count 1 --max-count 6',
  ]);
  expect(lowered(given, 7)).toEqual([]);
  expect(lowered([nodePool('fixed')], 1)).toEqual([]);
});

test('a NAT gateway is another way out', () => {
  expect(commands([natGateway(healthy)])[0]).toContain('--outbound-type managedNATGateway');
});
