import { subjectText, type Finding, type ObservedBefore } from '../findings/index.ts';
import type { SliceName } from '../model/index.ts';
import type { ClusterReport } from '../report/report.ts';
import { atLeast, ruleSlices } from '../rules/index.ts';

const azureLists: readonly SliceName[] = [
  'loadBalancers',
  'networkInterfaces',
  'publicIpAddresses',
  'securityGroups',
];
const clusterLists: readonly SliceName[] = ['nodes', 'services', 'endpointSlices'];

/**
 * Findings above `low` that compare what Azure lists with what Kubernetes lists. The two are read at
 * different moments: what is gone from the one and still in the other looks like a fault.
 */
export function comparing({ findings }: Pick<ClusterReport, 'findings'>): readonly Finding[] {
  return findings.filter(({ rule, severity, state }) => {
    const slices = ruleSlices.get(rule)?.all ?? [];
    return (
      state !== 'resolved' &&
      atLeast(severity, 'medium') &&
      azureLists.some((each) => slices.includes(each)) &&
      clusterLists.some((each) => slices.includes(each))
    );
  });
}

/** Whether a report has such findings that the previous run did not have. */
export function comparesAnew(
  report: ClusterReport,
  { compared = [] }: Pick<ObservedBefore, 'compared'> = {},
): boolean {
  return comparing(report).some(({ fingerprint }) => !compared.includes(fingerprint));
}

/**
 * Such findings of which one of two reports knows nothing: the same Kubernetes lists between two
 * readings of Azure's. What both readings show was so when Kubernetes was read.
 */
export function unconfirmed(first: ClusterReport, second: ClusterReport): readonly Finding[] {
  return [...onlyIn(first, second), ...onlyIn(second, first)];
}

function onlyIn(report: ClusterReport, other: ClusterReport): readonly Finding[] {
  const known = new Set(comparing(other).map(({ fingerprint }) => fingerprint));
  return comparing(report).filter(({ fingerprint }) => !known.has(fingerprint));
}

/** The report with findings as `unknown`: neither told nor taken for fixed. */
export function withoutUnconfirmed(
  report: ClusterReport,
  findings: readonly Finding[],
): ClusterReport {
  if (findings.length === 0) return report;
  const names = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    ...report,
    findings: report.findings.filter(
      ({ fingerprint, severity }) => !names.has(fingerprint) || !atLeast(severity, 'medium'),
    ),
    ...(report.explained !== undefined && {
      explained: report.explained.flatMap((each) => {
        const by = each.by.filter(({ fingerprint }) => !names.has(fingerprint));
        return by.length === 0 ? [] : [{ ...each, by }];
      }),
    }),
    unknown: [
      ...report.unknown,
      ...findings.map(({ rule, subject }) => ({
        rule,
        why: `${subjectText(subject)}: Azure's resources changed while the cluster was being read; the next audit decides`,
        subjects: [subjectText(subject)],
      })),
    ],
  };
}
