import { findFaults, type Finding } from '../findings/index.ts';
import { valueOr, type ClusterSnapshot, type LoadBalancerService, type Node, type NodeName } from '../model/index.ts';
import { allRules, severities, type RuleSettings } from '../rules/index.ts';
import {
  clusterTraffic,
  predict,
  situationOf,
  viewOf,
  type PortTraffic,
  type ServiceTraffic,
} from '../traffic/index.ts';
import { findRules } from '../load-balancing/index.ts';
import type { Applied } from './applied.ts';
import { followsEndpoints, reconcileCloud, type Reconciled } from './cloud.ts';
import { assign, behind, withSlices, type Assignment, type Behind, type EndpointInputs } from './endpoints.ts';
import { same } from './fields.ts';
import { compareHarm, harmOf, noHarm, type Harm } from './harm.ts';
import type { Wanted } from './objects.ts';
import { overlay, type Overlaid } from './overlay.ts';
import { placementsOf, type Placements } from './placements.ts';
import { fittingNodes, keyOf, podIndex, podPlans, type PodPlan, type WorkloadKey } from './pods.ts';
import { settledSnapshot } from './settle.ts';
import type {
  Deletion,
  Effect,
  NodePoolChange,
  ObjectChange,
  Outcome,
  PlacementPlan,
  Plan,
  PlannedFinding,
  PortAfter,
  PortPlan,
  PortState,
  Problem,
  ServicePlan,
} from './types.ts';

export interface PlanInputs {
  readonly snapshot: ClusterSnapshot;
  readonly wanted: readonly Wanted[];
  readonly applied: Applied;
  readonly nodePools: readonly NodePoolChange[];
  readonly deletions: readonly Deletion[];
  readonly ignored?: readonly Problem[];
  readonly problems?: readonly Problem[];
  readonly settings?: RuleSettings;
}

/** Pods of a workload that are placed anew, and where they may go. */
interface Group {
  readonly key: WorkloadKey;
  readonly plan: PodPlan;
  readonly placements: Placements;
  readonly assignments: readonly Assignment[];
  readonly likely: Assignment;
}

/** What manifests, deletions and node pools would do to the traffic of this cluster. Nothing is applied. */
export function planChanges(inputs: PlanInputs): Plan {
  const { snapshot: before } = inputs;
  const overlaid = overlay(inputs);
  const state = buildState(before, overlaid);
  const services = servicePlans(before, overlaid, state);
  const shown = services.filter(({ plan, changed }) => changed || plan.action !== 'unchanged').map(({ plan }) => plan);
  const findings = findingChanges(inputs, state, shown);
  const unknown = [
    ...overlaid.unknown,
    ...findings.unknown,
    ...[...overlaid.undecidedNodes.values()],
  ];
  return {
    cluster: { id: before.id, name: before.name },
    takenAt: before.takenAt,
    effect: worstEffect(shown.map((each) => each.effect)),
    changes: overlaid.changes.map((change) => withRefusal(change, state.cloud)),
    placements: state.groups.map(placementPlan),
    services: shown,
    unchangedServices: services.length - shown.length,
    findings,
    unknown: [...new Set(unknown)],
    ignored: inputs.ignored ?? [],
    problems: [...(inputs.problems ?? []), ...overlaid.problems],
  };
}

interface State {
  /** The changed cluster with the likely placement, reconciled. */
  readonly after: ClusterSnapshot;
  readonly cloud: Reconciled;
  readonly inputs: EndpointInputs;
  readonly behinds: readonly Behind[];
  readonly groups: readonly Group[];
  /** The whole changed cluster for one assignment. */
  snapshotFor(assignment: Assignment): ClusterSnapshot;
  readonly likely: Assignment;
}

