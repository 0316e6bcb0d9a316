import { describe, expect, test } from '@jest/globals';
import { nodePoolChange } from '../../shared/plan/index.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  pinned,
  slice,
  taint,
  workload,
} from '../builders/index.ts';
import { deployment, inZone, pool, webOf } from './changes.ts';
import { planOf } from './read-case.ts';

describe('a node pool', () => {
  test('with a new NoSchedule taint keeps its pods', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { taints: ['a=b:NoSchedule'] }) },
    );
    expect(plan.services).toEqual([]);
    expect(plan.changes).toMatchObject([
      { kind: 'NodePool', fields: ['taint a=b:NoSchedule added'] },
    ]);
  });

  test('with a new NoExecute taint loses them, and they find no other node', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { taints: ['a=b:NoExecute'] }) },
    );
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
    expect(plan.placements).toMatchObject([{ pods: 2, pending: 2 }]);
  });

  test('without the taint that kept pods off takes them', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('system', { taints: ['CriticalAddonsOnly-'] }),
        manifests: deployment({ replicas: 3 }),
      },
    );
    expect(plan.placements[0]?.nodes).toEqual(['system-0', 'user-0', 'user-1']);
  });

  test('scaled to zero: its nodes leave the backend pool, its pods have nowhere to go', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 0 }) });
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
    expect(plan.placements).toMatchObject([{ pods: 2, pending: 2 }]);
  });

  test('scaled to zero: pods that tolerate another pool go there', async () => {
    const spec = {
      tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists', value: '', effect: '' }],
    };
    const snapshot = cluster({ deployments: [workload({ replicas: 2, spec })] });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 0 }) });
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
  });

  test('that loses some of its nodes: a range over which of them go', async () => {
    const nodes = [0, 1, 2].map((at) => node(`user-${at}`));
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      deployments: [workload({ replicas: 3 })],
      endpointSlices: [
        slice([
          endpoint('web-a', 'user-0'),
          endpoint('web-b', 'user-0', { address: '10.244.0.2' }),
          endpoint('web-c', 'user-1', { address: '10.244.0.3' }),
        ]),
      ],
    });
    const plan = await planOf({ snapshot }, { nodePools: pool('user', { count: 2 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'range') throw new Error(`certainty is ${after?.certainty}`);
    // Highest numbers first is what a scale set does: the node without pods goes.
    expect(after.likely.endpoints.map(({ share }) => share)).toEqual([0.25, 0.25, 0.5]);
    expect([after.best.verdict, after.worst.verdict]).toEqual(['even', 'uneven']);
    expect(after.share).toEqual({ min: 0.25, max: 0.5 });
    expect(plan.unknown).toEqual([]);
    expect(plan.changes[0]?.notes).toEqual(["which 1 of its 3 nodes go is Azure's choice"]);
  });

  test('that is new joins the backend pool and takes pods that are pinned to it', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('extra', { count: 2, labels: ['tier=web'] }),
        manifests: deployment({}, { nodeSelector: { tier: 'web' } }),
      },
    );
    expect(plan.placements).toMatchObject([{ pods: 2, nodeCount: 2, pending: 0 }]);
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.verdict).toBe('even');
    expect(new Set(after.endpoints.map(({ nodePool: name }) => name))).toEqual(new Set(['extra']));
  });

  test('scaled up from zero: its nodes carry its own labels and taints', async () => {
    const gpu = nodePool('gpu', {
      count: 0,
      taints: [taint('sku=gpu:NoSchedule')],
      labels: new Map([['tier', 'gpu']]),
    });
    const snapshot = cluster({
      managedCluster: managedCluster({ nodePools: [nodePool('user'), gpu] }),
      deployments: [workload({ replicas: 2 })],
    });
    const wanted = { nodeSelector: { tier: 'gpu' } };
    const tolerant = { ...wanted, tolerations: [{ key: 'sku', operator: 'Exists' }] };
    const change = { nodePools: pool('gpu', { count: 2 }) };
    const [without, with_] = await Promise.all(
      [wanted, tolerant].map((spec) =>
        planOf({ snapshot }, { ...change, manifests: deployment({}, spec) }),
      ),
    );
    expect(without?.placements).toMatchObject([{ nodeCount: 0 }]);
    expect(with_?.placements).toMatchObject([{ nodeCount: 2, pending: 0 }]);
  });

  test('scaled up: Azure keeps its zones balanced', async () => {
    const snapshot = cluster({
      nodes: [inZone('user-0', '1'), inZone('user-1', '1'), inZone('user-2', '2')],
      deployments: [workload({ replicas: 2 })],
    });
    const spec = { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-2' } };
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('user', { count: 5 }), manifests: deployment({}, spec) },
    );
    expect(plan.placements).toMatchObject([{ nodeCount: 2 }]);
  });

  test.each([
    { change: { count: 0 }, notes: ['AKS refuses this: a system pool has at least one node'] },
    {
      change: { taints: ['a=b:NoSchedule'] },
      notes: [
        'AKS refuses taint a on a system pool: it takes CriticalAddonsOnly, or PreferNoSchedule with any key',
      ],
    },
    { change: { taints: ['a=b:PreferNoSchedule'] }, notes: [] },
    { change: { taints: ['CriticalAddonsOnly=true:NoExecute'] }, notes: [] },
  ])('of mode System with $change: $notes', async ({ change, notes }) => {
    const plan = await planOf({ snapshot: cluster() }, { nodePools: pool('system', change) });
    expect(plan.changes[0]?.notes).toEqual(notes);
  });

  test('with the exclude label leaves the backend pool', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2, spec: pinned('user') })] });
    const plan = await planOf(
      { snapshot },
      {
        nodePools: pool('user', {
          labels: ['node.kubernetes.io/exclude-from-external-load-balancers=true'],
        }),
      },
    );
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
  });

  test.each([
    [{ name: 'x', taints: ['a=b:Never'], labels: [] }, '"a=b:Never" is not a taint'],
    [{ name: 'x', taints: [], labels: ['a'] }, '"a" is not a label'],
    [{ name: 'x', taints: [], labels: [], count: -1 }, 'an integer from 0'],
    [{ name: 'A B', taints: [], labels: [] }, 'is not the name of a node pool'],
  ])('that is misspelled: %j', (text, fault) => {
    expect(nodePoolChange(text)).toContain(fault);
  });
});
