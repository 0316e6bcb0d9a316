import { describe, expect, test } from '@jest/globals';
import { afterModel, todayModel } from '../../../shared/report/html/map/after.ts';
import { mapModel, type MapModel } from '../../../shared/report/html/map/model.ts';
import { narrowMap } from '../../../shared/report/html/map/narrow.ts';
import { clip, textWidth } from '../../../shared/report/html/map/text-width.ts';
import { wideMap } from '../../../shared/report/html/map/wide.ts';
import { htmlOf } from '../../../shared/report/html/markup.ts';
import { portGroups } from '../../../shared/report/ports.ts';
import type { PortReport, ServiceReport } from '../../../shared/report/report.ts';
import { endpoint, port, service } from '../builders.ts';
import {
  articleCluster,
  crowdedCluster,
  echoFindings,
  evenCluster,
  lossyCluster,
} from '../samples.ts';

function modelOf(given: ServiceReport | undefined, rows = 60, withFix = false): MapModel {
  const [group] = given === undefined ? [] : portGroups(given);
  if (given === undefined || group === undefined) throw new Error('no port');
  return mapModel(given, group, withFix ? echoFindings[0]?.fixes[0]?.after : undefined, rows);
}

/** Pools, nodes and pods as lines: what the map says, in the order in which it says it. */
function lines(model: MapModel): readonly string[] {
  return [
    ...model.pools.flatMap(({ name, members, size, why, nodes }) => [
      [`${name}: ${members} of ${size}`, why].filter((each) => each !== undefined).join(', '),
      ...nodes.flatMap((node) => [
        `  ${node.name} ${node.tone} ${node.note}`,
        ...podLines(node.pods),
      ]),
    ]),
    ...podLines(model.pods),
  ];
}

function podLines(pods: MapModel['pods']): readonly string[] {
  return pods.map(({ name, count, now, after, note }) =>
    [`    ${name}`, count, now.toFixed(3), after?.toFixed(3), note]
      .filter((each) => each !== undefined)
      .join(' '),
  );
}

function rowsOf(model: MapModel): number {
  const nodes = model.pools.flatMap((pool) => pool.nodes);
  return nodes.reduce((sum, node) => sum + Math.max(1, node.pods.length), 0) + model.pods.length;
}

/** `count` nodes of each of `pools` pools with `pods` pods each, all served alike. */
function large(pools: number, count: number, pods: number): ServiceReport {
  const nodes = Array.from({ length: pools * count }, (_, at) => ({
    node: `node-${at}`,
    nodePool: `pool-${at % pools}`,
    member: true,
    up: true,
    share: 1 / (pools * count),
  }));
  const endpoints = nodes.flatMap(({ node, nodePool, share }) =>
    Array.from({ length: pods }, (_, at) =>
      endpoint({ pod: `${node}-pod-${at}`, node, nodePool, share: share / pods }),
    ),
  );
  const given: PortReport = port({ backends: nodes, endpoints });
  return service({ ports: [given] });
}