function buildState(before: ClusterSnapshot, overlaid: Overlaid): State {
  const index = podIndex(before);
  const services = valueOr(overlaid.snapshot.services, []).filter((service) => !service.deleting);
  const base = { before, after: overlaid.snapshot, index, removed: overlaid.removedNodes };
  const plans = withUnseenPods(podPlans(base), base, services);
  const inputs: EndpointInputs = { ...base, plans };
  const behinds = services.map((service) => behind(inputs, service));
  const carrying = new Set(behinds.flatMap(({ workloads }) => workloads.map(keyOf)));
  const open = [...plans].filter(
    ([, plan]) => plan.placed.length > 0 || plan.keeps !== undefined,
  );
  const shared = (): string => '';
  const likely: Assignment = new Map(
    open.map(([key, plan]) => [key, assign(plan, placementsFor(overlaid.snapshot, plan, shared, true).likely)]),
  );
  const touched = new Set([
    ...overlaid.touched,
    ...behinds
      .filter(({ changed, service }) => changed && followsEndpoints(overlaid.snapshot, service))
      .map(({ service }) => `${service.namespace}/${service.name}`),
  ]);
  const reconciled = (assignment: Assignment): Reconciled =>
    reconcileCloud(withSlices(inputs, behinds, overlaid.deleted, assignment), {
      services: touched,
      deleted: overlaid.deleted,
    });
  const cloud = reconciled(likely);
  const groups = open.map(([key, plan]): Group => {
    const beyond = !carrying.has(key);
    const of = behinds.filter(({ workloads }) => workloads.some((each) => keyOf(each) === key));
    const classOf = nodeClass(cloud.snapshot, of, key);
    const placements = placementsFor(overlaid.snapshot, plan, classOf, beyond);
    return {
      key,
      plan,
      placements,
      likely: new Map([[key, assign(plan, placements.likely)]]),
      assignments: placements.all.map((each) => new Map([[key, assign(plan, each)]])),
    };
  });
  const dependsOnPods = behinds.some(({ changed, service }) => changed && followsEndpoints(overlaid.snapshot, service));
  const snapshotFor = (assignment: Assignment): ClusterSnapshot => {
    const result = dependsOnPods
      ? reconciled(assignment).snapshot
      : { ...cloud.snapshot, endpointSlices: withSlices(inputs, behinds, overlaid.deleted, assignment).endpointSlices };
    return settledSnapshot(result, { plans, assignment, cloud, touched });
  };
  return { after: snapshotFor(likely), cloud, inputs, behinds, groups, snapshotFor, likely };
}

/** A new Service may select pods that nothing shows yet: they run, on any node that fits. */
function withUnseenPods(
  plans: ReadonlyMap<WorkloadKey, PodPlan>,
  inputs: Omit<EndpointInputs, 'plans'>,
  services: readonly LoadBalancerService[],
): ReadonlyMap<WorkloadKey, PodPlan> {
  const old = new Map(valueOr(inputs.before.services, []).map((each) => [`${each.namespace}/${each.name}`, each]));
  const result = new Map(plans);
  for (const service of services) {
    const known = old.get(`${service.namespace}/${service.name}`);
    if (known !== undefined && same(known.selector, service.selector)) continue;
    for (const workload of behind({ ...inputs, plans }, service).workloads) {
      const plan = result.get(keyOf(workload));
      if (plan === undefined || workload.kind === 'DaemonSet' || plan.changed) continue;
      const unseen = (workload.replicas ?? 1) - plan.stays.size;
      if (unseen <= 0) continue;
      result.set(keyOf(workload), {
        ...plan,
        placed: Array.from({ length: unseen }, (_, at) => `${workload.name}-unseen-${at + 1}`),
        notes: [...plan.notes, `where ${unseen === 1 ? 'one of its pods runs' : `${unseen} of its pods run`} was not read`],
      });
    }
  }
  return result;
}

function placementsFor(
  snapshot: ClusterSnapshot,
  plan: PodPlan,
  classOf: (node: Node) => string,
  onlyLikely: boolean,
): Placements {
  const all = valueOr(snapshot.nodes, []);
  const own = new Map<NodeName, number>();
  for (const { node } of plan.stays.values()) if (node !== undefined) own.set(node, (own.get(node) ?? 0) + 1);
  if (plan.keeps !== undefined) {
    const capacity = new Map<NodeName, number>();
    for (const { node } of plan.keeps.among) if (node !== undefined) capacity.set(node, (capacity.get(node) ?? 0) + 1);
    const nodes = all.filter(({ name }) => capacity.has(name));
    return placementsOf({ workload: plan.workload, pods: plan.keeps.count, nodes, allNodes: all, own: new Map(), capacity, classOf }, onlyLikely);
  }
  return placementsOf(
    { workload: plan.workload, pods: plan.placed.length, nodes: fittingNodes(snapshot, plan.workload), allNodes: all, own, classOf },
    onlyLikely,
  );
}

