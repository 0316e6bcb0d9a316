import { restsOnHealth, type ClusterFindings, type Finding } from '../findings/index.ts';
import { absentOutcome } from './absent-outcome.ts';
import type { RuleSlices } from './judged.ts';
import { recentTurns, resolvedFinding } from './shown.ts';
import type { ClosedFinding, KnownFinding, TrackedFindings } from './state.ts';
import { isVerified } from './verified.ts';

export interface Closings {
  /** Not there, and not known to be over. */
  readonly kept: readonly { readonly known: KnownFinding; readonly absentRuns: number }[];
  /** What people hear of. */
  readonly resolved: readonly Finding[];
  /** What is remembered of all that closed. */
  readonly closed: readonly ClosedFinding[];
}

/** What becomes of the known findings of a cluster that a run did not find. */
export function closings(
  { open }: TrackedFindings,
  result: ClusterFindings,
  options: {
    readonly now: string;
    readonly isClusterChanging: boolean;
    readonly rules?: RuleSlices;
  },
): Closings {
  const { now } = options;
  const found = new Set(result.findings.map(({ fingerprint }) => fingerprint));
  const kept: { known: KnownFinding; absentRuns: number }[] = [];
  const resolved: Finding[] = [];
  const closed: ClosedFinding[] = [];
  for (const known of open) {
    const { finding, told, returned } = known;
    const { fingerprint, firstSeen } = finding;
    if (found.has(fingerprint)) continue;
    const outcome = absentOutcome(known, result, options);
    if (outcome.kind === 'kept') kept.push({ known, absentRuns: outcome.absentRuns });
    if (outcome.kind !== 'closed') continue;
    if (told === undefined) {
      // Nobody was told that it is here: nobody is told that it is not, and it is new when it returns.
      if (returned !== undefined) closed.push(returned);
      continue;
    }
    const turns = [...recentTurns(known.turns, now), now];
    const byAzure = restsOnHealth(finding.rule) && isVerified(result, finding) === true;
    closed.push({
      fingerprint,
      firstSeen,
      closedAt: now,
      turns,
      ...(byAzure && { verified: true as const }),
    });
    if (finding.state !== 'exempt') resolved.push(resolvedFinding(finding, outcome, turns));
  }
  return { kept, resolved, closed };
}
