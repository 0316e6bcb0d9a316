import { compacted, subjectText, type ClusterSnapshot } from '../model/index.ts';
import {
  trafficOfServices,
  portKey,
  predict,
  serviceSituation,
  type ServiceTraffic,
} from '../traffic/index.ts';
import { followsEndpoints } from './planned-pool.ts';
import type { Assignment } from './planned-slices.ts';
import type { PlannedService } from './endpoints.ts';
import type { Overlaid } from './overlay.ts';
import { workloadKey } from './pod-index.ts';
import { afterOf, effectOf, portChanged, stateOf, worstEffect } from './port-outcome.ts';
import { find } from './rows.ts';
import type { PlacementGroup, PlannedState } from './state.ts';
import { whyUnplanned, type UnplannedObject } from './unplanned-objects.ts';
import type { ObjectChange, PortPlan, ServicePlan } from './types.ts';

interface JudgedServicePlan {
  readonly plan: ServicePlan;
  readonly changed: boolean;
}

/**
 * What becomes of every Service, of today and of the changed cluster, by name.
 * @param states The changed cluster, the likely choice of the nodes that go first.
 */
export function servicePlans(
  before: ClusterSnapshot,
  overlaid: Overlaid,
  states: readonly [PlannedState, ...(readonly PlannedState[])],
  unplanned: readonly UnplannedObject[] = [],
): readonly JudgedServicePlan[] {
  const [state] = states;
  const traffic = trafficByName(before);
  const nodeChoices = states.map((each) => ({ state: each, traffic: trafficByName(each.after) }));
  const now = nodeChoices[0]?.traffic ?? new Map<string, ServiceTraffic>();
  const change = new Map(
    overlaid.changes
      .filter(({ kind }) => kind === 'Service')
      .map((each) => [subjectText(each), each]),
  );
  const gone = overlaid.deleted
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .filter((key) => !now.has(key));
  const keys = [...new Set([...traffic.keys(), ...now.keys(), ...gone])].toSorted();
  return keys.map((key) => {
    const here = behindOf(state, key);
    return servicePlan({
      key,
      before: traffic.get(key),
      likely: now.get(key),
      change: change.get(key),
      touched: overlaid.touched.has(key),
      behind: here,
      state,
      undecided: unplannedFor(here, unplanned),
      outcomes: nodeChoices.flatMap((each) => outcomesOf(key, each)),
    });
  });
}

/** One choice of the nodes that go, and the traffic under its likely placement. */
interface NodeChoice {
  readonly state: PlannedState;
  readonly traffic: ReadonlyMap<string, ServiceTraffic>;
}

function trafficByName(snapshot: ClusterSnapshot): ReadonlyMap<string, ServiceTraffic> {
  return new Map(trafficOfServices(snapshot).map((each) => [subjectText(each), each]));
}

function behindOf({ plannedServices }: PlannedState, key: string): PlannedService | undefined {
  return plannedServices.find(({ service }) => subjectText(service) === key);
}

function unplannedFor(
  here: PlannedService | undefined,
  unplanned: readonly UnplannedObject[],
): string | undefined {
  if (here === undefined || unplanned.length === 0) return undefined;
  const pods = new Set(
    here.slices(new Map()).flatMap(({ endpoints }) => endpoints.map(({ pod }) => pod)),
  );
  return whyUnplanned(here.service, here.workloads, unplanned, (pod) => pods.has(pod));
}

interface ServiceInputs {
  readonly key: string;
  readonly before: ServiceTraffic | undefined;
  readonly likely: ServiceTraffic | undefined;
  readonly change: ObjectChange | undefined;
  /** Whether the cloud provider looks at it again. */
  readonly touched: boolean;
  readonly behind: PlannedService | undefined;
  readonly state: PlannedState;
  readonly undecided: string | undefined;
  /** Its traffic under every placement that is looked at, the likely one first. */
  readonly outcomes: readonly ServiceTraffic[];
}

function servicePlan(inputs: ServiceInputs): JudgedServicePlan {
  const { key, before, likely, change, touched, behind, state } = inputs;
  const [namespace = '', name = ''] = key.split('/');
  const ports = portPlans(inputs);
  const refusal = state.cloud.refused.get(key);
  // What is unknown before and after shows no change.
  const isBlind =
    (touched || behind?.changed === true || inputs.undecided !== undefined) &&
    ports.some(({ effect }) => effect === 'unknown');
  return {
    changed: isBlind || ports.some(portChanged),
    plan: {
      namespace,
      name,
      action:
        likely === undefined
          ? 'delete'
          : before === undefined
            ? 'create'
            : (change?.action ?? 'unchanged'),
      ...(change?.place !== undefined && { place: change.place }),
      effect: worstEffect(ports.map((each) => each.effect)),
      ports,
      notes: compacted([
        ...(change?.notes ?? []),
        refusal !== undefined && `the cloud provider refuses it: ${refusal}`,
      ]),
    },
  };
}