/** What tells a node apart for the Services that a workload serves: pools, state, and pods that are there. */
function nodeClass(
  snapshot: ClusterSnapshot,
  behinds: readonly Behind[],
  key: WorkloadKey,
): (node: Node) => string {
  const view = viewOf(snapshot);
  const finder = findRules(valueOr(snapshot.loadBalancers, []));
  const texts = new Map<string, string[]>();
  const note = (name: string, text: string): void => {
    const list = texts.get(name) ?? [];
    texts.set(name, list);
    list.push(text);
  };
  for (const { service, slices } of behinds) {
    const pools = new Map(
      finder(service).flatMap(({ rule, loadBalancer }) =>
        loadBalancer.backendPools
          .filter((pool) => rule.backendPoolIds.includes(pool.id))
          .map((pool) => [pool.id, pool] as const),
      ),
    );
    for (const pool of pools.values())
      for (const { node, adminState } of view.members(pool).nodes) note(node.name, `${pool.id} ${adminState ?? ''}`);
    const counts = new Map<string, number>();
    for (const slice of slices(new Map([[key, []]])))
      for (const { node, ready } of slice.endpoints)
        if (node !== undefined) counts.set(`${node} ${ready}`, (counts.get(`${node} ${ready}`) ?? 0) + 1);
    for (const [text, count] of counts) {
      const [node = '', ready = ''] = text.split(' ');
      note(node, `${service.namespace}/${service.name} ${ready} ${count}`);
    }
  }
  return (node) => {
    const state = view.nodes.get(node.name);
    return JSON.stringify([
      texts.get(node.name)?.toSorted() ?? [],
      state?.ready,
      state?.kubeProxy,
      state?.leaving,
      // Security groups and policies may differ from pool to pool.
      state?.nodePool,
    ]);
  };
}

interface Planned {
  readonly plan: ServicePlan;
  readonly changed: boolean;
}

function servicePlans(before: ClusterSnapshot, overlaid: Overlaid, state: State): readonly Planned[] {
  const traffic = new Map(clusterTraffic(before).map((each) => [`${each.namespace}/${each.name}`, each]));
  const now = new Map(clusterTraffic(state.after).map((each) => [`${each.namespace}/${each.name}`, each]));
  const change = new Map(
    overlaid.changes.filter(({ kind }) => kind === 'Service').map((each) => [`${each.namespace}/${each.name}`, each]),
  );
  const gone = overlaid.deleted
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .filter((key) => !now.has(key));
  const keys = [...new Set([...traffic.keys(), ...now.keys(), ...gone])].toSorted();
  return keys.map((key) => {
    const here = state.behinds.find(({ service }) => `${service.namespace}/${service.name}` === key);
    return servicePlan({
      key,
      before: traffic.get(key),
      likely: now.get(key),
      change: change.get(key),
      behind: here,
      state,
      undecided: undecidedFor(here, overlaid),
    });
  });
}

/** Azure chooses the nodes that go: what stands on that pool cannot be told. */
function undecidedFor(here: Behind | undefined, { undecidedNodes }: Overlaid): string | undefined {
  if (here === undefined || undecidedNodes.size === 0) return undefined;
  for (const slice of here.slices(new Map()))
    for (const { node } of slice.endpoints) {
      const why = node === undefined ? undefined : undecidedNodes.get(node);
      if (why !== undefined) return why;
    }
  return undefined;
}

interface ServiceInputs {
  readonly key: string;
  readonly before: ServiceTraffic | undefined;
  readonly likely: ServiceTraffic | undefined;
  readonly change: ObjectChange | undefined;
  readonly behind: Behind | undefined;
  readonly state: State;
  readonly undecided: string | undefined;
}

