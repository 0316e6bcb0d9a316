import {
  compareText,
  nodeName,
  poolNameOf,
  read,
  valueOr,
  type ClusterSnapshot,
  type NodeName,
} from '../../shared/model/index.ts';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { landing, roomFor } from '../../shared/placement/index.ts';
import { readManifests } from '../../shared/plan/manifests.ts';
import { readObjects } from '../../shared/plan/objects.ts';
import type { PlanInputs } from '../../shared/plan/inputs.ts';
import { changedCluster, planChanges } from '../../shared/plan/plan.ts';
import type { PortOutcome, Plan, PortAfter, PortPlan } from '../../shared/plan/types.ts';
import { trafficOfServices, type PortTraffic } from '../../shared/traffic/index.ts';
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
    live: new Map(),
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
function numbersOf({ verdict, lost, endpoints }: PortOutcome | PortTraffic): Numbers {
  return {
    verdict,
    lost: lost.toFixed(9),
    shares: endpoints.map(({ pod, share }) => `${pod} ${share.toFixed(9)}`).toSorted(compareText),
  };
}

function trafficOf(
  snapshot: ClusterSnapshot,
  service: string,
  port: PortPlan,
): PortTraffic | undefined {
  return trafficOfServices(snapshot)
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
  { endpoints }: PortOutcome,
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
  return plan.placements.flatMap(({ kind, namespace, name, nodes, nodeCount, pods }) => {
    const workload = workloads.find(
      (each) => each.kind === kind && each.namespace === namespace && each.name === name,
    );
    const spec = workload?.podSpec;
    const joined =
      spec === undefined ||
      spec.requiredPodAntiAffinity.length > 0 ||
      spec.topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
    const live = new Map(valueOr(changed.nodes, []).map((node) => [String(node.name), node]));
    const narrow = nodes.some((each) => {
      const node = live.get(each);
      return workload !== undefined && node !== undefined && roomFor(workload, node) < pods;
    });
    if (joined || narrow || nodeCount > nodes.length) return [];
    const barred = nodes.filter((each) => {
      const node = live.get(each);
      return node === undefined || landing(spec, node).now !== 'yes';
    });
    expect(barred).toEqual([]);
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
function podsOf({ endpoints }: Pick<PortOutcome, 'endpoints'> | PortTraffic): string {
  return endpoints
    .map(({ pod }) => pod)
    .toSorted(compareText)
    .join();
}

/** What of an outcome lies outside of what was planned; nothing where all is inside. */
function outside(after: PortAfter, there: PortTraffic): readonly string[] {
  if (after.certainty === 'unknown') return [];
  const { verdict, lost, endpoints } = there;
  const verdicts = after.certainty === 'exact' ? [after.verdict] : after.verdicts;
  const [least, most] =
    after.certainty === 'exact' ? [after.lost, after.lost] : [after.lost.min, after.lost.max];
  const shares = endpoints.filter(({ ready }) => ready).map(({ share }) => share);
  const range = after.certainty === 'exact' ? { min: 0, max: 1 } : after.share;
  return [
    ...(verdicts.includes(verdict) ? [] : [`verdict ${verdict}`]),
    ...(lost < least - 1e-9 || lost > most + 1e-9 ? [`lost ${lost}`] : []),
    ...shares
      .filter((share) => share < range.min - 1e-9 || share > range.max + 1e-9)
      .map((share) => `share ${share}`),
  ];
}

/** The changed cluster for every choice of the nodes that a pool loses. */
function choicesOf(inputs: PlanInputs): readonly ClusterSnapshot[] {
  return inputs.nodePools.flatMap(({ name, count }) => {
    const nodes = valueOr(inputs.snapshot.nodes, [])
      .filter((node) => poolNameOf(node) === name)
      .map((node) => node.name);
    return count === undefined || count === 0 || count >= nodes.length
      ? []
      : subsets(nodes, nodes.length - count).map((leaving) =>
          changedCluster(inputs, new Set(leaving)),
        );
  });
}

function subsets<T>(all: readonly T[], count: number): readonly (readonly T[])[] {
  const [first, ...rest] = all;
  if (count === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, count - 1).map((each) => [first, ...each]), ...subsets(rest, count)];
}

/** The numbers of an audit of the cluster that has exactly the pods of an end, on its nodes. */
function auditOfEnd(
  end: PortOutcome,
  choices: readonly ClusterSnapshot[],
  { service, namespace, port }: ReturnType<typeof portsOf>[number],
): Numbers | undefined {
  for (const snapshot of choices) {
    const there = new Set<string>(valueOr(snapshot.nodes, []).map(({ name }) => name));
    if (!end.endpoints.every(({ node }) => node === undefined || there.has(node))) continue;
    const found = trafficOf(withPodsOn(snapshot, nodesOf(namespace, end)), service, port);
    if (found !== undefined && podsOf(found) === podsOf(end)) return numbersOf(found);
  }
  return undefined;
}

/** Numbers of the plan beside those of the audit of the changed cluster: pairs that must be equal. */
function besideAudit(
  plan: Plan,
  changed: ClusterSnapshot,
  choices: readonly ClusterSnapshot[],
): readonly (readonly [unknown, unknown])[] {
  return portsOf(plan).flatMap((of): readonly (readonly [unknown, unknown])[] => {
    const { service, port } = of;
    const { after } = port;
    const audited = trafficOf(changed, service, port);
    if (after?.certainty === 'unknown') return [];
    if (after === undefined || audited === undefined) return [[after, audited]];
    if (after.certainty === 'exact') return [[numbersOf(after), numbersOf(audited)]];
    // Each end is what the audit gives for the placement that it names.
    const ends = poolsFollowPods(changed)
      ? []
      : [after.best, after.worst].filter(
          (end) => choices.length > 0 || podsOf(end) === podsOf(after.likely),
        );
    return [
      [numbersOf(after.likely), numbersOf(audited)],
      ...ends.map((end) => [numbersOf(end), auditOfEnd(end, [changed, ...choices], of)] as const),
    ];
  });
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
        const choices = choicesOf(inputs);
        for (const [planned, audited] of besideAudit(plan, changed, choices))
          expect(planned).toEqual(audited);
        for (const other of poolsFollowPods(changed) ? [] : choices)
          for (const { service, port } of portsOf(plan)) {
            const there = trafficOf(other, service, port);
            const both = port.after === undefined || there === undefined;
            expect(both ? [] : outside(port.after, there)).toEqual([]);
          }
        const free = choices.length > 0 ? [] : freePods(plan, changed);
        for (let at = 0; at < (poolsFollowPods(changed) ? 0 : 5); at++) {
          const placed = placedAtRandom(changed, free, choice);
          for (const { service, port } of portsOf(plan)) {
            const there = trafficOf(placed, service, port);
            const both = port.after === undefined || there === undefined;
            expect(both ? [] : outside(port.after, there)).toEqual([]);
          }
        }
        // What was planned is there: the same again changes nothing.
        const again = planChanges({ ...inputs, deletions: [], snapshot: changed });
        expect(again.services.filter(({ effect }) => effect !== 'unknown')).toEqual([]);
      }),
      runs,
    );
  });
});
