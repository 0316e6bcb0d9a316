import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Read,
  type Workload,
} from '../model/index.ts';
import { matchesLabelSelector } from '../placement/index.ts';
import type { PortTraffic, ServiceTraffic } from '../traffic/index.ts';
import type { RuleSettings, Subject, Thresholds } from './rule.ts';

export function serviceSubject(service: { namespace: string; name: string }): Subject {
  return { kind: 'Service', namespace: service.namespace, name: service.name };
}

export function workloadSubject(workload: Workload): Subject {
  return { kind: workload.kind, namespace: workload.namespace, name: workload.name };
}

/** The Services of a traffic table with the ports that `applies` picks, Services without any left out. */
export function servicesWith(
  traffic: readonly ServiceTraffic[],
  applies: (port: PortTraffic, service: ServiceTraffic) => boolean,
): readonly { readonly service: ServiceTraffic; readonly ports: readonly PortTraffic[] }[] {
  return traffic.flatMap((service) => {
    const ports = service.ports.filter((port) => applies(port, service));
    return ports.length === 0 ? [] : [{ service, ports }];
  });
}

/** One reason per Service whose ports could not be judged. */
export function unknownServices(traffic: readonly ServiceTraffic[]): readonly string[] {
  return traffic.flatMap((service) => {
    const port = service.ports.find((each) => each.verdict === 'unknown');
    return port === undefined
      ? []
      : [`${service.namespace}/${service.name}: ${port.why ?? 'an input was not read'}`];
  });
}

/** The limits that hold for a Service. */
export function thresholdsOf(
  settings: RuleSettings,
  { namespace }: { readonly namespace: string },
): Thresholds {
  return settings.thresholdsOf?.(namespace) ?? settings;
}

/** How many families a Service has, so that texts name the family only where it tells ports apart. */
export function familyCount(service: ServiceTraffic): number {
  return new Set(service.ports.map((port) => port.family)).size;
}

/** The workloads whose pods a Service selects; unread when a kind of workload was not read. */
export function workloadsBehind(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
): Read<readonly Workload[]> {
  for (const name of ['deployments', 'statefulSets', 'daemonSets'] as const) {
    const slice = snapshot[name];
    if (slice.kind === 'unread') return { kind: 'unread', why: `${name}: ${slice.why}` };
  }
  const { selector } = service;
  if (selector === undefined || selector.size === 0) return { kind: 'read', value: [] };
  const workloads = [
    ...valueOr(snapshot.deployments, []),
    ...valueOr(snapshot.statefulSets, []),
    ...valueOr(snapshot.daemonSets, []),
  ];
  return {
    kind: 'read',
    value: workloads.filter(
      (workload) =>
        workload.namespace === service.namespace &&
        matchesLabelSelector({ matchLabels: selector, matchExpressions: [] }, workload.podLabels),
    ),
  };
}
