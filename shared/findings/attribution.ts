import { clusterView, nodeClasses } from '../facts/index.ts';
import {
  armIdParts,
  valueOr,
  type ArmId,
  type ClusterSnapshot,
  type ResourceChange,
} from '../model/index.ts';
import type { RuleSettings } from '../rules/rule.ts';
import type { ServiceTraffic } from '../traffic/index.ts';
import type { Finding, FindingChange } from './finding.ts';

/** What of a change is told: nothing, what and when, or by whom as well. */
type Attribution = RuleSettings['attribution'];

/** Resource Graph keeps changes for 14 days; one that is older was not asked for. */
const keptMs = 15 * 24 * 3_600_000;

/** The newest change of what a finding is about, as far as Resource Graph remembers it. */
export function changeOf(
  finding: Finding,
  service: ServiceTraffic | undefined,
  snapshot: ClusterSnapshot,
  attribution: Attribution,
): FindingChange | undefined {
  if (attribution === 'off') return undefined;
  const isAbout = targetOf(finding, service, snapshot);
  if (isAbout === undefined) return undefined;
  const now = Date.parse(snapshot.takenAt);
  const newest = valueOr(snapshot.resourceChanges, []).find((change) => {
    const age = now - Date.parse(change.at);
    return age >= 0 && age <= keptMs && isAbout(change);
  });
  return newest && reportedChange(newest, attribution);
}

function reportedChange(
  { resourceId, changedBy, ...change }: ResourceChange,
  attribution: Attribution,
): FindingChange {
  return {
    ...change,
    resource: armIdParts(resourceId).name,
    ...(attribution === 'people' && changedBy !== undefined && { changedBy }),
  };
}

/** Which resource's changes bring such a finding. */
function targetOf(
  { rule, subject }: Finding,
  service: ServiceTraffic | undefined,
  snapshot: ClusterSnapshot,
): ((change: ResourceChange) => boolean) | undefined {
  if (rule.startsWith('network/nsg-')) {
    const groups = groupsOf(snapshot);
    return ({ resourceId }) => groups.has(resourceId);
  }
  if (subject.kind === 'Cluster' || subject.kind === 'NodePool')
    return ({ resourceId }) => resourceId === snapshot.id;
  if (subject.kind === 'LoadBalancer') {
    const name = subject.name.toLowerCase();
    return (change) => isA('loadbalancers')(change) && armIdParts(change.resourceId).name === name;
  }
  const own = new Set(
    service?.ports.flatMap(({ loadBalancer }) => loadBalancer?.name.toLowerCase() ?? []),
  );
  if (!/^(?:traffic|probe|multi-lb|service)\//u.test(rule) || own.size === 0) return undefined;
  return (change) => isA('loadbalancers')(change) && own.has(armIdParts(change.resourceId).name);
}

/** Security groups that are known to stand before a node of the cluster. */
function groupsOf(snapshot: ClusterSnapshot): ReadonlySet<ArmId> {
  const view = clusterView.of(snapshot);
  const classes = nodeClasses.of(snapshot);
  if (view.kind === 'unread' || classes.kind === 'unread') return new Set();
  const nodes = [...view.value.nodes.values()];
  return new Set(
    nodes.flatMap(({ node }) => classes.value.classOf(node).groups.map(({ id }) => id)),
  );
}

function isA(type: string): (change: ResourceChange) => boolean {
  return ({ resourceId }) => resourceId.includes(`/${type}/`);
}
