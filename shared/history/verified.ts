import {
  restsOnHealth,
  subjectText,
  type ClusterFindings,
  type Finding,
  type UnknownRule,
} from '../findings/index.ts';
import type { ClosedFinding, TrackedFindings } from './state.ts';

/** Whether Azure was asked in this run about the Service of a finding; `undefined` where it is not there. */
export function isVerified(
  { services }: ClusterFindings,
  { subject }: Finding,
): boolean | undefined {
  if (subject.kind !== 'Service') return undefined;
  const found = services.find(
    ({ namespace, name }) => namespace === subject.namespace && name === subject.name,
  );
  return found === undefined ? undefined : found.verified === true;
}

/** Whether a finding was seen by Azure's own word and this run had none: then its absence says nothing. */
export function wantsAzure(cluster: ClusterFindings, finding: Finding): boolean {
  return (
    finding.observedAt !== undefined &&
    restsOnHealth(finding.rule) &&
    isVerified(cluster, finding) === false
  );
}

/** A prediction does not outweigh Azure's word for longer than this: something may be wrong by then. */
const heldMs = 24 * 3_600_000;

/**
 * Findings that Azure's own word closed lately and that are only predicted again: not reopened by a
 * run in which Azure was not asked, and not silent either.
 */
export function contested<C extends ClusterFindings>(
  cluster: C,
  { open, closed }: TrackedFindings,
  now: string,
): C {
  const isOpen = new Set(open.map(({ finding }) => finding.fingerprint));
  const byAzure = new Map(
    closed
      .filter(
        (each) => each.verified === true && Date.parse(now) - Date.parse(each.closedAt) < heldMs,
      )
      .map((each) => [each.fingerprint, each]),
  );
  const held: { readonly finding: Finding; readonly before: ClosedFinding }[] = [];
  const findings = cluster.findings.filter((finding) => {
    const before = byAzure.get(finding.fingerprint);
    if (before === undefined || isOpen.has(finding.fingerprint)) return true;
    if (isVerified(cluster, finding) !== false) return true;
    held.push({ finding, before });
    return false;
  });
  if (held.length === 0) return cluster;
  const unknown = held.map(({ finding, before }): UnknownRule => {
    const subject = subjectText(finding.subject);
    return {
      rule: finding.rule,
      why: `${subject}: predicted, and not verified in this run; Azure saw otherwise at ${before.closedAt}`,
      subjects: [subject],
      slices: ['backendHealth'],
    };
  });
  return { ...cluster, findings, unknown: [...cluster.unknown, ...unknown] };
}
