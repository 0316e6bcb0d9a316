import { describe, expect, test } from '@jest/globals';
import { liveFleet } from '../../shared/audit/live-fleet.ts';
import { observedState } from '../../shared/audit/observed-state.ts';
import { comparing, withoutUnconfirmed } from '../../shared/audit/second-reading.ts';
import { nothingBefore, type ObservedBefore } from '../../shared/findings/index.ts';
import { valueOr } from '../../shared/model/index.ts';
import { defaultPolicy } from '../../shared/policy/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { atLeast } from '../../shared/rules/index.ts';
import {
  deployment,
  loadBalancer,
  nodesOfPool,
  pool,
  service,
  systemPool,
  type ClusterChanges,
} from '../../simulator/build.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { clusters, world } from './world.ts';

/** A cluster with a pod of each Service on each node of its user pool. */
function shop(count: number, names: readonly string[] = ['shop/web']): ClusterChanges {
  return {
    pools: [systemPool(), pool('user', { count })],
    services: names.map((name) => service(name, { policy: 'Local' })),
    workloads: names.map((name) => deployment(name, nodesOfPool('user', count))),
  };
}

const faulty = {
  ...shop(3),
  loadBalancers: [loadBalancer({ inbound: { pools: ['system'] } })],
};

interface Audited {
  readonly report: ClusterReport;
  /** Requests for lists of the node resource group. */
  readonly again: number;
}

/** @param earlier The cluster when the lists of its subscription were read. */
async function audited(
  now: ClusterChanges,
  earlier: ClusterChanges = now,
  before: ObservedBefore = nothingBefore,
): Promise<Audited> {
  const description = clusters({ shop: now });
  const { simulator, azure } = await world(description, {}, clusters({ shop: earlier }));
  const fleet = liveFleet(azure(), { subscriptions: 'all', onProblems: () => undefined });
  const data = await fleet.readSubscription(subscriptionId);
  const [cluster] = valueOr(data.clusters, []);
  if (cluster === undefined) throw new Error('no cluster');
  const options = { takenAt: description.now, policy: defaultPolicy, before };
  const report = await fleet.auditCluster(cluster, data, options);
  const ofGroup = /\/resourceGroups\/\{resourceGroupName\}\/providers\/Microsoft\.Network\/\w+$/u;
  const counts = [...simulator.log.counts()].filter(([operation]) => ofGroup.test(operation));
  return { report, again: counts.reduce((sum, [, count]) => sum + count, 0) };
}

function told({ findings }: ClusterReport): readonly string[] {
  return findings
    .filter(({ severity }) => atLeast(severity, 'medium'))
    .map(({ rule, subject }) => `${rule} ${subject.name}`);
}

const both = ['shop/web', 'shop/api'];

describe('while a cluster changes between the lists of Azure and its own', () => {
  test.each([
    ['a node comes', shop(4), shop(3), 'backend/eligible-node-missing'],
    ['a node goes', shop(3), shop(4), 'backend/stale-member'],
    ['a Service comes', shop(3, both), shop(3), 'traffic/no-traffic'],
    ['a Service goes', shop(3), shop(3, both), 'load-balancer/leftover-rule'],
  ])('%s: nothing is told that is not there', async (_, now, earlier, rule) => {
    const { report, again } = await audited(now, earlier);
    const { report: quiet } = await audited(now);
    expect(told(report)).toEqual(told(quiet));
    expect(report.unknown).toContainEqual(
      expect.objectContaining({ rule, why: expect.stringContaining('the next audit decides') }),
    );
    expect(again).toBe(4);
  });
});

test('what is not told stands for no other finding', async () => {
  const { report } = await audited(faulty);
  const [withheld, other] = comparing(report);
  if (withheld === undefined || other === undefined) throw new Error('too few findings');
  const lost = { fingerprint: 'a', rule: 'traffic/lost-connections' };
  const explained = [
    { ...lost, by: [withheld] },
    { ...lost, by: [withheld, other] },
  ];
  expect(withoutUnconfirmed({ ...report, explained }, [withheld]).explained).toEqual([
    { ...lost, by: [other] },
  ]);
});

describe('a fault of a cluster that does not change', () => {
  test('is told by the first audit, which reads the lists of its group once more', async () => {
    const { report, again } = await audited(faulty);
    expect(told(report)).toContain('backend/eligible-node-missing kubernetes');
    expect(told(report)).toContain('traffic/no-traffic web');
    expect(again).toBe(4);
  });

  test('that the previous run saw costs no request', async () => {
    const first = await audited(faulty);
    const before = observedState(first.report, nothingBefore, '2026-11-23T06:00:00Z');
    const { report, again } = await audited(faulty, faulty, before);
    expect(told(report)).toEqual(told(first.report));
    expect(again).toBe(0);
  });
});

test('without a fault nothing is read again', async () => {
  const { report, again } = await audited(shop(3));
  expect(told(report)).toEqual([]);
  expect(again).toBe(0);
});
