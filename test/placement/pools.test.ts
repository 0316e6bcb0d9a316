import { describe, expect, test } from '@jest/globals';
import { canBeScheduled, landingOnPool } from '../../shared/placement/index.ts';
import type { NodePool } from '../../shared/model/index.ts';
import { managedCluster, node, nodePool, pinned, podSpec, taint } from '../builders/index.ts';

const cluster = managedCluster();
const spot = { taints: [taint('kubernetes.azure.com/scalesetpriority=spot:NoSchedule')] };

describe('can a pod land on a pool, by what ARM says', () => {
  test.each([
    { what: 'a pool with nodes', pool: {}, spec: {}, answer: 'yes', obstacles: [] },
    { what: 'a taint of the pool', pool: spot, spec: {}, answer: 'no', obstacles: ['taint'] },
    {
      what: 'another pool asked for',
      pool: {},
      spec: pinned('gpu'),
      answer: 'no',
      obstacles: ['node-affinity'],
    },
    {
      what: 'a label that is not there',
      pool: {},
      spec: { nodeSelector: new Map([['gpu', 'yes']]) },
      answer: 'no',
      obstacles: ['node-selector'],
    },
    {
      what: 'a stopped pool',
      pool: { powerState: 'Stopped' },
      spec: {},
      answer: 'no',
      obstacles: ['stopped'],
    },
    {
      what: 'an empty pool that grows',
      pool: { count: 0, autoscaling: true, minCount: 0, maxCount: 3 },
      spec: {},
      answer: 'after-scale-up',
      obstacles: [],
    },
    {
      what: 'an empty pool',
      pool: { count: 0 },
      spec: {},
      answer: 'after-scale-up',
      obstacles: ['no-nodes'],
    },
    {
      what: 'an empty pool that may not grow',
      pool: { count: 0, autoscaling: true, maxCount: 0 },
      spec: {},
      answer: 'after-scale-up',
      obstacles: ['no-nodes'],
    },
    {
      what: 'an empty pool with the wrong taint',
      pool: { count: 0, autoscaling: true, maxCount: 3, ...spot },
      spec: {},
      answer: 'no',
      obstacles: ['taint'],
    },
    {
      what: 'one of its zones',
      pool: { zones: ['1', '2'] },
      spec: { nodeSelector: new Map([['topology.kubernetes.io/zone', 'westeurope-1']]) },
      answer: 'some-nodes',
      obstacles: [],
    },
    {
      what: 'what ARM does not say',
      pool: {},
      spec: { nodeSelector: new Map([['kubernetes.io/arch', 'arm64']]) },
      answer: 'unknown',
      obstacles: [],
    },
    {
      what: 'a pool without a count',
      pool: { type: 'VirtualMachines' },
      spec: {},
      answer: 'yes',
      obstacles: [],
    },
  ])('$what: $answer', ({ pool, spec, answer, obstacles }) => {
    const declared: NodePool = nodePool('user', pool);
    const found = landingOnPool(podSpec(spec), declared, cluster, []);
    expect(found.answer).toBe(answer);
    expect(found.obstacles.map((each) => each.kind)).toEqual(obstacles);
  });
});

describe('live nodes come before ARM', () => {
  const pool = nodePool('user', spot);

  test('a taint that only ARM has', () => {
    expect(landingOnPool(podSpec(), pool, cluster, [node('user-0')]).answer).toBe('yes');
  });

  test('a taint on some of the nodes', () => {
    const nodes = [node('user-0'), node('user-1', { taints: [taint('mine:NoSchedule')] })];
    expect(landingOnPool(podSpec(), pool, cluster, nodes).answer).toBe('some-nodes');
  });

  test('what passes by itself is no reason', () => {
    const troubled = node('user-0', {
      ready: 'false',
      unschedulable: true,
      taints: ['node.kubernetes.io/not-ready:NoExecute', 'mine:NoSchedule'].map(taint),
    });
    expect(landingOnPool(podSpec(), pool, cluster, [troubled])).toEqual({
      answer: 'no',
      obstacles: [{ kind: 'taint', taint: taint('mine:NoSchedule') }],
    });
    const passing = node('user-0', { taints: [taint('node.kubernetes.io/not-ready:NoExecute')] });
    expect(landingOnPool(podSpec(), pool, cluster, [passing]).answer).toBe('yes');
  });
});

describe('can a pod be scheduled at all', () => {
  const gpu = podSpec(pinned('gpu'));
  const nodes = [node('system-0'), node('user-0')];
  const virtual = node('virtual-node-aci-linux', {
    labels: new Map([['type', 'virtual-kubelet']]),
    taints: [taint('virtual-kubelet.io/provider=azure:NoSchedule')],
  });

  test.each([
    { what: 'a pool takes it', spec: podSpec(pinned('user')), cluster, nodes, answer: 'yes' },
    { what: 'no pool takes it', spec: gpu, cluster, nodes, answer: 'no' },
    {
      what: 'a pool would take it',
      spec: gpu,
      cluster: managedCluster({ nodePools: [nodePool('gpu', { count: 0 })] }),
      nodes,
      answer: 'after-scale-up',
    },
    {
      what: 'nodes are made on demand',
      spec: gpu,
      cluster: managedCluster({ nodeAutoProvisioning: true }),
      nodes,
      answer: 'unknown',
    },
    {
      what: 'a node came from node auto-provisioning',
      spec: gpu,
      cluster,
      nodes: [
        ...nodes,
        node('aks-default-x7k2p', { labels: new Map([['karpenter.sh/nodepool', 'default']]) }),
      ],
      answer: 'unknown',
    },
    {
      what: 'system nodes are out of sight',
      spec: gpu,
      cluster: managedCluster({ hostedSystemPools: true }),
      nodes,
      answer: 'unknown',
    },
    {
      what: 'only a virtual node is left, with its taint',
      spec: gpu,
      cluster,
      nodes: [...nodes, virtual],
      answer: 'no',
    },
    {
      what: 'no pool is known',
      spec: podSpec(),
      cluster: managedCluster({ nodePools: [] }),
      nodes: [],
      answer: 'unknown',
    },
  ])('$what: $answer', ({ spec, cluster: of, nodes: live, answer }) => {
    expect(canBeScheduled(spec, of, live).answer).toBe(answer);
  });

  test('nodes of a pool that ARM does not list are looked at too', () => {
    const found = canBeScheduled(podSpec(pinned('byo')), cluster, [node('byo-0', { pool: 'byo' })]);
    expect(found.answer).toBe('yes');
    expect(found.perPool.map((each) => each.pool)).toEqual(['system', 'user', 'byo']);
  });
});
