import { counted } from '../../model/index.ts';
import type { ClusterReport } from '../../report/report.ts';
import { resultWords } from '../../report/words.ts';
import type { RichSection } from '../message.ts';
import { code, line, longest, span } from '../slots.ts';
import type { FindingGroup } from '../urgency.ts';
import type { DigestFacts } from './digest-facts.ts';

/** Effect first, then where, then the rule. */
export function openLine({ first, clusters }: FindingGroup): RichSection {
  const { severity, title, rule } = first.finding;
  return line(
    span(`${severity.toUpperCase()} `, 20, { bold: true }),
    span(`${title} on `, longest.title),
    code(clusters[0] ?? ''),
    span(`${otherClusters(clusters)} - `, 60),
    code(rule),
  );
}

/** Struck out, and where it was. */
export function resolvedLine({ first, clusters }: FindingGroup): RichSection {
  return line(
    span(first.finding.title, longest.title, { strike: true }),
    span(' on ', 10),
    code(clusters[0] ?? ''),
    ...(clusters.length > 1 ? [span(otherClusters(clusters), 60)] : []),
  );
}

/** ` and 2 more clusters`; empty where there is one. */
export function otherClusters(clusters: readonly string[]): string {
  return clusters.length > 1 ? ` and ${counted(clusters.length - 1, 'more cluster')}` : '';
}

/** Clusters by name with what happened; those that were never heard of as one line. */
export function notScannedLines(facts: DigestFacts): readonly RichSection[] {
  return [
    ...facts.notScanned.map(notScannedLine),
    ...(facts.unheard > 0
      ? [line(span(`${counted(facts.unheard, 'cluster')} returned no result`, 80))]
      : []),
  ];
}

/** Clusters by name with what kept them from being read whole. */
export function inPartLines({ inPart }: DigestFacts): readonly RichSection[] {
  return inPart.map(({ name, reason = 'not all of it was read' }) =>
    line(code(name), span(` - ${wholeReason(reason)}`, longest.reason)),
  );
}

function notScannedLine({ name, result, reason }: ClusterReport): RichSection {
  const what = resultWords[result];
  return line(
    code(name),
    span(` - ${what}${reason === undefined ? '' : `: ${wholeReason(reason)}`}`, longest.reason),
  );
}

/** Without the commands that grant a right where there is no room for all of them: the report has them. */
function wholeReason(reason: string): string {
  const [why = '', ...commands] = reason.split('; to grant it: ');
  return commands.length === 0 || reason.length < longest.reason - 30
    ? reason
    : `${why} (the report has the commands that grant it)`;
}
