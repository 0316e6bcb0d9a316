import { describe, expect, test } from '@jest/globals';
import { liveFleet } from '../../shared/audit/live-fleet.ts';
import { ThrottledError } from '../../shared/collect/live/index.ts';
import { defaultPolicy } from '../../shared/policy/index.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { fakeClock } from './fake-clock.ts';
import { words, world } from './world.ts';
import { runsOf } from '../support/long.ts';

/** Clusters with one node: it is their number that is looked at. */
function many(count: number) {
  const all = Array.from({ length: count }, (_, at) => cluster(`c${String(at).padStart(3, '0')}`));
  return fleet({ subscriptions: [subscription(subscriptionId, 'Many', all)] });
}

function calls(simulator: Simulator, method: string): number {
  const asked = simulator.log.entries();
  return asked.filter((each) => each.host === 'management.azure.com' && each.method === method)
    .length;
}

/** Calls to Azure Monitor. */
function metrics(simulator: Simulator): number {
  return simulator.log.entries().filter(({ host }) => host.includes('.metrics.')).length;
}

/** Metrics are asked for 50 load balancers at a time. */
const count = runsOf(200, 51);

describe('calls to ARM', () => {
  test('lists do not grow with the clusters, kubeconfigs are one each, and the next run asks for none', async () => {
    const few = await world(many(2), { pageSize: 100_000 });
    await few.audit();
    const lots = await world(many(count), { pageSize: 100_000 });
    // Kubeconfigs are asked for at AKS's pace: two minutes for these, on another clock.
    const azure = lots.azure({ clock: fakeClock() });
    const { clusters } = await lots.audit({ azure });
    expect(new Set(Object.values(words(clusters)))).toEqual(new Set(['complete']));
    expect(clusters).toHaveLength(count);
    // Subscriptions, five lists, and the empty last page that AKS links to.
    expect(calls(few.simulator, 'GET')).toBe(7);
    expect(calls(lots.simulator, 'GET')).toBe(7);
    // And one to Resource Graph; no rule is asked about where there is no finding.
    expect(calls(lots.simulator, 'POST')).toBe(count + 1);
    expect(metrics(lots.simulator)).toBe(5 * Math.ceil(count / 50));
    lots.simulator.log.clear();
    await lots.audit({ azure });
    expect(calls(lots.simulator, 'GET')).toBe(7);
    expect(calls(lots.simulator, 'POST')).toBe(1);
  });
});

describe('one bad cluster among others', () => {
  test('does not keep the run, and harms none of them', async () => {
    const { audit, azure } = await world(many(12), {
      faults: [
        { host: 'c000-*', action: { kind: 'hang' } },
        { host: 'c001-*', action: { kind: 'endless' } },
        { host: 'c002-*', action: { kind: 'drip', bytes: 1, everyMs: 100 } },
        { host: 'c003-*', path: '/api/v1/nodes', action: { kind: 'truncate', atByte: 99 } },
      ],
    });
    const { limits } = azure();
    const short = { ...limits, requestMs: 1500 };
    const { clusters } = await audit({ azure: azure({ limits: short }) });
    const word = clusters.map(({ result }) => result);
    expect(word.slice(0, 4)).toEqual(['unreachable', 'unreachable', 'unreachable', 'partial']);
    expect(new Set(word.slice(4))).toEqual(new Set(['complete']));
  });

  test('is given up at the end of its time, with what was read by then', async () => {
    const { audit, azure } = await world(many(2), {
      faults: [{ host: 'c000-*', path: '/apis/apps/', action: { kind: 'hang' } }],
    });
    const { limits } = azure();
    const { clusters } = await audit({ azure: azure({ limits: { ...limits, clusterMs: 5000 } }) });
    expect(clusters[0]).toMatchObject({
      result: 'partial',
      reason: expect.stringContaining('timed out after 5 s'),
    });
    expect(clusters[1]).toMatchObject({ result: 'complete' });
  });
});

test('a cluster whose kubeconfig AKS does not give now comes back, where something can bring it back', async () => {
  const { azure } = await world(many(1), {
    faults: [{ path: 'listClusterUserCredential', action: { kind: 'throttle', retryAfter: '1' } }],
  });
  const asked = async (comesBack: boolean) => {
    const fleetOf = liveFleet(azure({ comesBack, clock: fakeClock() }), {
      subscriptions: 'all',
      onProblems: () => undefined,
    });
    const data = await fleetOf.readSubscription(subscriptionId);
    const [only] = data.clusters.kind === 'read' ? data.clusters.value : [];
    if (only === undefined) throw new Error('there is no cluster');
    const takenAt = '2026-11-23T06:00:00Z';
    return await fleetOf.auditCluster(only, data, {
      takenAt,
      policy: defaultPolicy,
      verify: false,
    });
  };
  await expect(asked(true)).rejects.toBeInstanceOf(ThrottledError);
  expect(await asked(false)).toMatchObject({
    result: 'unreachable',
    reason: expect.stringContaining('429'),
  });
});

test('a run that is given up says so of every cluster that it did not come to', async () => {
  const { audit } = await world(many(20), { latencyMs: 20 });
  const stop = new AbortController();
  const { clusters } = await audit({
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done === 4) stop.abort(new Error('the host is going down'));
    },
  });
  const word = clusters.map(({ result }) => result);
  expect(clusters).toHaveLength(20);
  expect(word.filter((each) => each === 'complete').length).toBeGreaterThanOrEqual(4);
  // Eight are under way at once.
  expect(word.filter((each) => each === 'failed').length).toBeGreaterThanOrEqual(8);
  expect(clusters.at(-1)).toMatchObject({
    result: 'failed',
    reason: 'not audited: the host is going down',
  });
});
