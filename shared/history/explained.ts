import type { ClusterFindings, Finding, FindingName } from '../findings/index.ts';
import { isObject } from '../model/index.ts';
import type { ExplainedPart, KnownFinding } from './state.ts';

export interface Superseder {
  readonly by: FindingName;
  /** All that was found: else the run must say of the other ports that they are in order. */
  readonly whole: boolean;
}

/** The finding of this run that stands for another one, or for some ports of it, and is the reason why it is not raised. */
export function supersederOf(
  { explained = [] }: ClusterFindings,
  finding: Finding,
): Superseder | undefined {
  const part = explained.find(({ fingerprint }) => fingerprint === finding.fingerprint);
  const [by] = part?.by ?? [];
  if (part === undefined || by === undefined) return undefined;
  const { ports } = part;
  const own = portsOf(finding);
  if (ports === undefined || own === undefined) return { by, whole: ports === undefined };
  return own.some((port) => ports.includes(port))
    ? { by, whole: own.every((port) => ports.includes(port)) }
    : undefined;
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
function covers({ ports }: ExplainedPart, finding: Finding): boolean {
  return ports === undefined || portsOf(finding)?.every((port) => ports.includes(port)) === true;
}

/** `80/TCP/IPv4` of each port that a finding is about; `undefined` where it does not say. */
function portsOf({ evidence }: Finding): readonly string[] | undefined {
  const own: unknown = evidence['ports'];
  if (!Array.isArray(own) || !own.every((each: unknown) => isObject(each))) return undefined;
  return own.map(({ port, protocol, family }) =>
    [port, protocol, family].map((word) => String(word)).join('/'),
  );
}
