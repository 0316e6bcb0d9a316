import type { ClusterFindings, Finding } from '../findings/index.ts';
import { subjectText } from '../model/index.ts';
import type { KnownFinding, TrackedFindings } from './state.ts';

/** Rules that earlier builds let find one fault for each node, where one for each load balancer now lists them. */
const onceByNode: ReadonlySet<string> = new Set(['backend/eligible-node-missing']);

/** What was known, with findings of an earlier build's form as the ones that list them now: they go on. */
export function inCurrentForm(
  known: TrackedFindings,
  { findings }: Pick<ClusterFindings, 'findings'>,
): TrackedFindings {
  if (!known.open.some(({ finding }) => isOfNode(finding))) return known;
  const today = new Map<string, KnownFinding>();
  const open = known.open.flatMap((each) => {
    const now = isOfNode(each.finding)
      ? findings.filter((finding) => lists(finding, each.finding))
      : [];
    for (const { fingerprint, subject } of now) {
      const before = today.get(fingerprint);
      if (before !== undefined && before.finding.firstSeen <= each.finding.firstSeen) continue;
      today.set(fingerprint, { ...each, finding: { ...each.finding, fingerprint, subject } });
    }
    return now.length > 0 ? [] : [each];
  });
  const own = new Set(open.map(({ finding }) => finding.fingerprint));
  return {
    ...known,
    open: [...open, ...[...today.values()].filter(({ finding }) => !own.has(finding.fingerprint))],
  };
}

function isOfNode({ rule, subject }: Finding): boolean {
  return onceByNode.has(rule) && subject.kind === 'Node';
}

function lists({ rule, subject, evidence: { nodes } }: Finding, of: Finding): boolean {
  return (
    rule === of.rule &&
    subject.kind === 'LoadBalancer' &&
    Array.isArray(nodes) &&
    nodes.some((node: unknown) => node === subjectText(of.subject))
  );
}
