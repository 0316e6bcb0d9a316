import { subjectText, type ClusterFindings, type Finding } from '../findings/index.ts';
import type { KnownFinding } from './state.ts';

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
  { finding, inputFaults }: Pick<KnownFinding, 'finding' | 'inputFaults'>,
): boolean {
  if (!wasRead(cluster)) return false;
  // Objects that were left out since it was last seen: its subject may be among them.
  if ((cluster.inputFaults ?? 0) > inputFaults) return false;
  const text = subjectText(finding.subject);
  return cluster.unknown.every(({ rule, why }) => {
    if (rule !== finding.rule) return true;
    const about = serviceOf(why, cluster);
    // A reason that names no Service of the cluster is taken to be about everything.
    return about !== undefined && finding.subject.kind === 'Service' && about !== text;
  });
}

/** Whether a finding's Service is not there any more; of other subjects that cannot be told. */
export function isAbsent(cluster: ClusterFindings, { subject }: Finding): boolean {
  return (
    subject.kind === 'Service' &&
    !cluster.services.some(
      ({ namespace, name }) => namespace === subject.namespace && name === subject.name,
    )
  );
}

/** The Service that a reason is about: rules write `namespace/name: …`. */
function serviceOf(why: string, { services }: ClusterFindings): string | undefined {
  const end = why.indexOf(': ');
  const text = why.slice(0, Math.max(end, 0));
  return services.some(({ namespace, name }) => `${namespace}/${name}` === text) ? text : undefined;
}
