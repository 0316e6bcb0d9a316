import { describe, expect, test } from '@jest/globals';
import { compareText } from '../../shared/model/index.ts';
import { cluster, endpoint, node, pod, slice, workload } from '../builders/index.ts';
import { deletions, deployment, pool, webOf } from './changes.ts';
import { ownCase } from '../engine/case-file.ts';
import { planOf, readCase } from './read-case.ts';

describe('a Deployment', () => {
  test('with more replicas: those that run stay, the new one goes anywhere that fits', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 3 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'range') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.likely.endpoints.map((each) => each.pod)).toEqual(['web-a', 'web-b', 'web-new-1']);
    // Beside either of the two, there being no third node that fits.
    expect(after.share).toEqual({ min: 0.25, max: 0.5 });
    expect(plan.placements).toMatchObject([{ pods: 1, nodes: ['user-0', 'user-1'] }]);
  });

  test('with fewer replicas: which go is not known', async () => {
    const snapshot = cluster({
      deployments: [workload({ replicas: 3 })],
      endpointSlices: [
        slice([
          endpoint('web-a', 'user-0'),
          endpoint('web-b', 'user-0'),
          endpoint('web-c', 'user-1'),
        ]),
      ],
    });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 2 }) });
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
  });

  test('pinned to another pool: its pods go there, and nowhere else', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({}, { nodeSelector: { 'kubernetes.io/hostname': 'user-0' } }) },
    );
    expect(webOf(plan).port.after).toMatchObject({ certainty: 'exact', verdict: 'even' });
    expect(plan.placements).toMatchObject([{ pods: 2, nodes: ['user-0'] }]);
  });

  test('spread by host and by rack: a node without a rack counts for neither', async () => {
    const spread = ['rack', 'kubernetes.io/hostname'].map((topologyKey) => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    }));
    const snapshot = cluster({
      nodes: [
        node('user-0', { labels: new Map([['rack', '1']]) }),
        node('user-1', { labels: new Map([['rack', '2']]) }),
        node('user-2'),
      ],
      deployments: [workload({ replicas: 2 })],
    });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({ replicas: 4 }, { topologySpreadConstraints: spread }) },
    );
    expect(plan.placements).toMatchObject([{ pods: 4, pending: 0 }]);
  });

  const nowhere = { nodeSelector: { disk: 'ssd' } };

  test('that no node takes stays Pending, and the old pods keep the traffic', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf({ snapshot }, { manifests: deployment({}, nowhere) });
    expect(plan.placements).toMatchObject([
      {
        pods: 1,
        pending: 1,
        nodeCount: 0,
        notes: [expect.stringContaining('2 old pods keep running'), expect.anything()],
      },
    ]);
    expect(plan.services).toEqual([]);
    expect(plan.findings.new.map(({ finding }) => finding.rule)).toContain(
      'placement/unschedulable',
    );
  });

  test('that no node takes and is recreated loses its pods first', async () => {
    const snapshot = cluster({ deployments: [workload({ replicas: 2 })] });
    const plan = await planOf(
      { snapshot },
      { manifests: deployment({ strategy: { type: 'Recreate' } }, nowhere) },
    );
    expect(plan.placements).toMatchObject([{ pending: 2, nodeCount: 0 }]);
    expect(webOf(plan)).toMatchObject({ effect: 'worse', port: { after: { verdict: 'none' } } });
  });

  test.each([
    { replicas: 8, strategy: {}, old: 6, pending: 4 },
    { replicas: 2, strategy: { maxUnavailable: 1, maxSurge: 0 }, old: 1, pending: 1 },
    { replicas: 2, strategy: { maxUnavailable: '100%' }, old: 0, pending: 2 },
    { replicas: 3, strategy: { maxUnavailable: 0, maxSurge: '34%' }, old: 3, pending: 2 },
  ])(
    'of $replicas whose new pods fit nowhere keeps $old old ones: $strategy',
    async ({ replicas, strategy, old, pending }) => {
      const pods = Array.from({ length: replicas }, (_, at) =>
        endpoint(`web-${at}`, at % 2 === 0 ? 'user-0' : 'user-1', {
          address: `10.244.1.${at + 1}`,
        }),
      );
      const snapshot = cluster({
        deployments: [workload({ replicas })],
        endpointSlices: [slice(pods)],
      });
      const rolling = { strategy: { type: 'RollingUpdate', rollingUpdate: strategy } };
      const plan = await planOf({ snapshot }, { manifests: deployment(rolling, nowhere) });
      const after = plan.services[0]?.ports[0]?.after;
      const left =
        plan.services.length === 0
          ? replicas
          : after?.certainty === 'exact'
            ? after.endpoints.length
            : NaN;
      expect([left, plan.placements[0]?.pending]).toEqual([old, pending]);
    },
  );

  test('whose pods were Pending: they take the nodes of a new pool', async () => {
    const spec = { nodeSelector: new Map([['tier', 'web']]) };
    const waiting = ['web-7d9f-aaaaa', 'web-7d9f-bbbbb'].map((name) =>
      pod(name, { phase: 'Pending', owner: { kind: 'ReplicaSet', name: 'web-7d9f' } }),
    );
    const snapshot = cluster({
      deployments: [workload({ replicas: 2, spec })],
      endpointSlices: [slice([])],
      pendingPods: waiting,
    });
    const plan = await planOf(
      { snapshot },
      { nodePools: pool('extra', { count: 2, labels: ['tier=web'] }) },
    );
    expect(plan.placements).toMatchObject([{ pods: 2, nodeCount: 2, pending: 0 }]);
    expect(webOf(plan)).toMatchObject({
      effect: 'better',
      port: { before: { verdict: 'none' }, after: { verdict: 'even', certainty: 'exact' } },
    });
  });

  test('with fewer replicas loses those that share their node with most others', async () => {
    const names = ['user-0', 'user-0', 'user-0', 'user-1'];
    const snapshot = cluster({
      deployments: [workload({ replicas: 4 })],
      endpointSlices: [
        slice(names.map((on, at) => endpoint(`web-${at}`, on, { address: `10.244.1.${at + 1}` }))),
      ],
    });
    const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 2 }) });
    const { after } = webOf(plan).port;
    if (after?.certainty !== 'exact') throw new Error(`certainty is ${after?.certainty}`);
    expect(after.endpoints.map(({ node: on }) => on ?? '').toSorted(compareText)).toEqual([
      'user-0',
      'user-1',
    ]);
  });

  test('that is deleted leaves its Service without pods', async () => {
    const plan = await planOf({ snapshot: cluster() }, { deletions: deletions('deploy/shop/web') });
    expect(webOf(plan)).toMatchObject({
      action: 'unchanged',
      effect: 'worse',
      port: { after: { verdict: 'none' } },
    });
  });
});

test('a Deployment that is deleted takes its pods on system nodes and its Pending ones along', async () => {
  const plan = await planOf(await readCase(ownCase('placement-hints')), {
    deletions: deletions('deploy/ops/old'),
  });
  expect(plan.findings.gone.map(({ finding }) => finding.rule).toSorted()).toEqual([
    'placement/untolerated-taint',
    'placement/user-pods-on-system-pool',
  ]);
});

test('a node that is not Ready takes no new pod', async () => {
  const nodes = [node('user-0'), node('user-1', { ready: 'false' })];
  const snapshot = cluster({ nodes, deployments: [workload({ replicas: 2 })] });
  const plan = await planOf({ snapshot }, { manifests: deployment({ replicas: 3 }) });
  expect(plan.placements).toMatchObject([{ nodes: ['user-0'] }]);
});
