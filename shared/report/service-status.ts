import { isOpen, type Finding } from '../findings/index.ts';
import type { Verdict } from '../traffic/types.ts';
import { notJudged } from './coverage.ts';
import type { ClusterReport, PortReport, Report, ServiceReport } from './report.ts';
import { verdictWords } from './words.ts';

/**
 * How a Service is shown: its worst verdict, or `critical` where a critical finding says more than that
 * verdict. `disabled`: its owner asked for no rules.
 */
export type ServiceStatus = Verdict | 'critical' | 'disabled';

/** What needs eyes comes first. */
export const statusOrder = [
  'none',
  'lost',
  'starved',
  'critical',
  'unknown',
  'uneven',
  'even',
  'disabled',
] as const satisfies readonly ServiceStatus[];

export const statusWords: Readonly<Record<ServiceStatus, string>> = {
  ...verdictWords,
  critical: 'critical finding',
  disabled: 'closed by annotation',
};

/** A port's verdict, unless its owner asked for no rule. */
export function portStatus({
  verdict,
  disabled,
}: Pick<PortReport, 'verdict' | 'disabled'>): PortStatus {
  return disabled === true ? 'disabled' : verdict;
}

export type PortStatus = Exclude<ServiceStatus, 'critical'>;

/** The worst of a Service's verdicts; `none` of a port comes before `starved` of another. */
export function worstVerdict(service: Pick<ServiceReport, 'ports'>): PortStatus {
  const verdicts = new Set<ServiceStatus>(service.ports.map(portStatus));
  const worst = statusOrder.find((status) => verdicts.has(status));
  return worst === undefined || worst === 'critical' ? 'unknown' : worst;
}

/**
 * A verdict that looks well, or says nothing, yields to an open critical finding.
 * @param findings Findings about the Service, in any state.
 */
export function statusOf(verdict: PortStatus, findings: readonly Finding[]): ServiceStatus {
  const mild = !['none', 'lost', 'starved'].includes(verdict);
  const critical = findings.some((each) => isOpen(each) && each.severity === 'critical');
  return mild && critical ? 'critical' : verdict;
}

/** Answers a Service's status by cluster; made from the whole report, since a filter leaves findings out. */
export type Statuses = (cluster: ClusterReport, service: ServiceReport) => ServiceStatus;

/** How each Service of a report is shown. */
export function statusesOf(whole: Report): Statuses {
  const findingsOf = new Map<string, readonly Finding[]>(
    whole.clusters.flatMap((cluster) =>
      [...aboutServices(cluster)].map(([name, findings]) => [`${cluster.id} ${name}`, findings]),
    ),
  );
  return (cluster, service) =>
    statusOf(worstVerdict(service), findingsOf.get(`${cluster.id} ${serviceName(service)}`) ?? []);
}

/** Open findings of a cluster by the Service that they are about. */
export function aboutServices(cluster: ClusterReport): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(
    cluster.findings.filter((finding) => finding.subject.kind === 'Service' && isOpen(finding)),
    ({ subject }) => subjectKey(subject),
  );
}

/** `namespace/name`. */
export function serviceName({
  namespace,
  name,
}: Pick<ServiceReport, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The key of the Service that a finding is about. */
export function subjectKey({ namespace = '', name }: Finding['subject']): string {
  return serviceName({ namespace, name });
}

/** How the traffic of a cluster is; `part` where it was not read whole and nothing bad was seen. */
export type ClusterStatus = 'even' | 'faulty' | 'part' | 'not-judged' | 'no-service';

/** A cluster is even where it was read whole, has Services, all of them even, and no critical finding is open. */
export function clusterStatus(cluster: ClusterReport, statuses: Statuses): ClusterStatus {
  if (notJudged(cluster)) return 'not-judged';
  const own = cluster.services.map((service) => statuses(cluster, service));
  if (own.some((status) => !['even', 'unknown', 'disabled'].includes(status))) return 'faulty';
  if (cluster.findings.some((each) => isOpen(each) && each.severity === 'critical'))
    return 'faulty';
  if (cluster.result === 'partial' || own.includes('unknown')) return 'part';
  return own.length === 0 ? 'no-service' : 'even';
}