function servicePlan(inputs: ServiceInputs): Planned {
  const { key, before, likely, change, state, undecided } = inputs;
  const [namespace = '', name = ''] = key.split('/');
  const outcomes = likely === undefined ? [] : outcomesOf(inputs, likely);
  const unsure = state.cloud.unsure.get(key) ?? inputs.behind?.unknown ?? undecided;
  const pairs = new Map<string, { before?: PortTraffic; after?: PortTraffic; all: readonly PortTraffic[] }>();
  const idOf = ({ port, protocol, family }: PortTraffic): string => `${port}/${protocol}/${family}`;
  for (const port of before?.ports ?? []) pairs.set(idOf(port), { before: port, all: [] });
  for (const port of likely?.ports ?? []) {
    const all = outcomes.flatMap((each) => each.ports.find((other) => idOf(other) === idOf(port)) ?? []);
    pairs.set(idOf(port), { ...pairs.get(idOf(port)), after: port, all });
  }
  const ports = [...pairs.values()].map(({ before: was, after, all }): PortPlan => {
    const { port, protocol, family } = (after ?? was) as PortTraffic;
    const from = was === undefined ? undefined : stateOf(was, before);
    const next = after === undefined || likely === undefined ? undefined : afterOf(after, likely, all, unsure);
    return {
      port,
      protocol,
      family,
      ...(from !== undefined && { before: from }),
      ...(next !== undefined && { after: next }),
      effect: effectOf(from, next),
    };
  });
  const changed = ports.some(portChanged);
  const refusal = state.cloud.refused.get(key);
  return {
    changed,
    plan: {
      namespace,
      name,
      action: likely === undefined ? 'delete' : before === undefined ? 'create' : (change?.action ?? 'unchanged'),
      ...(change?.place !== undefined && { place: change.place }),
      effect: worstEffect(ports.map((each) => each.effect)),
      ports,
      notes: [
        ...(change?.notes ?? []),
        ...(refusal === undefined ? [] : [`the cloud provider refuses it: ${refusal}`]),
      ],
    },
  };
}

/** The Service's traffic under every placement that is looked at, the likely one first. */
function outcomesOf({ behind: here, state }: ServiceInputs, likely: ServiceTraffic): readonly ServiceTraffic[] {
  if (here === undefined || !here.changed) return [likely];
  const groups = state.groups.filter(({ key }) => here.workloads.some((workload) => keyOf(workload) === key));
  if (groups.length === 0) return [likely];
  return combinations(groups).map((assignment) => {
    const all = new Map([...state.likely, ...assignment]);
    if (followsEndpoints(state.after, here.service)) {
      const changed = state.snapshotFor(all);
      const service = valueOr(changed.services, []).find(({ namespace, name }) => namespace === here.service.namespace && name === here.service.name);
      return service === undefined ? likely : predict(situationOf(changed, service));
    }
    const service = valueOr(state.after.services, []).find(({ namespace, name }) => namespace === here.service.namespace && name === here.service.name) ?? here.service;
    return predict(situationOf(state.after, service), (situation) => ({ ...situation, slices: here.slices(all) }));
  });
}

const mostCombinations = 2_000;

/** Each placement of one group with each of the others while those are few; else side by side. */
function combinations(groups: readonly Group[]): readonly Assignment[] {
  const product = groups.reduce((count, { assignments }) => count * assignments.length, 1);
  if (product <= mostCombinations)
    return groups.reduce<readonly Assignment[]>(
      (sofar, { assignments }) => sofar.flatMap((each) => assignments.map((other) => new Map([...each, ...other]))),
      [new Map()],
    );
  const longest = Math.max(...groups.map(({ assignments }) => assignments.length));
  const merge = (pick: (group: Group, at: number) => Assignment | undefined, at: number): Assignment =>
    new Map(groups.flatMap((group) => [...(pick(group, at) ?? group.likely)]));
  return Array.from({ length: Math.min(longest, mostCombinations) }, (_, at) =>
    merge(({ assignments }, index) => assignments[index % assignments.length], at),
  );
}

function stateOf(port: PortTraffic, service: ServiceTraffic | undefined): PortState {
  return {
    ...outcomeOf(port),
    ...detailsOf(port, service),
    ...(port.why !== undefined && { why: port.why }),
  };
}

function detailsOf(port: PortTraffic, service: ServiceTraffic | undefined): Omit<PortState, keyof Outcome> {
  return {
    ...(port.loadBalancer !== undefined && { loadBalancer: port.loadBalancer.name }),
    ...(port.rule !== undefined && { rule: port.rule }),
    ...(port.frontend !== undefined && { frontend: port.frontend }),
    ...(port.probe !== undefined && { probe: port.probe }),
    sourceAddress: service?.externalTrafficPolicy === 'Local' ? 'client' : 'node',
  };
}

function outcomeOf({ verdict, lost, endpoints }: PortTraffic): Outcome {
  return {
    verdict,
    lost,
    starved: verdict === 'unknown' ? 0 : endpoints.filter((each) => each.ready && each.share === 0).length,
    endpoints: endpoints.map(({ pod, node, nodePool, ready, share, because }) => ({
      pod,
      node,
      nodePool,
      ready,
      share,
      ...(because !== undefined && { because }),
    })),
  };
}

