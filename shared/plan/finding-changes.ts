import { byUrgency, findFaults, type Finding } from '../findings/index.ts';
import type { ClusterSnapshot } from '../model/index.ts';
import { allRules, severities } from '../rules/index.ts';
import type { Assignment } from './planned-slices.ts';
import type { PlanInputs } from './inputs.ts';
import { keyOf } from './pod-index.ts';
import type { State } from './state.ts';
import type { Plan, PlannedFinding, ServicePlan } from './types.ts';

/** Of other choices of the nodes that go: an audit of each takes as long as one of the cluster. */
const mostAudits = 20;

const certainties: readonly PlannedFinding['certainty'][] = ['certain', 'likely', 'possible'];

/** The findings before and after; under a choice of the scheduler those of its ends too. */
export function findingChanges(
  inputs: PlanInputs,
  state: State,
  services: readonly ServicePlan[],
  others: readonly State[] = [],
): Plan['findings'] & { readonly unknown: readonly string[] } {
  const audit = (snapshot: ClusterSnapshot) => findFaults(snapshot, allRules, inputs.settings);
  const before = audit(inputs.snapshot);
  const likely = audit(state.after);
  const scenarios = [
    likely,
    ...extremes(state, services).map((assignment) => audit(state.snapshotFor(assignment))),
    ...others.slice(0, mostAudits).map(({ after }) => audit(after)),
  ];
  const known = new Map(before.findings.map((each) => [each.fingerprint, each]));
  const places = new Map(
    inputs.wanted.map((each) => [`${each.kind}/${each.namespace}/${each.name}`, each.place]),
  );
  const everywhere = (fingerprint: string): boolean =>
    scenarios.every(({ findings }) => findings.some((each) => each.fingerprint === fingerprint));
  const planned = (finding: Finding, certainty: PlannedFinding['certainty']): PlannedFinding => {
    const { kind, namespace = '', name } = finding.subject;
    const place = places.get(`${kind}/${namespace}/${name}`);
    return { finding, certainty, ...(place !== undefined && { place }) };
  };
  const inLikely = new Set(likely.findings.map((each) => each.fingerprint));
  const found = new Map<string, Finding>();
  for (const { findings } of scenarios)
    for (const finding of findings)
      if (!found.has(finding.fingerprint)) found.set(finding.fingerprint, finding);
  // What becomes of such a Service is not known: nothing about it is new, and nothing is resolved.
  const unsure = new Set([
    ...state.cloud.unsure.keys(),
    ...services
      .filter(({ ports }) => ports.some(({ after }) => after?.certainty === 'unknown'))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  ]);
  const isUnsure = ({ subject: { kind, namespace, name } }: Finding): boolean =>
    kind === 'Service' && unsure.has(`${namespace}/${name}`);
  const isNew = (finding: Finding): boolean => {
    if (isUnsure(finding)) return false;
    const old = known.get(finding.fingerprint);
    return (
      old === undefined || severities.indexOf(finding.severity) < severities.indexOf(old.severity)
    );
  };
  const fresh = [...found.values()].filter(isNew);
  const gone = before.findings.filter((each) => !everywhere(each.fingerprint) && !isUnsure(each));
  const reasons = new Set(before.unknown.map(({ rule, why }) => `${rule}: ${why}`));
  return {
    new: fresh
      .map((each) =>
        planned(
          each,
          everywhere(each.fingerprint)
            ? 'certain'
            : inLikely.has(each.fingerprint)
              ? 'likely'
              : 'possible',
        ),
      )
      .toSorted(
        (a, b) =>
          certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) ||
          byUrgency(a.finding, b.finding),
      ),
    gone: gone.map((each) =>
      planned(
        each,
        !found.has(each.fingerprint)
          ? 'certain'
          : inLikely.has(each.fingerprint)
            ? 'possible'
            : 'likely',
      ),
    ),
    kept: before.findings.length - gone.length,
    unknown: likely.unknown
      .map(({ rule, why }) => `${rule}: ${why}`)
      .filter((text) => !reasons.has(text)),
  };
}

/** The placements that are best and worst for the Services, each group by the first Service that it serves. */
function extremes(state: State, services: readonly ServicePlan[]): readonly Assignment[] {
  if (!services.some(({ ports }) => ports.some(({ after }) => after?.certainty === 'range')))
    return [];
  const pick = (end: 'best' | 'worst'): Assignment => {
    const chosen = new Map(state.likely);
    for (const group of state.groups) {
      const serves = state.behinds.find(({ workloads }) =>
        workloads.some((each) => keyOf(each) === group.key),
      );
      const plan = services.find(
        ({ namespace, name }) =>
          namespace === serves?.service.namespace && name === serves.service.name,
      );
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
