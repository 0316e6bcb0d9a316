import type { ClusterFindings, Finding } from '../findings/index.ts';
import { exemptionOf, hasExpired } from './exemptions.ts';
import { matchesGlob } from './glob.ts';
import { ownerOfCluster, ownerOfNamespace } from './owners.ts';
import type { Policy } from './policy.ts';
import { holdsFor, tagOf, type ClusterFacts } from './scope.ts';

export interface PolicyFacts {
  /** Azure tags of the cluster. */
  readonly tags?: ReadonlyMap<string, string>;
  readonly namespaceLabels?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * What people decided, laid over what was found: severities, rules that are off, exemptions, owners.
 * Nothing vanishes without a trace: exempt findings stay, those of rules that are off are counted.
 * May be applied again, with a newer policy too.
 */
export function applyPolicy<C extends ClusterFindings>(
  policy: Policy,
  cluster: C,
  now: string,
  { tags, namespaceLabels }: PolicyFacts = {},
): C {
  const facts: ClusterFacts = {
    id: cluster.id,
    name: cluster.name,
    ...(cluster.subscriptionId !== undefined && { subscriptionId: cluster.subscriptionId }),
    ...(tags !== undefined && { tags }),
  };
  const off = new Set(cluster.switchedOff);
  const findings: Finding[] = [];
  const owner = ownerOfCluster(policy, facts);
  for (const finding of cluster.findings) {
    const { namespace } = finding.subject;
    const own =
      namespace === undefined
        ? undefined
        : (ownerOfNamespace(policy, facts, namespace, namespaceLabels?.get(namespace)) ??
          (namespaceLabels === undefined ? finding.owner : undefined));
    const judged = judge(policy, facts, finding, now);
    if (judged === 'off') off.add(finding.fingerprint);
    else findings.push(own === undefined || own === owner ? judged : { ...judged, owner: own });
  }
  return {
    ...cluster,
    ...(owner !== undefined && { owner }),
    ...(tags !== undefined && routedTags(policy, facts)),
    findings,
    ...(off.size > 0 && { switchedOff: [...off].toSorted() }),
  };
}

/** Messages are routed by what a report holds, and that is no more of the tags than routes name. */
function routedTags(policy: Policy, cluster: ClusterFacts): Pick<ClusterFindings, 'tags'> {
  const names = new Set(policy.slack?.routes.flatMap(({ match }) => Object.keys(match.tag ?? {})));
  const tags = [...names].flatMap((name) => {
    const value = tagOf(cluster, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return tags.length === 0 ? {} : { tags: Object.fromEntries(tags) };
}

function judge(
  policy: Policy,
  cluster: ClusterFacts,
  finding: Finding,
  now: string,
): Finding | 'off' {
  const { ruleSeverity, exemption: _earlier, owner: _owner, ...rest } = finding;
  const own = ruleSeverity ?? finding.severity;
  let off = false;
  let severity = own;
  for (const entry of policy.rules) {
    if (!matchesGlob(entry.rule, finding.rule)) continue;
    if (!holdsFor(entry.scope, cluster, finding.subject.namespace)) continue;
    off = entry.off ?? off;
    severity = entry.severity ?? severity;
  }
  if (off) return 'off';
  const found = exemptionOf(policy, cluster, finding);
  const expired = found !== undefined && hasExpired(found, now);
  const isExempt = found !== undefined && !expired && finding.state !== 'resolved';
  return {
    ...rest,
    severity,
    ...(severity !== own && { ruleSeverity: own }),
    state: isExempt ? 'exempt' : finding.state === 'exempt' ? 'open' : finding.state,
    ...(found !== undefined && {
      exemption: {
        reason: found.reason,
        owner: found.owner,
        expires: found.expires,
        ...(expired && { expired }),
      },
    }),
  };
}
