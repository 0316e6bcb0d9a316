import { subjectText, type ClusterFindings, type Finding } from '../findings/index.ts';
import { matchesGlob } from './glob.ts';
import type { Policy, Exemption } from './policy.ts';
import { holdsFor, tagOf, holdsForCluster, type ClusterFacts } from './scope.ts';

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

/** @param now ISO 8601, UTC; the last day counts to its end. */
function hasExpired({ expires }: Pick<Exemption, 'expires'>, now: string): boolean {
  return now.slice(0, 10) > expires;
}

/** The exemption that covers a finding; where all that would have expired, the one that held longest. */
function exemptionOf(
  policy: Policy,
  cluster: ClusterFacts,
  { rule, subject }: Pick<Finding, 'rule' | 'subject'>,
): Exemption | undefined {
  let longest: Exemption | undefined;
  for (const exemption of policy.exemptions) {
    if (longest !== undefined && longest.expires >= exemption.expires) continue;
    if (!matchesGlob(exemption.rule, rule)) continue;
    if (exemption.subject !== undefined && !matchesGlob(exemption.subject, subjectText(subject)))
      continue;
    if (holdsFor(exemption.scope, cluster, subject.namespace)) longest = exemption;
  }
  return longest;
}

/**
 * The owner of a cluster: its tag, then the first owner with a scope that holds for it and names no
 * namespace. A tag is only a key into the policy's owners: one that is none counts for nothing.
 */
function ownerOfCluster(policy: Policy, cluster: ClusterFacts): string | undefined {
  return known(policy, tagOf(cluster, policy.ownerTag)) ?? byScope(policy, cluster, undefined);
}

/** The owner of a namespace, if it has one of its own: its label, then the scopes that name it. */
function ownerOfNamespace(
  policy: Policy,
  cluster: ClusterFacts,
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
): string | undefined {
  return known(policy, labels?.get(policy.ownerLabel)) ?? byScope(policy, cluster, namespace);
}

function byScope(
  policy: Policy,
  cluster: ClusterFacts,
  namespace: string | undefined,
): string | undefined {
  const found = Object.entries(policy.owners).find(([, { scopes }]) =>
    scopes.some((scope) =>
      scope.namespace === undefined
        ? namespace === undefined && holdsForCluster(scope, cluster)
        : namespace !== undefined && holdsFor(scope, cluster, namespace),
    ),
  );
  return found?.[0];
}

function known(policy: Policy, value: string | undefined): string | undefined {
  const name = value?.trim().toLowerCase();
  return name !== undefined && Object.hasOwn(policy.owners, name) ? name : undefined;
}