function afterOf(
  likely: PortTraffic,
  service: ServiceTraffic,
  all: readonly PortTraffic[],
  unsure: string | undefined,
): PortAfter {
  const blind = unsure ?? [likely, ...all].find(({ verdict }) => verdict === 'unknown')?.why;
  if (unsure !== undefined || [likely, ...all].some(({ verdict }) => verdict === 'unknown'))
    return { certainty: 'unknown', why: blind ?? 'what it depends on was not read' };
  const outcomes = [likely, ...all];
  if (outcomes.every((each) => alike(each, likely))) return { certainty: 'exact', ...stateOf(likely, service) };
  const byHarm = outcomes.toSorted((a, b) => compareHarm(harmOf(a), harmOf(b)));
  const shares = outcomes.flatMap(({ endpoints }) => endpoints.filter(({ ready }) => ready).map(({ share }) => share));
  const starved = outcomes.map((each) => outcomeOf(each).starved);
  const lost = outcomes.map((each) => each.lost);
  return {
    certainty: 'range',
    ...detailsOf(likely, service),
    likely: outcomeOf(likely),
    best: outcomeOf(byHarm[0] ?? likely),
    worst: outcomeOf(byHarm.at(-1) ?? likely),
    lost: rangeOf(lost),
    share: rangeOf(shares),
    starved: rangeOf(starved),
    verdicts: [...new Set(byHarm.map(({ verdict }) => verdict))],
  };
}

function rangeOf(values: readonly number[]): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min === Infinity ? { min: 0, max: 0 } : { min, max };
}

/** The same numbers, whichever node the pods are on. */
function alike(a: PortTraffic, b: PortTraffic): boolean {
  if (a.verdict !== b.verdict || Math.abs(a.lost - b.lost) > 1e-9) return false;
  const shares = ({ endpoints }: PortTraffic): readonly number[] => endpoints.map(({ share }) => share).toSorted((x, y) => x - y);
  const [x, y] = [shares(a), shares(b)];
  return x.length === y.length && x.every((share, at) => Math.abs(share - (y[at] ?? 0)) <= 1e-9);
}

function effectOf(before: PortState | undefined, after: PortAfter | undefined): Effect {
  // A new port is measured against an even spread; one that goes takes its traffic with it.
  const from: Harm = before === undefined ? noHarm : harmOf(before);
  if (after === undefined) return before === undefined || before.verdict === 'none' ? 'same' : 'worse';
  if (after.certainty === 'unknown') return before?.verdict === 'unknown' ? 'same' : 'unknown';
  const likely = harmOf(after.certainty === 'exact' ? after : after.likely);
  if (before?.verdict === 'unknown') return 'same';
  const difference = compareHarm(likely, from);
  if (difference > 0) return 'worse';
  if (after.certainty === 'range' && compareHarm(harmOf(after.worst), from) > 0) return 'maybe-worse';
  return difference < 0 ? 'better' : 'same';
}

const effects: readonly Effect[] = ['worse', 'unknown', 'maybe-worse', 'better', 'same'];

function worstEffect(all: readonly Effect[]): Effect {
  return effects.find((effect) => all.includes(effect)) ?? 'same';
}

function portChanged({ before, after }: PortPlan): boolean {
  if (before === undefined || after === undefined) return before !== after;
  if (after.certainty === 'unknown') return before.verdict !== 'unknown';
  if (after.certainty === 'range') return true;
  const { certainty: _certainty, ...now } = after;
  return !same(now, before);
}

function placementPlan({ plan, placements }: Group): PlacementPlan {
  const { kind, namespace, name } = plan.workload;
  const nodes = placements.nodes;
  return {
    kind,
    namespace,
    name,
    pods: plan.keeps?.count ?? plan.placed.length,
    nodes: nodes.slice(0, 50),
    nodeCount: nodes.length,
    pending: placements.pending,
    notes: [
      ...plan.notes,
      ...(placements.pending > 0
        ? [`${placements.pending === 1 ? 'one pod has' : `${placements.pending} pods have`} no node to run on now, and would stay Pending`]
        : []),
      ...(placements.complete ? [] : ['too many placements to list: the ends are those of placements at the extremes']),
      ...unjudged(plan),
    ],
  };
}