describe('what a map shows', () => {
  test('the article: what is served first, and why the other pool gets nothing', () => {
    expect(lines(modelOf(articleCluster.services[0], 60, true))).toEqual([
      'system: 2 of 2',
      '  aks-system-27255451-0 up 100 %',
      '    echo-deployment-557c9d44c5-pqgvx 1 1.000 0.333',
      '  aks-system-27255451-1 idle no ready pod',
      'pool-1: 0 of 2, not in the backend pool: a Basic load balancer has one VM set',
      '  aks-pool-1-27255451-0 out not in the pool',
      '    echo-deployment-557c9d44c5-vdj22 1 0.000 0.333 not in the pool',
      '  aks-pool-1-27255451-1 out not in the pool',
      '    echo-deployment-557c9d44c5-xv7hd 1 0.000 0.333 not in the pool',
    ]);
  });

  test('under Cluster pods belong to no node', () => {
    const model = modelOf(evenCluster.services[0]);
    expect(model.mesh).toBe(true);
    expect(model.pods).toHaveLength(3);
    expect(model.pools.flatMap(({ nodes }) => nodes.flatMap(({ pods }) => pods))).toEqual([]);
  });

  test('a backend that loses its part is one', () => {
    const model = modelOf(lossyCluster.services[0]);
    expect(lines(model)).toContain('  aks-user-12345678-vmss000003 leak 25 %');
    expect([model.lost, model.lostWhy]).toEqual([
      0.25,
      'backends pass the probe and have no pod to answer',
    ]);
  });

  test('a verdict that is not known draws nothing else', () => {
    const model = modelOf(
      service({
        ports: [port({ verdict: 'unknown', why: 'nodes: 403', backends: [], endpoints: [] })],
      }),
    );
    expect(model.unknown).toBe('nodes: 403');
    expect(model.pools).toEqual([]);
  });

  test('pods that only the prediction knows have no node yet', () => {
    const [given] = articleCluster.services;
    const [group] = given === undefined ? [] : portGroups(given);
    if (given === undefined || group === undefined) throw new Error('no port');
    const after = { verdict: 'even' as const, lost: 0, shares: { 'new-1': 0.5, 'new-2': 0.5 } };
    const model = mapModel(given, group, after, 60);
    expect(lines(model).slice(-3)).toEqual([
      '  chosen by the scheduler idle ',
      '    new-1 1 0.000 0.500 not there yet',
      '    new-2 1 0.000 0.500 not there yet',
    ]);
  });
});

test.each([wideMap, narrowMap])(
  'a Service without a rule: pods without traffic, and nothing that passes connections on',
  (draw) => {
    const [given] = evenCluster.services;
    if (given === undefined) throw new Error('no Service');
    const { rule: _rule, ...closed } = port({ ...given.ports[0], verdict: 'none', lost: 1 });
    const model = modelOf({
      ...given,
      externalTrafficPolicy: 'Cluster',
      ports: [{ ...closed, backends: [], endpoints: [endpoint({ share: 0, because: 'no-rule' })] }],
    });
    const html = htmlOf(draw(model, 'x', ''));
    expect(html).toContain('no rule');
    expect(html).not.toMatch(/class="(?:mesh|flow)"|any node/u);
  },
);

describe('a map stays readable', () => {
  test('40 pods on 30 nodes are drawn one by one', () => {
    const model = modelOf(crowdedCluster.services[0]);
    expect(model.pools.map(({ nodes }) => nodes.length)).toEqual([14, 10, 6]);
    expect(rowsOf(model)).toBe(40);
  });

  test.each([
    { pools: 1, count: 1, pods: 200 },
    { pools: 1, count: 200, pods: 1 },
    { pools: 3, count: 40, pods: 3 },
    { pools: 12, count: 12, pods: 2 },
    { pools: 90, count: 2, pods: 2 },
  ])(
    '$pools pools of $count nodes with $pods pods each fit in 60 rows',
    ({ pools, count, pods }) => {
      const model = modelOf(large(pools, count, pods));
      expect(rowsOf(model)).toBeLessThanOrEqual(60);
      expect(model.pools.reduce((sum, pool) => sum + pool.size, 0)).toBe(pools * count);
    },
  );

  test('200 equal nodes are one row that says so', () => {
    expect(lines(modelOf(large(1, 200, 2)))).toEqual([
      'pool-0: 200 of 200',
      '  200 nodes up 0.5 % each',
      '    400 pods 400 0.002',
    ]);
  });

  test('bars are drawn to the largest share', () => {
    expect(modelOf(articleCluster.services[0]).scale).toBe(1);
    expect(modelOf(large(1, 30, 1)).scale).toBe(0.05);
  });
});

describe('names are cut to their room', () => {
  test.each([
    'aks-agentpool-12345678-vmss00000a',
    'W'.repeat(300),
    '日本語のサービス名前です',
    'a',
  ])('%s', (text) => {
    for (const width of [8, 40, 90, 200]) {
      const shown = clip(text, width, { size: 11.5 });
      expect(shown === '…' || textWidth(shown, { size: 11.5 }) <= width).toBe(true);
    }
  });

  test('both ends stay', () => {
    expect(clip('echo-deployment-557c9d44c5-pqgvx', 120, { size: 11.5 })).toMatch(
      /^echo-.*….*pqgvx$/u,
    );
  });
});