/** Its ports of today, then those that are new. */
function portPlans(inputs: ServiceInputs): readonly PortPlan[] {
  const { before, likely, outcomes } = inputs;
  const stays = stayingPods(inputs);
  const unsure = whyUnsure(inputs);
  const afterById = new Map(likely?.ports.map((each) => [portKey(each), each]));
  const beforeById = new Map(before?.ports.map((each) => [portKey(each), each]));
  return [...new Map([...beforeById, ...afterById])].map(([id, { port, protocol, family }]) => {
    const was = beforeById.get(id);
    const after = afterById.get(id);
    const all = outcomes.flatMap(({ ports }) => ports.find((each) => portKey(each) === id) ?? []);
    const from = was && stateOf(was, before);
    const next = after && likely && afterOf(after, likely, all, unsure, stays);
    return {
      port,
      protocol,
      family,
      ...(from !== undefined && { before: from }),
      ...(next !== undefined && { after: next }),
      effect: effectOf(from, next),
    };
  });
}

/** Why it is not known what becomes of its traffic. */
function whyUnsure(inputs: ServiceInputs): string | undefined {
  return (
    inputs.state.cloud.unsure.get(inputs.key) ??
    inputs.behind?.unknown ??
    groupsBehind(inputs).find((group) => group.unknown !== undefined)?.unknown ??
    inputs.undecided
  );
}

/** Placed pods that the Service selects. */
function groupsBehind({
  behind: here,
  state,
}: Pick<ServiceInputs, 'behind' | 'state'>): readonly PlacementGroup[] {
  return state.groups.filter(({ key }) =>
    here?.workloads.some((workload) => workloadKey(workload) === key),
  );
}

/** The Service's traffic under every placement of one choice of nodes. */
function outcomesOf(key: string, { state, traffic }: NodeChoice): readonly ServiceTraffic[] {
  const likely = traffic.get(key);
  if (likely === undefined) return [];
  const here = behindOf(state, key);
  if (here === undefined || !here.changed) return [likely];
  const groups = groupsBehind({ behind: here, state });
  if (groups.length === 0) return [likely];
  return combinations(groups).map((assignment) => {
    const all = new Map([...state.likely, ...assignment]);
    if (followsEndpoints(state.after, here.service)) {
      const changed = state.snapshotFor(all);
      const service = find(changed.services, here.service);
      return service === undefined ? likely : predict(serviceSituation(changed, service));
    }
    const service = find(state.after.services, here.service) ?? here.service;
    return predict(serviceSituation(state.after, service), (situation) => ({
      ...situation,
      slices: here.slices(all),
    }));
  });
}

const mostCombinations = 2_000;

/** Each placement of one group with each of the others while those are few; else side by side. */
function combinations(groups: readonly PlacementGroup[]): readonly Assignment[] {
  const product = groups.reduce((count, { assignments }) => count * assignments.length, 1);
  if (product <= mostCombinations)
    return groups.reduce<readonly Assignment[]>(
      (sofar, { assignments }) =>
        sofar.flatMap((each) => assignments.map((other) => new Map([...each, ...other]))),
      [new Map()],
    );
  const longest = Math.max(...groups.map(({ assignments }) => assignments.length));
  const merge = (
    pick: (group: PlacementGroup, at: number) => Assignment | undefined,
    at: number,
  ): Assignment => new Map(groups.flatMap((group) => [...(pick(group, at) ?? group.likely)]));
  return Array.from({ length: Math.min(longest, mostCombinations) }, (_, at) =>
    merge(({ assignments }, index) => assignments[index % assignments.length], at),
  );
}

/** Names of the pods behind the Service that are not touched. */
function stayingPods({ behind: here, state }: ServiceInputs): ReadonlySet<string> {
  const plans = (here?.workloads ?? []).flatMap(
    (each) => state.inputs.plans.get(workloadKey(each)) ?? [],
  );
  return new Set(plans.flatMap(({ stays }) => [...stays.keys()]));
}
