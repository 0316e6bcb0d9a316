import { subjectText, type ClusterFindings, type Finding } from '../findings/index.ts';
import { observedSlices } from '../model/index.ts';
import type { KnownFinding } from './state.ts';
import { wantsAzure } from './verified.ts';

/** Whether anything at all was read of a cluster's inside; what is said of others is kept as it was. */
export function wasRead({ result }: ClusterFindings): boolean {
  return result === 'complete' || result === 'partial';
}

/**
 * Whether the rule of a finding gave an answer about its subject in this run. Only then does a finding
 * that is not there any more mean that the fault is not: absence of data closes nothing.
 */
export function isJudged(
  cluster: ClusterFindings,
  known: Pick<KnownFinding, 'finding' | 'inputFaults' | 'faultKeys' | 'restsOn'>,
  rules: RuleSlices | undefined,
): boolean {
  const { finding, restsOn } = known;
  if (!wasRead(cluster) || wantsAzure(cluster, finding)) return false;
  const before = (restsOn ?? rules?.get(finding.rule)?.needs ?? []).filter(
    (slice) => slice !== askedByService,
  );
  const now = readSlices(cluster);
  if (now !== undefined && before.some((slice) => !now.has(slice))) return false;
  if (moreWasLeftOut(cluster, known)) return false;
  const text = subjectText(finding.subject);
  return cluster.unknown.every(
    ({ rule, subjects }) =>
      rule !== finding.rule || (subjects !== undefined && !subjects.includes(text)),
  );
}

/** Whether objects were left out, or parts of them, since a finding was last seen: its subject may be among them. */
export function moreWasLeftOut(
  cluster: ClusterFindings,
  { inputFaults, faultKeys: before }: Pick<KnownFinding, 'inputFaults' | 'faultKeys'>,
): boolean {
  const { inputFaults: count = 0, faultKeys: now = [] } = cluster;
  if (count > inputFaults) return true;
  return before !== undefined && now.some((key) => !before.includes(key));
}

/** Azure is asked about single Services, and in few runs about all: `wantsAzure` looks at each finding. */
const askedByService = 'backendHealth';

/**
 * Whether more of what a finding's rule looks at was read than when it was last seen: then what is
 * not found any more may never have been so. Azure's own observations do not count: they come and go.
 */
export function readsMore(
  cluster: ClusterFindings,
  { finding, restsOn }: Pick<KnownFinding, 'finding' | 'restsOn'>,
  rules: RuleSlices | undefined,
): boolean {
  const now = restingOn(cluster, finding, rules) ?? [];
  // An earlier build judged it, which does not say by what.
  if (restsOn === undefined) return now.length > 0;
  return now.some((slice) => !restsOn.includes(slice) && !observedSlices.has(slice));
}

/** Slices by rule: those without which it does not run, and all on which its findings rest. */
export type RuleSlices = ReadonlyMap<
  string,
  { readonly needs: readonly string[]; readonly all: readonly string[] }
>;

/** What a finding that is there in this run rests on: the slices of its rule that were read. */
export function restingOn(
  cluster: ClusterFindings,
  { rule }: Finding,
  rules: RuleSlices | undefined,
): readonly string[] | undefined {
  const now = readSlices(cluster);
  return now === undefined ? undefined : rules?.get(rule)?.all.filter((slice) => now.has(slice));
}

/** `undefined` in results that do not say, which are those of 0.1. */
function readSlices({ coverage }: ClusterFindings): ReadonlySet<string> | undefined {
  return coverage === undefined
    ? undefined
    : new Set(coverage.flatMap(({ slice, state }) => (state === 'read' ? [slice] : [])));
}

/** Whether a finding's Service or load balancer is not there any more; of other subjects that cannot be told. */
export function isAbsent(
  { services, loadBalancers }: ClusterFindings,
  { subject: { kind, namespace, name } }: Finding,
): boolean {
  if (kind === 'LoadBalancer') return loadBalancers?.includes(name) === false;
  return (
    kind === 'Service' &&
    !services.some((each) => each.namespace === namespace && each.name === name)
  );
}
