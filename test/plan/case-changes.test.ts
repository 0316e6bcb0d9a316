import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { landing } from '../../shared/placement/index.ts';
import {
  nodeName,
  read,
  valueOr,
  type ClusterSnapshot,
  type NodeName,
} from '../../shared/model/index.ts';
import { readManifests } from '../../shared/plan/manifests.ts';
import { readObjects } from '../../shared/plan/objects.ts';
import { changedCluster, planChanges, type PlanInputs } from '../../shared/plan/plan.ts';
import type { Outcome, Plan, PortAfter, PortPlan } from '../../shared/plan/types.ts';
import { clusterTraffic, type PortTraffic } from '../../shared/traffic/index.ts';
import { caseFolders } from '../engine/case-file.ts';
import { isLong } from '../support/long.ts';
import { changesOf, type CaseChange } from './case-changes.ts';
import { readCase } from './read-case.ts';

const runs = { seed: 20_261_129, numRuns: isLong ? 60 : 3 };

function inputsOf(snapshot: ClusterSnapshot, change: CaseChange): PlanInputs {
  const raws = change.manifests.flatMap((text) => readManifests('app.json', text).objects);
  const { wanted, problems } = readObjects(raws, 'default');
  expect(problems).toEqual([]);
  return {
    snapshot,
    wanted,
    applied: new Map(),
    nodePools: change.nodePools,
    deletions: change.deletions,
  };
}

interface Numbers {
  readonly verdict: string;
  readonly lost: string;
  readonly shares: readonly string[];
}

/** Shares by pod, rounded: sums of fractions differ in their last digit. */
function numbersOf({ verdict, lost, endpoints }: Outcome | PortTraffic): Numbers {
  return {
    verdict,
    lost: lost.toFixed(9),
    shares: endpoints.map(({ pod, share }) => `${pod} ${share.toFixed(9)}`).toSorted(),
  };
}

function trafficOf(
  snapshot: ClusterSnapshot,
  service: string,
  port: PortPlan,
): PortTraffic | undefined {
  return clusterTraffic(snapshot)
    .find(({ namespace, name }) => `${namespace}/${name}` === service)
    ?.ports.find(
      (each) =>
        each.port === port.port && each.protocol === port.protocol && each.family === port.family,
    );
}

/** The changed cluster with these pods on these nodes. */
function withPodsOn(
  snapshot: ClusterSnapshot,
  nodes: ReadonlyMap<string, NodeName | undefined>,
): ClusterSnapshot {
  const slices = valueOr(snapshot.endpointSlices, []).map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.map((each) => ({
      ...each,
      node: nodes.get(`${slice.namespace}/${each.pod}`) ?? each.node,
    })),
  }));
  return { ...snapshot, endpointSlices: read(slices) };
}

function nodesOf(
  namespace: string,
  { endpoints }: Outcome,
): ReadonlyMap<string, NodeName | undefined> {
  return new Map(
    endpoints.map(({ pod, node }) => [`${namespace}/${pod}`, node as NodeName | undefined]),
  );
}

function portsOf(
  plan: Plan,
): readonly { readonly service: string; readonly namespace: string; readonly port: PortPlan }[] {
  return plan.services.flatMap(({ namespace, name, ports }) =>
    ports.map((port) => ({ service: `${namespace}/${name}`, namespace, port })),
  );
}

/** Several load balancers: pools follow the pods, so that moving pods alone is no state that would last. */
function poolsFollowPods(snapshot: ClusterSnapshot): boolean {
  return valueOr(snapshot.loadBalancerConfigurations, []).length > 0;
}

/** Pods that the plan places, by workload, where no constraint joins one pod to another. */
function freePods(
  plan: Plan,
  changed: ClusterSnapshot,
): readonly (readonly [string, readonly string[]])[] {
  const workloads = [...valueOr(changed.deployments, []), ...valueOr(changed.statefulSets, [])];
  return plan.placements.flatMap(({ kind, namespace, name, nodes, nodeCount }) => {
    const workload = workloads.find(
      (each) => each.kind === kind && each.namespace === namespace && each.name === name,
    );
    const spec = workload?.podSpec;
    const joined =
      spec === undefined ||
      spec.requiredPodAntiAffinity.length > 0 ||
      spec.topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
    if (joined || nodeCount > nodes.length) return [];
    const live = new Map(valueOr(changed.nodes, []).map((node) => [String(node.name), node]));
    for (const each of nodes) {
      const node = live.get(each);
      expect([each, node && landing(spec, node).now]).toEqual([each, 'yes']);
    }
    return [[`${namespace}/${name}-`, nodes] as const];
  });
}

