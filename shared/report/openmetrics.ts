import { isOpen } from '../findings/index.ts';
import { unknownReasons, notJudged } from './coverage.ts';
import { withDistinctNames } from './distinct-names.ts';
import {
  family,
  familyLines,
  mostSeries,
  one,
  type Family,
  type Labels,
  type Sample,
} from './openmetrics-text.ts';
import { countedEndpoints } from './ports.ts';
import type { ClusterReport, PortReport, Report } from './report.ts';

/** The report as OpenMetrics 1.0 text, for Prometheus to scrape. Clusters that share a name are told apart. */
export function renderOpenMetrics(report: Report): string {
  const lines = families(withDistinctNames(report)).flatMap(familyLines);
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function families(report: Report): readonly Family[] {
  const { clusters, run, tool, summary } = report;
  const started = Date.parse(run.startedAt) / 1_000;
  const finished = Date.parse(run.finishedAt) / 1_000;
  const judged = clusters.some((cluster) => !notJudged(cluster));
  return [
    family('evenkeel', 'The tool that made this.', [one(1, { version: tool.version })], {
      type: 'info',
    }),
    family('evenkeel_findings', 'Open findings.', findingSamples(clusters)),
    family('evenkeel_exempt_findings', 'Findings under an exemption.', [
      one(summary.findings.exempt),
    ]),
    family('evenkeel_changes', 'Findings that changed since the last run.', [
      one(summary.changes.new, { change: 'new' }),
      one(summary.changes.resolved, { change: 'resolved' }),
    ]),
    family('evenkeel_clusters', 'Clusters of the run by result.', clusterCounts(report)),
    family(
      'evenkeel_cluster_scanned',
      '1 for a cluster that was read, in whole or in part, 0 for one that was not.',
      clusters.length > mostSeries
        ? []
        : clusters.map((cluster) =>
            one(notJudged(cluster) ? 0 : 1, { ...where(cluster), result: cluster.result }),
          ),
      { combine: Math.min },
    ),
    family(
      'evenkeel_unknown_rules',
      'Rules that could not be judged on a cluster.',
      clusters.map((cluster) =>
        one(new Set(unknownReasons(cluster).flatMap(({ rules }) => rules)).size, where(cluster)),
      ),
    ),
    ...portFamilies(clusters),
    family(
      'evenkeel_run_duration_seconds',
      'How long the run took.',
      Number.isFinite(finished - started) ? [one(Math.max(0, finished - started))] : [],
      { unit: 'seconds' },
    ),
    family(
      'evenkeel_last_success_timestamp_seconds',
      'When a run last judged at least one cluster.',
      judged && Number.isFinite(finished) ? [one(finished)] : [],
      { unit: 'seconds' },
    ),
  ];
}

function where(cluster: ClusterReport): Labels {
  return { cluster: cluster.name, subscription: cluster.subscriptionId ?? '' };
}

function findingSamples(clusters: readonly ClusterReport[]): readonly Sample[] {
  return clusters.flatMap((cluster) =>
    cluster.findings
      .filter(isOpen)
      .map(({ severity, rule }) => one(1, { severity, rule, ...where(cluster) })),
  );
}

function clusterCounts({ clusters, summary }: Report): readonly Sample[] {
  const results = [
    'complete',
    'partial',
    'unreachable',
    'denied',
    'skipped',
    'failed',
    'gone',
  ] as const;
  return [
    ...results.map((result) =>
      one(clusters.filter((cluster) => cluster.result === result).length, { result }),
    ),
    one(Math.max(0, summary.clusters.planned - clusters.length), { result: 'no-answer' }),
  ];
}

/** Per Service port: what is lost, and how many ready pods get nothing. A verdict that is not known, or a port that is to have no rule, gives no sample. */
function portFamilies(clusters: readonly ClusterReport[]): readonly Family[] {
  const ports = clusters.flatMap((cluster) =>
    cluster.services.flatMap((service) =>
      service.ports
        .filter((port) => port.verdict !== 'unknown' && port.disabled !== true)
        .map((port) => ({
          port,
          labels: {
            ...where(cluster),
            namespace: service.namespace,
            service: service.name,
            port: String(port.port),
            protocol: port.protocol,
            family: port.family,
          },
        })),
    ),
  );
  return [
    ...observedFamilies(ports),
    family(
      'evenkeel_port_lost_ratio',
      'Expected part of the new connections to a Service port that is lost.',
      ports.map(({ port, labels }) => one(port.lost, labels)),
      { combine: Math.max },
    ),
    family(
      'evenkeel_port_starved_endpoints',
      'Ready endpoints of a Service port that get no new connections.',
      ports.map(({ port, labels }) =>
        one(countedEndpoints(port.endpoints).filter(({ share }) => share === 0).length, labels),
      ),
    ),
  ];
}

/** What Azure counts and sees, for the ports of which it was read. */
function observedFamilies(
  ports: readonly { readonly port: PortReport; readonly labels: Labels }[],
): readonly Family[] {
  const measured = ports.flatMap(({ port, labels }) =>
    port.traffic?.perMinute === undefined
      ? []
      : [{ port, rate: port.traffic.perMinute, labels: { ...labels, unit: port.traffic.unit } }],
  );
  const seen = ports.flatMap(({ port, labels }) =>
    port.observed === undefined ? [] : [{ observed: port.observed, labels }],
  );
  return [
    ...(measured.length === 0
      ? []
      : [
          family(
            'evenkeel_port_offered_per_minute',
            'New connections a minute to a Service port (packets for UDP), mean of the last hour.',
            measured.map(({ rate, labels }) => one(rate, labels)),
          ),
          family(
            'evenkeel_port_lost_per_minute',
            'Those of them that are lost.',
            measured.map(({ port, rate, labels }) => one(rate * port.lost, labels)),
          ),
        ]),
    ...(seen.length === 0
      ? []
      : [
          family(
            'evenkeel_port_backends_up',
            'Backends of a Service port that are up: as Azure sees them and as predicted.',
            seen.flatMap(({ observed, labels }) => [
              one(observed.up, { ...labels, source: 'azure' }),
              one(observed.predicted.up, { ...labels, source: 'predicted' }),
            ]),
          ),
        ]),
  ];
}
