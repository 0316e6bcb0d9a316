import { serviceWorkloads, workloadSlices } from '../facts/services.ts';
import {
  subjectText,
  valueOr,
  type ClusterSnapshot,
  type Endpoint,
  type Workload,
} from '../model/index.ts';
import type { KnownPod } from './pod-plan.ts';

export type WorkloadKey = string;
/** `Deployment/shop/web` */
export function workloadKey({
  kind,
  namespace,
  name,
}: Pick<Workload, 'kind' | 'namespace' | 'name'>): WorkloadKey {
  return `${kind}/${namespace}/${name}`;
}

/** Every workload that was read. */
export function workloadsOf(snapshot: ClusterSnapshot): readonly Workload[] {
  return workloadSlices.flatMap((slice): readonly Workload[] => valueOr(snapshot[slice], []));
}

/** Which workload each endpoint of the cluster belongs to, and the pods of each workload. */
export interface PodIndex {
  ownerOf(namespace: string, service: string, endpoint: Endpoint): Workload | undefined;
  podsOf(workload: Workload): ReadonlyMap<string, KnownPod>;
}

/**
 * Pods as far as the snapshot shows them: behind a Service, on a system node, or Pending. Their
 * owner is told by the form of their names, else by the one workload that their Service selects.
 */
export function podIndex(snapshot: ClusterSnapshot): PodIndex {
  const workloads = workloadsOf(snapshot);
  const byNamespace = Map.groupBy(workloads, (each) => each.namespace);
  const only = new Map<string, Workload | undefined>();
  for (const service of [
    ...valueOr(snapshot.services, []),
    ...valueOr(snapshot.clusterIpServices, []),
  ]) {
    const { workloads: behind, unread } = serviceWorkloads(snapshot, service);
    const [one] = behind;
    only.set(subjectText(service), behind.length === 1 && unread.length === 0 ? one : undefined);
  }
  const named = new Map<string, Workload | undefined>();
  const byName = (namespace: string, pod: string): Workload | undefined => {
    const key = `${namespace}/${pod}`;
    if (!named.has(key))
      named.set(
        key,
        (byNamespace.get(namespace) ?? [])
          .filter((workload) => isNamedBy(workload, pod))
          .toSorted((a, b) => b.name.length - a.name.length)[0],
      );
    return named.get(key);
  };
  const ownerOf: PodIndex['ownerOf'] = (namespace, service, { pod }) =>
    pod === undefined ? undefined : (byName(namespace, pod) ?? only.get(`${namespace}/${service}`));
  const pods = new Map<WorkloadKey, Map<string, KnownPod>>();
  const add = (workload: Workload | undefined, pod: KnownPod): void => {
    if (workload === undefined) return;
    const key = workloadKey(workload);
    const list = pods.get(key) ?? new Map<string, KnownPod>();
    pods.set(key, list);
    const known = list.get(pod.name);
    if (known === undefined || (pod.ready && !known.ready)) list.set(pod.name, pod);
  };
  for (const slice of valueOr(snapshot.endpointSlices, []))
    for (const endpoint of slice.endpoints)
      if (endpoint.pod !== undefined && !endpoint.terminating)
        add(ownerOf(slice.namespace, slice.service, endpoint), {
          name: endpoint.pod,
          node: endpoint.node,
          ready: endpoint.ready,
        });
  for (const pod of [...valueOr(snapshot.systemPods, []), ...valueOr(snapshot.pendingPods, [])])
    if (!pod.deleting && !pod.mirror)
      add(byName(pod.namespace, pod.name), { name: pod.name, node: pod.node, ready: false });
  const none: ReadonlyMap<string, KnownPod> = new Map();
  return { ownerOf, podsOf: (workload) => pods.get(workloadKey(workload)) ?? none };
}

/** `web-5d4f7c9b8-x2x4z` of a Deployment, `web-0` of a StatefulSet, `web-x2x4z` of a DaemonSet. */
function isNamedBy({ kind, name }: Workload, pod: string): boolean {
  if (!pod.startsWith(`${name}-`)) return false;
  const rest = pod.slice(name.length + 1);
  if (kind === 'StatefulSet') return /^\d{1,9}$/u.test(rest);
  if (kind === 'DaemonSet') return /^[a-z0-9]{5}$/u.test(rest);
  return /^[a-z0-9]{1,16}-[a-z0-9]{5}$/u.test(rest);
}
