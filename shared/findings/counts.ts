import { severities, type Severity } from '../rules/rule.ts';
import type { Finding } from './finding.ts';

/** Findings that count, by severity; those that are exempt apart. */
export type FindingCounts = Readonly<Record<Severity | 'exempt', number>>;

/** Open findings by severity, and those that are exempt; what is resolved counts nowhere. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0, exempt: 0 };
  for (const finding of findings)
    if (finding.state === 'exempt') counts.exempt += 1;
    else if (isOpen(finding)) counts[finding.severity] += 1;
  return counts;
}

/** The worst severity of some findings; `undefined` where there is none. */
export function worstSeverity(
  findings: readonly { readonly severity: Severity }[],
): Severity | undefined {
  const present = new Set(findings.map(({ severity }) => severity));
  return severities.find((severity) => present.has(severity));
}

/** Findings that count, of all severities. */
export function openCount(counts: Readonly<Record<Severity, number>>): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0);
}

/** A finding that is over, by itself or with what it was about: not one that another stands for, or that more data refuted. */
export function isResolved({ state, closed }: Finding): boolean {
  return state === 'resolved' && closed !== 'superseded' && closed !== 'reassessed';
}

/** A finding that counts: neither exempt nor resolved. */
export function isOpen(finding: Finding): boolean {
  return finding.state !== 'exempt' && finding.state !== 'resolved';
}
