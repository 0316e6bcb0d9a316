import { severities, type Finding, type Fix } from '../../findings/index.ts';
import { portGroups, type PortGroup } from '../ports.ts';
import type { ClusterReport, Report, ServiceReport } from '../report.ts';
import {
  aboutServices,
  portStatus,
  serviceName,
  statusOf,
  statusOrder,
  type ServiceStatus,
} from '../service-status.ts';

/** One picture: a Service's ports that share one path, with what is wrong there and what would help. */
export interface TrafficPath {
  readonly cluster: ClusterReport;
  readonly service: ServiceReport;
  readonly group: PortGroup;
  /** Its verdict, unless a critical finding about the Service says more. */
  readonly status: ServiceStatus;
  /** Open findings about the Service, worst first. */
  readonly findings: readonly Finding[];
  /** Their fixes, those with a prediction for these pods first. */
  readonly fixes: readonly Fix[];
  /** The first of them that makes things better by its prediction: the one to draw beside now. */
  readonly best?: Fix;
}

/**
 * Paths of the clusters of a report, those that need eyes first.
 * @param whole Where their findings are: a filter may have left some out.
 */
export function allTrafficPaths(report: Report, whole: Report): readonly TrafficPath[] {
  const byId = new Map(whole.clusters.map((cluster) => [cluster.id, cluster]));
  return report.clusters
    .flatMap((cluster) => trafficPathsOf(cluster, byId.get(cluster.id)))
    .toSorted(
      (a, b) =>
        urgency(a) - urgency(b) ||
        harmValue(b.service) - harmValue(a.service) ||
        Number(isLocal(b)) - Number(isLocal(a)),
    );
}

function trafficPathsOf(cluster: ClusterReport, whole = cluster): readonly TrafficPath[] {
  const byService = aboutServices(whole);
  return cluster.services.flatMap((service) => {
    const findings = byService.get(serviceName(service)) ?? [];
    return portGroups(service).map((group): TrafficPath => {
      const fixes = fixesOf(findings, group);
      const best = fixes.find((fix) => improves(fix, group));
      const status = statusOf(portStatus(group.first), findings);
      return {
        cluster,
        service,
        group,
        status,
        findings,
        fixes,
        ...(best !== undefined && { best }),
      };
    });
  });
}

const fromBad = ['none', 'lost', 'starved', 'uneven', 'even'];

function improves({ after }: Fix, { first }: PortGroup): boolean {
  return after !== undefined && fromBad.indexOf(after.verdict) > fromBad.indexOf(first.verdict);
}

/** Each fix once; a prediction counts where it speaks of these pods. */
function fixesOf(findings: readonly Finding[], group: PortGroup): readonly Fix[] {
  const pods = new Set(group.first.endpoints.map(({ pod }) => pod));
  const fits = ({ after }: Fix): boolean =>
    after !== undefined &&
    (pods.size === 0 || Object.keys(after.shares).some((pod) => pods.has(pod)));
  const byTitle = new Map<string, Fix>();
  for (const fix of findings.flatMap(({ fixes }) => fixes)) {
    const known = byTitle.get(fix.title);
    if (known === undefined || (!fits(known) && fits(fix))) byTitle.set(fix.title, fix);
  }
  return [...byTitle.values()].toSorted((a, b) => Number(fits(b)) - Number(fits(a)));
}

/** Connections or packets a minute, to sort by: what is lost outweighs any number that reaches another pod. */
export function harmValue({ idle, lostPerMinute, misplacedPerMinute }: ServiceReport): number {
  if (idle === true) return 0;
  return (lostPerMinute?.perMinute ?? 0) * 1e6 + (misplacedPerMinute?.perMinute ?? 0);
}

function isLocal({ service }: TrafficPath): boolean {
  return service.externalTrafficPolicy === 'Local';
}

function urgency({ status, findings }: TrafficPath): number {
  const worst = findings[0];
  const severity = worst === undefined ? severities.length : severities.indexOf(worst.severity);
  return statusOrder.indexOf(status) * 10 + severity;
}
