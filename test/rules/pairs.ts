import { withoutContradictions } from '../../shared/collect/contradictions.ts';
import {
  defaultSettings,
  findFaults,
  severities,
  withObservations,
  type ClusterFindings,
} from '../../shared/findings/index.ts';
import { diff } from '../../shared/history/diff.ts';
import type { TrackedState } from '../../shared/history/state.ts';
import {
  sliceNames,
  unread,
  type ClusterSnapshot,
  type SliceName,
} from '../../shared/model/index.ts';
import { ruleSlices, type Rule, type RuleSettings } from '../../shared/rules/index.ts';

export interface Pairs {
  readonly tried: number;
  /** Findings that are still true and that history calls resolved. */
  readonly resolved: readonly string[];
  /** Findings above `low` that only the absence of data brings. */
  readonly invented: readonly string[];
  /** Findings that history calls fixed once the list is read again, or for the first time. */
  readonly fixed: readonly string[];
  /** Findings of which a single audit without the list says nothing at all: neither found nor unknown. */
  readonly silent: readonly string[];
  /** What is unknown for want of the slice, by its sentence, and does not name the slice as data. */
  readonly unnamed: readonly string[];
}

/**
 * A cluster, and the same one with each slice in turn not read, and with each list in turn empty as
 * from a wrong scope: what a second run makes of the findings of the first.
 * @param received Slices that the rules receive. Where all of these are the very same ones, so is
 *   the result, and the rules are not run again.
 */
export function pairsOf(
  snapshot: ClusterSnapshot,
  rules: readonly Rule[],
  settings?: RuleSettings,
  received: readonly SliceName[] = sliceNames,
): Pairs {
  const base = withoutContradictions(snapshot);
  const whole = judged(base, rules, settings);
  const before = run(undefined, whole);
  const resolved: string[] = [];
  const invented: string[] = [];
  const fixed = new Set<string>();
  const silent: string[] = [];
  const unnamed: string[] = [];
  let tried = 0;
  for (const [name, changed] of variantsOf(base)) {
    tried++;
    if (received.every((slice) => changed[slice] === base[slice])) continue;
    const less = judged(changed, rules, settings);
    const { changes, state } = run(before.state, less);
    for (const earlier of [state, run(undefined, less).state])
      for (const { kind, finding } of run(earlier, whole).changes)
        if (kind === 'resolved' && finding.closed === 'fixed')
          fixed.add(`${name}: ${finding.severity} ${finding.rule} ${finding.subject.name}`);
    for (const { rule, why, slices: named = [] } of less.unknown)
      if (name === `${/(\w+): 403 Forbidden/u.exec(why)?.[1]} unread` && named.length === 0)
        unnamed.push(`${name}: ${rule}: ${why}`);
    const said = new Set([
      ...less.findings.map(({ fingerprint }) => fingerprint),
      ...less.unknown.map(({ rule }) => rule),
    ]);
    for (const { fingerprint, rule, severity, subject } of whole.findings)
      if (!said.has(fingerprint) && !said.has(rule))
        silent.push(`${name}: ${severity} ${rule} ${subject.name}`);
    for (const { kind, finding } of changes) {
      const text = `${name}: ${finding.severity} ${finding.rule} ${finding.subject.name}`;
      if (kind === 'resolved') resolved.push(text);
      else if (severities.indexOf(finding.severity) < severities.indexOf('low'))
        invented.push(text);
    }
  }
  return { tried, resolved, invented, fixed: [...fixed], silent, unnamed };
}

function* variantsOf(base: ClusterSnapshot): Generator<readonly [string, ClusterSnapshot]> {
  for (const slice of sliceNames) {
    const before = base[slice];
    if (before.kind === 'unread') continue;
    yield [`${slice} unread`, { ...base, [slice]: unread('403 Forbidden', 'forbidden') }];
    if (!Array.isArray(before.value) || before.value.length === 0) continue;
    const emptied = withoutContradictions({ ...base, [slice]: { kind: 'read', value: [] } });
    // Of the small worlds of these tables many are as sound without the list: then it is another cluster.
    if (emptied[slice].kind === 'unread') yield [`${slice} empty`, emptied];
  }
}

function judged(
  snapshot: ClusterSnapshot,
  rules: readonly Rule[],
  settings: RuleSettings | undefined,
): ClusterFindings {
  const { findings, unknown, explained } = findFaults(snapshot, rules, settings);
  const { services } = snapshot;
  return {
    id: snapshot.id,
    name: snapshot.name,
    result: 'partial',
    coverage: sliceNames.map((slice) => ({ slice, state: snapshot[slice].kind })),
    services: services.kind === 'read' ? services.value : [],
    findings: withObservations(findings, snapshot, settings ?? defaultSettings),
    unknown,
    explained,
  };
}

/** Two hours between two runs: a Service that one run does not list is gone after two. */
function run(state: TrackedState | undefined, result: ClusterFindings) {
  const at = state === undefined ? '2026-11-23T06:00:00Z' : '2026-11-23T08:00:00Z';
  return diff(state, [result], { runId: at, startedAt: at, now: at, rules: ruleSlices });
}
