import { compacted, subjectText, type ClusterSnapshot, type NodeName } from '../model/index.ts';
import type { Reconciled } from './cloud.ts';
import { findingChanges } from './finding-changes.ts';
import type { PlanInputs } from './inputs.ts';
import { leavingNodes } from './leaving-nodes.ts';
import { overlay } from './overlay.ts';
import type { PodPlan } from './pod-plan.ts';
import { worstEffect } from './port-outcome.ts';
import { isSameObject } from './rows.ts';
import { servicePlans } from './service-plans.ts';
import { buildState, type PlacementGroup, type PlannedState } from './state.ts';
import type { ObjectChange, PlacementPlan, Plan } from './types.ts';

/**
 * The changed cluster with the likely placement, before anything is compared.
 * @param leaving Nodes that go where pools lose some of theirs; absent = the last ones.
 */
export function changedCluster(
  inputs: PlanInputs,
  leaving?: ReadonlySet<NodeName>,
): ClusterSnapshot {
  const chosen = leaving === undefined ? inputs : { ...inputs, leaving };
  return buildState(inputs.snapshot, overlay(chosen)).after;
}

/** What manifests, deletions and node pools would do to the traffic of this cluster. Nothing is applied. */
export function planChanges(inputs: PlanInputs): Plan {
  const { snapshot: before } = inputs;
  const overlaid = overlay(inputs);
  const state = buildState(before, overlaid);
  const { choices, complete } = leavingNodes(before, overlaid.poolChoices);
  // The plan above is that of the choice that Azure leans to.
  const others =
    choices.length < 2
      ? []
      : choices.map((leaving) => buildState(before, overlay({ ...inputs, leaving })));
  const changes = overlaid.changes.map((change) =>
    withRefusal(withTargetPorts(change, state), state.cloud),
  );
  const services = servicePlans(
    before,
    { ...overlaid, changes },
    [state, ...others],
    inputs.unplanned,
  );
  const shown = services
    .filter(({ plan, changed }) => changed || plan.action !== 'unchanged')
    .map(({ plan }) => plan);
  const findings = findingChanges(inputs, state, shown, others);
  const unknown = [...overlaid.unknown, ...findings.unknown];
  return {
    cluster: { id: before.id, name: before.name },
    takenAt: before.takenAt,
    // An object that could not be planned is no pass.
    effect: worstEffect([
      ...shown.map((each) => each.effect),
      ...(overlaid.unknown.length > 0 ? (['unknown'] as const) : []),
    ]),
    changes,
    placements: placementPlans([state, ...others], complete),
    services: shown,
    unchangedServices: services.length - shown.length,
    findings,
    unknown: [...new Set(unknown)],
    ignored: inputs.ignored ?? [],
    problems: [...(inputs.problems ?? []), ...overlaid.problems],
  };
}

/** Those of the first state, with the nodes that fit in any. */
function placementPlans(
  states: readonly PlannedState[],
  complete: boolean,
): readonly PlacementPlan[] {
  const groups = Map.groupBy(
    states.flatMap((each) => each.groups),
    ({ key }) => key,
  );
  return [...groups.values()].flatMap(([first, ...more]): readonly PlacementPlan[] => {
    if (first === undefined) return [];
    const all = [first, ...more];
    const nodes = [...new Set(all.flatMap(({ placements }) => placements.nodes))].toSorted();
    const plan = placementPlan({ ...first, placements: { ...first.placements, nodes } });
    return [
      {
        ...plan,
        notes: compacted([
          ...plan.notes,
          states.length > 1 && 'which pods move depends on the nodes that Azure removes',
          !complete &&
            'too many choices of nodes to list: the ends are those of choices at the extremes',
        ]),
      },
    ];
  });
}

function placementPlan({ plan, placements, unknown }: PlacementGroup): PlacementPlan {
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
    notes: compacted([
      ...plan.notes,
      placements.pending > 0 &&
        `${placements.pending === 1 ? 'one pod has' : `${placements.pending} pods have`} no node to run on now, and would stay Pending`,
      !placements.complete &&
        'too many placements to list: the ends are those of placements at the extremes',
      unknown !== undefined && unknown,
      ...unjudged(plan),
    ]),
  };
}

/** What the scheduler looks at and the plan does not. */
function unjudged({ workload: { podSpec }, keeps }: PodPlan): readonly string[] {
  if (keeps !== undefined) return ['which of its pods go is the choice of its controller'];
  const named = podSpec.schedulerName ?? '';
  return named === '' || named === 'default-scheduler'
    ? []
    : [`scheduler ${named} places it, by rules that are not known`];
}

/** Where pods listen stands in the slices, not in the Service as it is read. */
function withTargetPorts(change: ObjectChange, { plannedServices }: PlannedState): ObjectChange {
  const found = plannedServices.find(({ service }) => isSameObject(change, service));
  if (change.kind !== 'Service' || found === undefined || found.retargeted.fields.length === 0)
    return change;
  const { fields, notes } = found.retargeted;
  return {
    ...change,
    action: change.action === 'unchanged' ? 'update' : change.action,
    fields: [...change.fields, ...fields],
    notes: [...change.notes, ...notes],
  };
}

function withRefusal(change: ObjectChange, { refused }: Reconciled): ObjectChange {
  const why = change.kind === 'Service' ? refused.get(subjectText(change)) : undefined;
  return why === undefined
    ? change
    : { ...change, notes: [...change.notes, `the cloud provider refuses it: ${why}`] };
}
