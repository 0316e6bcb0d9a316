import { byUrgency, findFaults, type Finding } from '../findings/index.ts';
import { subjectText, type ClusterSnapshot } from '../model/index.ts';
import { allRules, severities } from '../rules/index.ts';
import type { Assignment } from './planned-slices.ts';
import type { PlanInputs } from './inputs.ts';
import { workloadKey } from './pod-index.ts';
import { isSameObject } from './rows.ts';
import type { PlannedState } from './state.ts';
import type { Plan, PlannedFinding, ServicePlan } from './types.ts';

/** Of other choices of the nodes that go: an audit of each takes as long as one of the cluster. */
const mostAudits = 20;

const certainties: readonly PlannedFinding['certainty'][] = ['certain', 'likely', 'possible'];

/** The findings before and after; under a choice of the scheduler those of its ends too. */
export function findingChanges(
  inputs: PlanInputs,
  state: PlannedState,
  services: readonly ServicePlan[],
  others: readonly PlannedState[] = [],
): Plan['findings'] & { readonly unknown: readonly string[] } {
  const audit = (snapshot: ClusterSnapshot) => findFaults(snapshot, allRules, inputs.settings);
  const before = audit(inputs.snapshot);
  const likely = audit(state.after);
  const outcomes = outcomesOf([
    likely.findings,
    ...extremes(state, services).map((each) => audit(state.snapshotFor(each)).findings),
    ...others.slice(0, mostAudits).map(({ after }) => audit(after).findings),
  ]);
  const known = new Map(before.findings.map((each) => [each.fingerprint, each]));
  const places = new Map(
    inputs.wanted.map((each) => [`${each.kind}/${subjectText(each)}`, each.place]),
  );
  const planned = (finding: Finding, certainty: PlannedFinding['certainty']): PlannedFinding => {
    const { kind, namespace = '', name } = finding.subject;
    const place = places.get(`${kind}/${namespace}/${name}`);
    return { finding, certainty, ...(place !== undefined && { place }) };
  };
  const undecided = undecidedServices(state, services);
  const isDecided = ({ subject: { kind, namespace, name } }: Finding): boolean =>
    kind !== 'Service' || !undecided.has(`${namespace}/${name}`);
  const fresh = [...outcomes.any.values()].filter(
    (each) => isDecided(each) && isNewOrWorse(each, known.get(each.fingerprint)),
  );
  const gone = before.findings.filter(
    (each) => isDecided(each) && !outcomes.every.has(each.fingerprint),
  );
  const reasons = new Set(before.unknown.map(({ rule, why }) => `${rule}: ${why}`));
  return {
    new: fresh
      .map((each) => planned(each, certaintyOfNew(each, outcomes)))
      .toSorted(
        (a, b) =>
          certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) ||
          byUrgency(a.finding, b.finding),
      ),
    gone: gone.map((each) => planned(each, certaintyOfGone(each, outcomes))),
    kept: before.findings.length - gone.length,
    unknown: likely.unknown
      .map(({ rule, why }) => `${rule}: ${why}`)
      .filter((text) => !reasons.has(text)),
  };
}

/** Findings, by fingerprint, of all outcomes that were audited. */
interface Outcomes {
  readonly likely: ReadonlySet<string>;
  readonly every: ReadonlySet<string>;
  readonly any: ReadonlyMap<string, Finding>;
}

/** @param audits The findings of each outcome, the likely one first. */
function outcomesOf(audits: readonly (readonly Finding[])[]): Outcomes {
  const any = new Map<string, Finding>();
  for (const finding of audits.flat())
    if (!any.has(finding.fingerprint)) any.set(finding.fingerprint, finding);
  const sets = audits.map((findings) => new Set(findings.map(({ fingerprint }) => fingerprint)));
  return {
    likely: sets[0] ?? new Set(),
    every: new Set([...any.keys()].filter((key) => sets.every((each) => each.has(key)))),
    any,
  };
}

function certaintyOfNew(
  { fingerprint }: Finding,
  { every, likely }: Outcomes,
): PlannedFinding['certainty'] {
  if (every.has(fingerprint)) return 'certain';
  return likely.has(fingerprint) ? 'likely' : 'possible';
}

function certaintyOfGone(
  { fingerprint }: Finding,
  { any, likely }: Outcomes,
): PlannedFinding['certainty'] {
  if (!any.has(fingerprint)) return 'certain';
  return likely.has(fingerprint) ? 'possible' : 'likely';
}

function isNewOrWorse({ severity }: Finding, before: Finding | undefined): boolean {
  return before === undefined || severities.indexOf(severity) < severities.indexOf(before.severity);
}

/** Services of which it is not known what becomes of them: nothing about them is new, and nothing is resolved. */
function undecidedServices(
  state: PlannedState,
  services: readonly ServicePlan[],
): ReadonlySet<string> {
  return new Set([
    ...state.cloud.unsure.keys(),
    ...services
      .filter(({ ports }) => ports.some(({ after }) => after?.certainty === 'unknown'))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  ]);
}

/** The placements that are best and worst for the Services, each group by the first Service that it serves. */
function extremes(state: PlannedState, services: readonly ServicePlan[]): readonly Assignment[] {
  if (!services.some(({ ports }) => ports.some(({ after }) => after?.certainty === 'range')))
    return [];
  const pick = (end: 'best' | 'worst'): Assignment => {
    const chosen = new Map(state.likely);
    for (const group of state.groups) {
      const serves = state.plannedServices.find(({ workloads }) =>
        workloads.some((each) => workloadKey(each) === group.key),
      );
      const plan = serves && services.find((each) => isSameObject(each, serves.service));
      const after = plan?.ports.find((each) => each.after?.certainty === 'range')?.after;
      if (after?.certainty !== 'range') continue;
      const nodeOf = new Map(after[end].endpoints.map(({ pod, node }) => [pod, node]));
      const match = group.assignments.find((assignment) =>
        (assignment.get(group.key) ?? []).every(({ name, node }) => nodeOf.get(name) === node),
      );
      if (match !== undefined) for (const [key, pods] of match) chosen.set(key, pods);
    }
    return chosen;
  };
  return [pick('best'), pick('worst')];
}
