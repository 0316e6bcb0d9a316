import { subjectText } from '../model/index.ts';
import type { Young } from '../rules/rule.ts';
import type { Finding } from './finding.ts';
import type { ObservedBefore } from './observed.ts';

/**
 * Findings that are a note since they may be a matter of minutes: where the previous run saw the same
 * port or node bad, they are what their rule says (docs/share-model.md).
 * @param young By fingerprint.
 */
export function seenBefore(
  findings: readonly Finding[],
  young: ReadonlyMap<string, Young>,
  { bad = {} }: Pick<ObservedBefore, 'bad'> = {},
): readonly Finding[] {
  return findings.map((finding) => {
    const once = young.get(finding.fingerprint);
    const known = bad[subjectText(finding.subject)] ?? [];
    if (once === undefined || !once.names.some((name) => known.includes(name))) return finding;
    const message = `${once.message ?? finding.message} The previous run saw it too.`;
    return { ...finding, severity: once.severity, message };
  });
}
