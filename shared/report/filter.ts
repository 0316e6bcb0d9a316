import type { Finding, Severity } from '../findings/index.ts';
import { sameName } from '../model/index.ts';
import { summarise } from './build.ts';
import type { ClusterReport, Report } from './report.ts';
import { serviceName, subjectKey } from './service-status.ts';

/** What a reader wants to see of a report; everything where nothing is said. Several of a kind: any of them. */
export interface ReportFilter {
  /** Subscription ids. */
  readonly subscriptions?: readonly string[];
  /** Cluster names or ARM ids, in any letter case. */
  readonly clusters?: readonly string[];
  /** Namespaces of Services and of what findings are about. */
  readonly namespaces?: readonly string[];
  /** Services as `namespace/name`, and what findings say about them. */
  readonly services?: readonly string[];
  /** Rule ids, or families (`traffic`). */
  readonly rules?: readonly string[];
  readonly severities?: readonly Severity[];
  /** Fingerprints. */
  readonly findings?: readonly string[];
}

/** The part of a report that a filter asks for; counts are those of the part. */
export function filterReport(report: Report, filter: ReportFilter): Report {
  const ofCluster = clusterTest(filter);
  const kept = report.clusters.filter(ofCluster);
  const narrowed = filter.clusters !== undefined || filter.subscriptions !== undefined;
  const keeps = findingTest(filter);
  const clusters = kept.map((cluster) => withinCluster(cluster, filter, keeps));
  const planned = narrowed ? kept.length : report.summary.clusters.planned;
  const { history: _history, ...rest } = report;
  return {
    ...rest,
    summary: summarise(planned, clusters),
    clusters,
    // The trend counts whole runs: beside a part of one it would mislead.
    ...(Object.keys(filter).length === 0 && report.history !== undefined
      ? { history: report.history }
      : {}),
  };
}

function clusterTest({ clusters, subscriptions }: ReportFilter) {
  return (cluster: ClusterReport): boolean =>
    (clusters === undefined ||
      clusters.some((each) => sameName(each, cluster.name) || sameName(each, cluster.id))) &&
    (subscriptions === undefined ||
      subscriptions.some((each) => sameName(each, cluster.subscriptionId ?? '')));
}

function findingTest(filter: ReportFilter): ((finding: Finding) => boolean) | undefined {
  const { namespaces, services, rules, severities, findings } = filter;
  if ([namespaces, services, rules, severities, findings].every((each) => each === undefined))
    return undefined;
  return (finding) =>
    (namespaces === undefined || namespaces.includes(finding.subject.namespace ?? '')) &&
    (services === undefined ||
      (finding.subject.kind === 'Service' && services.includes(subjectKey(finding.subject)))) &&
    (rules === undefined ||
      rules.some((rule) => rule === finding.rule || finding.rule.startsWith(`${rule}/`))) &&
    (severities === undefined || severities.includes(finding.severity)) &&
    (findings === undefined || findings.includes(finding.fingerprint));
}

function withinCluster(
  cluster: ClusterReport,
  { namespaces, services, findings }: ReportFilter,
  keeps: ((finding: Finding) => boolean) | undefined,
): ClusterReport {
  if (keeps === undefined) return cluster;
  const kept = cluster.findings.filter(keeps);
  const about = new Set(kept.map(({ subject }) => subjectKey(subject)));
  return {
    ...cluster,
    findings: kept,
    services: cluster.services.filter(
      (service) =>
        (namespaces === undefined || namespaces.includes(service.namespace)) &&
        (services === undefined || services.includes(serviceName(service))) &&
        (findings === undefined || about.has(serviceName(service))),
    ),
  };
}
