import {
  compareText,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Workload,
} from '../../model/index.ts';
import { workloadsBehind } from '../services.ts';

export interface WorkloadBehindLocal {
  readonly workload: Workload;
  readonly services: readonly LoadBalancerService[];
}

/** Workloads behind Services with Local, each once with its Services, by namespace and name. */
export function workloadsBehindLocal(
  snapshot: ClusterSnapshot,
  services: readonly LoadBalancerService[],
): { readonly workloads: readonly WorkloadBehindLocal[]; readonly unknown: readonly string[] } {
  const found = new Map<Workload, LoadBalancerService[]>();
  const unknown = new Set<string>();
  for (const service of services) {
    if (service.externalTrafficPolicy !== 'Local' || service.deleting) continue;
    if (service.loadBalancerClass !== undefined) continue;
    const behind = workloadsBehind(snapshot, service);
    if (behind.kind === 'unread') unknown.add(behind.why);
    else
      for (const workload of behind.value) {
        const list = found.get(workload);
        if (list === undefined) found.set(workload, [service]);
        else list.push(service);
      }
  }
  const workloads = [...found]
    .map(([workload, behind]) => ({ workload, services: behind }))
    .toSorted(
      (a, b) =>
        compareText(a.workload.namespace, b.workload.namespace) ||
        compareText(a.workload.name, b.workload.name) ||
        compareText(a.workload.kind, b.workload.kind),
    );
  return { workloads, unknown: [...unknown] };
}
