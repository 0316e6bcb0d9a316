import { severities, subjectText } from '../findings/index.ts';
import { compareText } from '../model/index.ts';
import type { ClusterFinding } from '../report/fleet-findings.ts';

/** What users feel most, first; a rule that is not named here comes after these. */
const effects: readonly string[] = [
  'traffic/no-traffic',
  'traffic/no-ready-endpoints',
  'traffic/lost-connections',
  'traffic/starved-endpoints',
  'traffic/uneven-share',
];

/** By severity, then by harm where it is measured, by what users feel, then by cluster and subject: the same order on every host. */
export function byEffect(a: ClusterFinding, b: ClusterFinding): number {
  return (
    severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
    (b.finding.harm?.perMinute ?? 0) - (a.finding.harm?.perMinute ?? 0) ||
    rank(a.finding.rule) - rank(b.finding.rule) ||
    compareText(a.finding.rule, b.finding.rule) ||
    compareText(a.cluster.name, b.cluster.name) ||
    compareText(subjectText(a.finding.subject), subjectText(b.finding.subject)) ||
    compareText(a.finding.fingerprint, b.finding.fingerprint)
  );
}

function rank(rule: string): number {
  const at = effects.indexOf(rule);
  return at === -1 ? effects.length : at;
}

/** Findings that read the same on several clusters, as one line. */
export interface FindingGroup {
  readonly first: ClusterFinding;
  /** Names of the clusters, each once, in order. */
  readonly clusters: readonly string[];
}

/** Groups by severity, rule and title; worst effect first. */
export function groupFindings(findings: readonly ClusterFinding[]): readonly FindingGroup[] {
  const groups = Map.groupBy(findings.toSorted(byEffect), ({ finding }) =>
    JSON.stringify([finding.severity, finding.rule, finding.title]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const clusters = [...new Set(group.map(({ cluster }) => cluster.name))];
    return first === undefined ? [] : [{ first, clusters }];
  });
}
