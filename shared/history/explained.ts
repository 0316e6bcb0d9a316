import type { ClusterFindings, Finding, FindingName } from '../findings/index.ts';
import { isObject } from './fields.ts';
import type { ExplainedPart, KnownFinding } from './state.ts';

/** The finding of this run that stands for another one, which is not raised for that reason alone. */
export function supersederOf(
  { explained = [] }: ClusterFindings,
  { fingerprint }: Finding,
): FindingName | undefined {
  return explained.find((each) => each.fingerprint === fingerprint)?.by[0];
}

/** What a finding that is there in this run stands for. */
export function explainedBy(
  { explained = [] }: ClusterFindings,
  { fingerprint }: Finding,
): readonly ExplainedPart[] {
  return explained
    .filter(({ by }) => by.some((each) => each.fingerprint === fingerprint))
    .map(({ fingerprint: print, ports }) => ({
      fingerprint: print,
      ...(ports !== undefined && { ports }),
    }));
}

/**
 * A result without the findings that something else explained when that was last seen and could not
 * be looked at in this run: they are no news, as what stands for them is still open.
 */
export function withoutExplained<C extends ClusterFindings>(
  cluster: C,
  open: readonly KnownFinding[],
  kept: readonly KnownFinding[],
): C {
  const parts = new Map(
    kept.flatMap(({ explains: own = [] }) => own.map((part) => [part.fingerprint, part] as const)),
  );
  if (parts.size === 0) return cluster;
  const known = new Set(open.map(({ finding }) => finding.fingerprint));
  const findings = cluster.findings.filter((finding) => {
    const part = parts.get(finding.fingerprint);
    return part === undefined || known.has(finding.fingerprint) || !covers(part, finding);
  });
  return { ...cluster, findings };
}

/** A port that was not explained is news. */
function covers({ ports }: ExplainedPart, { evidence }: Finding): boolean {
  if (ports === undefined) return true;
  const own: unknown = evidence['ports'];
  return (
    Array.isArray(own) &&
    own.every(
      (each: unknown) =>
        isObject(each) &&
        ports.includes(
          `${String(each['port'])}/${String(each['protocol'])}/${String(each['family'])}`,
        ),
    )
  );
}