/** The changed cluster with the pods that the plan places on nodes of the generator's choice. */
function placedAtRandom(
  changed: ClusterSnapshot,
  free: readonly (readonly [string, readonly string[]])[],
  choice: Iterator<number>,
): ClusterSnapshot {
  const nodes = new Map<string, NodeName>();
  for (const slice of valueOr(changed.endpointSlices, []))
    for (const { pod, address } of slice.endpoints) {
      const key = `${slice.namespace}/${pod}`;
      const [, fits = []] = free.find(([start]) => key.startsWith(start)) ?? [];
      const isPlanned = address.startsWith('100.64.') || address.startsWith('2001:2::');
      if (!isPlanned || fits.length === 0 || key.includes('-on-') || nodes.has(key)) continue;
      nodes.set(key, nodeName(fits[(choice.next().value ?? 0) % fits.length] ?? ''));
    }
  return withPodsOn(changed, nodes);
}

/** Other names = a choice of which pods are kept, not of where they go. */
function podsOf({ endpoints }: Outcome): string {
  return endpoints
    .map(({ pod }) => pod)
    .toSorted()
    .join();
}

function expectInside(after: PortAfter, there: PortTraffic): void {
  if (after.certainty === 'unknown') return;
  const { verdict, lost, endpoints } = there;
  if (after.certainty === 'exact') {
    expect({ verdict, lost: lost.toFixed(9) }).toEqual({
      verdict: after.verdict,
      lost: after.lost.toFixed(9),
    });
    return;
  }
  const shares = endpoints.filter(({ ready }) => ready).map(({ share }) => share);
  expect(after.verdicts).toContain(verdict);
  expect(lost).toBeGreaterThanOrEqual(after.lost.min - 1e-9);
  expect(lost).toBeLessThanOrEqual(after.lost.max + 1e-9);
  expect(Math.min(...shares, Infinity)).toBeGreaterThanOrEqual(after.share.min - 1e-9);
  expect(Math.max(...shares, 0)).toBeLessThanOrEqual(after.share.max + 1e-9);
}

function checkAgainstAudit(plan: Plan, changed: ClusterSnapshot): void {
  for (const { service, namespace, port } of portsOf(plan)) {
    const { after } = port;
    const audited = trafficOf(changed, service, port);
    if (after === undefined) expect(audited).toBeUndefined();
    else if (after.certainty !== 'unknown') {
      if (audited === undefined) throw new Error(`${service} is not audited`);
      const likely = after.certainty === 'exact' ? after : after.likely;
      expect(numbersOf(likely)).toEqual(numbersOf(audited));
      if (after.certainty === 'exact' || poolsFollowPods(changed)) continue;
      // Each end is what the audit gives for the placement that it names.
      for (const end of [after.best, after.worst]) {
        if (podsOf(end) !== podsOf(likely)) continue;
        const there = trafficOf(withPodsOn(changed, nodesOf(namespace, end)), service, port);
        expect(there && numbersOf(there)).toEqual(numbersOf(end));
      }
    }
  }
}

describe('random changes of whole cases', () => {
  test.each(caseFolders())('$name', async ({ directory }) => {
    const { snapshot } = await readCase(directory);
    fc.assert(
      fc.property(changesOf(snapshot), fc.infiniteStream(fc.nat(1_000)), (change, choice) => {
        const inputs = inputsOf(snapshot, change);
        const plan = planChanges(inputs);
        expect(plan.problems).toEqual([]);
        const changed = changedCluster(inputs);
        checkAgainstAudit(plan, changed);
        const free = freePods(plan, changed);
        for (let at = 0; at < (poolsFollowPods(changed) ? 0 : 5); at++) {
          const placed = placedAtRandom(changed, free, choice);
          for (const { service, port } of portsOf(plan)) {
            const there = trafficOf(placed, service, port);
            if (port.after !== undefined && there !== undefined) expectInside(port.after, there);
          }
        }
        // What was planned is there: the same again changes nothing.
        if (change.deletions.length > 0) return;
        const again = planChanges({ ...inputs, snapshot: changed });
        expect(again.services.filter(({ effect }) => effect !== 'unknown')).toEqual([]);
      }),
      runs,
    );
  });
});
