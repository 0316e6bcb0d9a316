import {
  isSystemNode,
  mapRead,
  nodePoolsOf,
  read,
  valueOr,
  type ClusterSnapshot,
  type Pod,
  type ServiceEvent,
} from '../model/index.ts';
import type { Reconciled } from './cloud.ts';
import type { Assignment } from './planned-slices.ts';
import type { PodPlan } from './pod-plan.ts';
import { workloadKey, type WorkloadKey } from './pod-index.ts';

export interface SettleInputs {
  readonly plans: ReadonlyMap<WorkloadKey, PodPlan>;
  /** Workloads that are gone, and their pods with them. */
  readonly deleted: readonly WorkloadKey[];
  readonly assignment: Assignment;
  readonly cloud: Reconciled;
  /** Whether the provider refused a Service, by `namespace/name`, before. */
  readonly wasRefused: (key: string) => boolean;
}

/** The rest of what an audit would read once everything has settled: pods of system nodes, Pending pods, events. */
export function settledSnapshot(snapshot: ClusterSnapshot, inputs: SettleInputs): ClusterSnapshot {
  return withEvents(withPods(snapshot, inputs), inputs);
}

function withPods(
  snapshot: ClusterSnapshot,
  { plans, assignment, deleted }: SettleInputs,
): ClusterSnapshot {
  const changed = [...plans.values()].filter((plan) => plan.changed);
  if (changed.length + deleted.length === 0) return snapshot;
  const system = systemNodes(snapshot);
  const gone = new Set(deleted);
  const onSystem: Pod[] = [];
  const pending: Pod[] = [];
  for (const plan of changed) {
    const { workload } = plan;
    const key = workloadKey(workload);
    const placed = [...plan.fixed, ...(assignment.get(key) ?? [])];
    gone.add(key);
    for (const { name, node } of [...plan.stays.values(), ...placed])
      if (node !== undefined && system.has(node)) onSystem.push(podOf(plan, name, node));
    const left = plan.placed.length - (assignment.get(key) ?? []).length;
    for (const name of plan.placed.slice(plan.placed.length - Math.max(0, left)))
      if (plan.keeps === undefined) pending.push(podOf(plan, name, undefined));
  }
  const isOld = ({ namespace, owner }: Pod): boolean =>
    owner !== undefined &&
    gone.has(
      owner.kind === 'ReplicaSet'
        ? `Deployment/${namespace}/${owner.name.replace(/-[^-]*$/u, '')}`
        : `${owner.kind}/${namespace}/${owner.name}`,
    );
  return {
    ...snapshot,
    systemPods: mapRead(snapshot.systemPods, (pods) => [
      ...pods.filter((pod) => !isOld(pod)),
      ...onSystem,
    ]),
    pendingPods: mapRead(snapshot.pendingPods, (pods) => [
      ...pods.filter((pod) => !isOld(pod)),
      ...pending,
    ]),
  };
}

function podOf({ workload }: PodPlan, name: string, node: Pod['node']): Pod {
  const { kind, namespace } = workload;
  return {
    namespace,
    name,
    labels: workload.podLabels,
    node,
    phase: node === undefined ? 'Pending' : 'Running',
    deleting: false,
    mirror: false,
    owner:
      kind === 'Deployment'
        ? { kind: 'ReplicaSet', name: `${workload.name}-planned` }
        : { kind, name: workload.name },
    spec: workload.podSpec,
  };
}

function systemNodes({ nodes, managedCluster }: ClusterSnapshot): ReadonlySet<string> {
  const pools = nodePoolsOf(managedCluster);
  return new Set(
    valueOr(nodes, [])
      .filter((node) => isSystemNode(node, pools))
      .map(({ name }) => name),
  );
}

/** A reconcile that works ends the warnings of a Service; one that is refused from now on brings one. */
function withEvents(
  snapshot: ClusterSnapshot,
  { cloud, wasRefused }: SettleInputs,
): ClusterSnapshot {
  if (snapshot.serviceEvents.kind === 'unread') return snapshot;
  const kept = snapshot.serviceEvents.value.filter(
    ({ namespace, service, type }) =>
      type !== 'Warning' || !cloud.done.has(`${namespace}/${service}`),
  );
  const refusals = [...cloud.refused].flatMap(([key, why]): readonly ServiceEvent[] => {
    if (wasRefused(key)) return [];
    const [namespace = '', service = ''] = key.split('/');
    return [
      {
        namespace,
        service,
        reason: 'SyncLoadBalancerFailed',
        type: 'Warning',
        message: `Error syncing load balancer: ${why}`,
        lastSeen: snapshot.takenAt,
      },
    ];
  });
  return { ...snapshot, serviceEvents: read([...kept, ...refusals]) };
}
