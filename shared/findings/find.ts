import { compareText, type ClusterSnapshot } from '../model/index.ts';
import { severities, type Rule, type RuleSettings, type Young } from '../rules/rule.ts';
import { subjectText, type Subject } from '../model/index.ts';
import type { ExplainedFault, FindingName, UnknownRule } from './cluster-findings.ts';
import { explainedFaults, withEvidence, type Unraised } from './explained.ts';
import type { Finding } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import { unknownRules } from './unknown-rules.ts';

export interface Findings {
  readonly findings: readonly Finding[];
  readonly unknown: readonly UnknownRule[];
  readonly explained: readonly ExplainedFault[];
  /** What findings that are young otherwise are, by fingerprint. */
  readonly young: ReadonlyMap<string, Young>;
}

/**
 * Runs rules over one snapshot. Every finding is `new` and seen now: what was known before is added
 * by `history`. Findings by severity, rule and subject; unknowns by rule, each reason once. One rule
 * has one finding for a subject: of several, which only input that holds an object twice brings, the
 * worst stays.
 */
export function findFaults(
  snapshot: ClusterSnapshot,
  rules: readonly Rule[],
  settings?: RuleSettings,
): Findings {
  const findings: Finding[] = [];
  const unknown: UnknownRule[] = [];
  const young = new Map<string, Young>();
  const unraised: Unraised[] = [];
  const nameOf = (rule: string, subject: Subject): FindingName => ({
    fingerprint: fingerprint(rule, snapshot.id, subject),
    rule,
  });
  for (const rule of rules) {
    const outcome = rule.run(snapshot, settings);
    unknown.push(...unknownRules(rule, outcome));
    if (outcome.kind === 'unknown') continue;
    for (const { subject, by, ports, evidence } of outcome.explained)
      unraised.push({
        ...nameOf(rule.meta.id, subject),
        by: by.map((id) => nameOf(id, subject)),
        ...(ports !== undefined && { ports }),
        ...(evidence !== undefined && { evidence }),
      });
    for (const fault of outcome.faults) {
      const name = nameOf(rule.meta.id, fault.subject);
      if (fault.young !== undefined) young.set(name.fingerprint, fault.young);
      findings.push({
        ...name,
        severity: fault.severity ?? rule.meta.severity,
        state: 'new',
        firstSeen: snapshot.takenAt,
        lastSeen: snapshot.takenAt,
        subject: fault.subject,
        title: fault.title,
        message: fault.message,
        causes: fault.causes ?? [],
        evidence: fault.evidence,
        help: `shared/rules/${rule.meta.id}.md`,
        fixes: fault.fixes,
      });
    }
  }
  const found = new Set(findings.map((finding) => finding.fingerprint));
  return {
    findings: withEvidence(onePerSubject(findings.toSorted(byUrgency)), unraised),
    explained: explainedFaults(unraised, found),
    young,
    unknown: unknown.toSorted((a, b) => compareText(a.rule, b.rule) || compareText(a.why, b.why)),
  };
}

/** The first, and so the worst, of each fingerprint. */
function onePerSubject(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const isNew = !seen.has(finding.fingerprint);
    seen.add(finding.fingerprint);
    return isNew;
  });
}

/** Worst first, then what does most harm, then by rule and subject. */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (b.harm?.perMinute ?? 0) - (a.harm?.perMinute ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(subjectText(a.subject), subjectText(b.subject)) ||
    compareText(a.subject.kind, b.subject.kind)
  );
}
