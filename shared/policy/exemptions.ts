import { subjectText, type Finding } from '../findings/index.ts';
import { matchesGlob } from './glob.ts';
import type { Exemption, Policy } from './policy.ts';
import { holdsFor, type ClusterFacts } from './scope.ts';

/** @param now ISO 8601, UTC; the last day counts to its end. */
export function hasExpired({ expires }: Pick<Exemption, 'expires'>, now: string): boolean {
  return now.slice(0, 10) > expires;
}

/** The exemption that covers a finding; where all that would have expired, the one that held longest. */
export function exemptionOf(
  policy: Policy,
  cluster: ClusterFacts,
  { rule, subject }: Pick<Finding, 'rule' | 'subject'>,
): Exemption | undefined {
  let longest: Exemption | undefined;
  for (const exemption of policy.exemptions) {
    if (longest !== undefined && longest.expires >= exemption.expires) continue;
    if (!matchesGlob(exemption.rule, rule)) continue;
    if (exemption.subject !== undefined && !matchesGlob(exemption.subject, subjectText(subject)))
      continue;
    if (holdsFor(exemption.scope, cluster, subject.namespace)) longest = exemption;
  }
  return longest;
}