describe('the small map of the state after a fix', () => {
  const [group] = portGroups(articleCluster.services[0] ?? service());
  const given = articleCluster.services[0];
  const after = echoFindings[0]?.fixes[0]?.after;
  if (group === undefined || given === undefined || after === undefined) throw new Error('no fix');

  test('today it is the map of the card, without what is predicted', () => {
    const today = todayModel(given, group);
    expect(today.after).toBeUndefined();
    expect([today.shares, today.mesh]).toEqual(['100/0/0', false]);
  });

  test('shows the backends and the policy that the prediction has', () => {
    const model = afterModel(given, group, after);
    expect(model === undefined ? [] : lines(model)).toEqual([
      'system: 2 of 2',
      '  aks-system-27255451-0 up 50 %',
      '  aks-system-27255451-1 up 50 %',
      '    echo-deployment-557c9d44c5-pqgvx 1 0.333',
      '    echo-deployment-557c9d44c5-vdj22 1 0.333',
      '    echo-deployment-557c9d44c5-xv7hd 1 0.333',
    ]);
    expect(model).toMatchObject({ mesh: true, verdict: 'even', moreBackends: 0, lost: 0 });
  });

  test('says how many backends it leaves out', () => {
    const path = {
      ...after.path,
      externalTrafficPolicy: 'Cluster',
      backends: {},
      nodes: {},
      up: 80,
    };
    expect(afterModel(given, group, { ...after, path })).toMatchObject({ moreBackends: 80 });
  });

  test('a pod that the scheduler places stands on no node that it has today', () => {
    const path = {
      externalTrafficPolicy: 'Local',
      backends: { 'aks-system-27255451-0': 1 },
      up: 1,
      nodes: { new: 'aks-system-27255451-0' },
    };
    const shares = { new: 1, other: 0 };
    const model = afterModel(given, group, { verdict: 'starved', lost: 0, shares, path });
    expect(model === undefined ? [] : lines(model)).toEqual([
      'system: 1 of 1',
      '  aks-system-27255451-0 up 100 %',
      '    new 1 1.000',
      ': 0 of 1, after-fix',
      '  no node out not there yet',
      '    other 1 0.000 not there yet',
    ]);
  });

  test('there is none where served pods are too many to say where each runs', () => {
    const path = { externalTrafficPolicy: 'Local', backends: { a: 1 }, up: 1, nodes: { x: 'a' } };
    const shares = { x: 0.5, y: 0.5 };
    expect(afterModel(given, group, { verdict: 'even', lost: 0, shares, path })).toBeUndefined();
  });

  test('a pod may be called like a property that every object has', () => {
    const named = service({
      externalTrafficPolicy: 'Cluster',
      ports: [port({ endpoints: [endpoint({ pod: 'constructor' }), endpoint({ share: 0 })] })],
    });
    const [own] = portGroups(named);
    if (own === undefined) throw new Error('no port');
    const path = { externalTrafficPolicy: 'Cluster', backends: { a: 1 }, up: 1, nodes: {} };
    const predicted = { verdict: 'even', lost: 0, shares: { other: 1 }, path } as const;
    expect(podLines(mapModel(named, own, predicted, 60).pods)).toContain(
      '    constructor 1 1.000 0.000',
    );
    const shares = { constructor: 1 };
    const next = afterModel(named, own, { ...predicted, shares });
    expect(next?.pods).toMatchObject([{ name: 'constructor', now: 1 }]);
    expect(next?.pods[0]).not.toHaveProperty('node');
  });

  test('there is none where the prediction is older than the path', () => {
    const { path: _path, ...old } = after;
    expect(afterModel(given, group, old)).toBeUndefined();
  });
});