/** What the scheduler looks at and the plan does not. */
function unjudged({ workload: { podSpec }, keeps }: PodPlan): readonly string[] {
  if (keeps !== undefined) return ['which of its pods go is the choice of its controller'];
  const named = podSpec.schedulerName;
  return [
    ...(podSpec.requiredPodAffinity.length > 0 ? ['required affinity to other pods is not judged'] : []),
    ...(named !== undefined && named !== '' && named !== 'default-scheduler'
      ? [`scheduler ${named} places it, by rules that are not known`]
      : []),
  ];
}

function withRefusal(change: ObjectChange, { refused }: Reconciled): ObjectChange {
  const why = change.kind === 'Service' ? refused.get(`${change.namespace}/${change.name}`) : undefined;
  return why === undefined ? change : { ...change, notes: [...change.notes, `the cloud provider refuses it: ${why}`] };
}

/** The findings before and after; under a choice of the scheduler those of its ends too. */
function findingChanges(
  inputs: PlanInputs,
  state: State,
  services: readonly ServicePlan[],
): Plan['findings'] & { readonly unknown: readonly string[] } {
  const audit = (snapshot: ClusterSnapshot) => findFaults(snapshot, allRules, inputs.settings);
  const before = audit(inputs.snapshot);
  const likely = audit(state.after);
  const scenarios = [likely, ...extremes(state, services).map((assignment) => audit(state.snapshotFor(assignment)))];
  const known = new Map(before.findings.map((each) => [each.fingerprint, each]));
  const places = new Map(
    inputs.wanted.map((each) => [`${each.kind}/${each.namespace}/${each.name}`, each.place]),
  );
  const everywhere = (fingerprint: string): boolean =>
    scenarios.every(({ findings }) => findings.some((each) => each.fingerprint === fingerprint));
  const planned = (finding: Finding, certain: boolean): PlannedFinding => {
    const { kind, namespace = '', name } = finding.subject;
    const place = places.get(`${kind}/${namespace}/${name}`);
    return { finding, certainty: certain ? 'certain' : 'possible', ...(place !== undefined && { place }) };
  };
  const found = new Map<string, Finding>();
  for (const { findings } of scenarios)
    for (const finding of findings) if (!found.has(finding.fingerprint)) found.set(finding.fingerprint, finding);
  const isNew = (finding: Finding): boolean => {
    const old = known.get(finding.fingerprint);
    return old === undefined || severities.indexOf(finding.severity) < severities.indexOf(old.severity);
  };
  const fresh = [...found.values()].filter(isNew);
  const gone = before.findings.filter((each) => !everywhere(each.fingerprint));
  const reasons = new Set(before.unknown.map(({ rule, why }) => `${rule}: ${why}`));
  return {
    new: fresh.map((each) => planned(each, everywhere(each.fingerprint))),
    gone: gone.map((each) => planned(each, !found.has(each.fingerprint))),
    kept: before.findings.length - gone.length,
    unknown: likely.unknown.map(({ rule, why }) => `${rule}: ${why}`).filter((text) => !reasons.has(text)),
  };
}

/** The placements that are best and worst for the Services, each group by the first Service that it serves. */
function extremes(state: State, services: readonly ServicePlan[]): readonly Assignment[] {
  if (!services.some(({ ports }) => ports.some(({ after }) => after?.certainty === 'range'))) return [];
  const pick = (end: 'best' | 'worst'): Assignment => {
    const chosen = new Map(state.likely);
    for (const group of state.groups) {
      const serves = state.behinds.find(({ workloads }) => workloads.some((each) => keyOf(each) === group.key));
      const plan = services.find(({ namespace, name }) => namespace === serves?.service.namespace && name === serves.service.name);
      const after = plan?.ports.find((each) => each.after?.certainty === 'range')?.after;
      if (after?.certainty !== 'range') continue;
      const seat = new Map(after[end].endpoints.map(({ pod, node }) => [pod, node]));
      const match = group.assignments.find((assignment) =>
        (assignment.get(group.key) ?? []).every(({ name, node }) => seat.get(name) === node),
      );
      if (match !== undefined) for (const [key, pods] of match) chosen.set(key, pods);
    }
    return chosen;
  };
  return [pick('best'), pick('worst')];
}
