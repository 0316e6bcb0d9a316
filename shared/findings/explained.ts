import { compareText } from '../model/index.ts';
import type { Explained } from '../rules/rule.ts';
import type { ExplainedFault, FindingName } from './cluster-findings.ts';
import type { Finding } from './finding.ts';

/** What a rule did not raise, and the names of the findings of which one may stand for it. */
export interface Unraised extends FindingName, Pick<Explained, 'ports' | 'evidence'> {
  readonly by: readonly FindingName[];
}

/**
 * The faults that are not among the findings because some of these stand for them, directly or by way
 * of another fault that was not raised either; one entry per fault.
 * @param found Fingerprints of the findings.
 */
export function explainedFaults(
  unraised: readonly Unraised[],
  found: ReadonlySet<string>,
): readonly ExplainedFault[] {
  const byPrint = Map.groupBy(unraised, ({ fingerprint }) => fingerprint);
  const standing = (each: FindingName, seen: ReadonlySet<string>): readonly FindingName[] => {
    if (found.has(each.fingerprint)) return [each];
    if (seen.has(each.fingerprint)) return [];
    const deeper = new Set([...seen, each.fingerprint]);
    return (byPrint.get(each.fingerprint) ?? []).flatMap(({ by }) =>
      by.flatMap((name) => standing(name, deeper)),
    );
  };
  const all = [...byPrint].flatMap(([fingerprint, entries]): readonly ExplainedFault[] => {
    if (found.has(fingerprint)) return [];
    const parts = entries
      .map(({ by, ports }) => ({
        by: by.flatMap((name) => standing(name, new Set([fingerprint]))),
        ports,
      }))
      .filter(({ by }) => by.length > 0);
    const [first] = entries;
    if (parts.length === 0 || first === undefined) return [];
    const names = new Map(parts.flatMap(({ by }) => by).map((name) => [name.fingerprint, name]));
    const ports = parts.every((part) => part.ports !== undefined)
      ? [...new Set(parts.flatMap((part) => part.ports ?? []))].toSorted()
      : undefined;
    return [
      {
        fingerprint,
        rule: first.rule,
        by: [...names.values()].toSorted(byName),
        ...(ports !== undefined && { ports }),
      },
    ];
  });
  return all.toSorted(byName);
}

/** Findings with the evidence of the faults that they stand for. */
export function withEvidence(
  findings: readonly Finding[],
  unraised: readonly Unraised[],
): readonly Finding[] {
  const added = new Map(
    unraised.flatMap(({ by, evidence }) =>
      evidence === undefined ? [] : by.map(({ fingerprint }) => [fingerprint, evidence] as const),
    ),
  );
  return findings.map((finding) => {
    const evidence = added.get(finding.fingerprint);
    return evidence === undefined
      ? finding
      : { ...finding, evidence: { ...finding.evidence, ...evidence, ...finding.evidence } };
  });
}

function byName(a: FindingName, b: FindingName): number {
  return compareText(a.rule, b.rule) || compareText(a.fingerprint, b.fingerprint);
}
