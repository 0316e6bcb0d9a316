import type { ToPlace } from '../../facts/to-place.ts';
import { honorTaints } from '../../fixes/workload-fixes.ts';
import {
  compareText,
  counted,
  poolNameOf,
  subjectText,
  type ManagedCluster,
  type Node,
  type Workload,
} from '../../model/index.ts';
import { hasAutoProvisioning, heldDownBySpread, landing } from '../../placement/index.ts';
import type { Fault } from '../rule.ts';

interface ClusterNodes {
  readonly nodes: readonly Node[];
  readonly managedCluster: ManagedCluster;
}

/** Pods that a hard spread keeps waiting, since it counts nodes whose taints keep all of them off. */
export function heldDown(
  { subject, pending, running }: ToPlace,
  workloads: readonly Workload[],
  cluster: ClusterNodes,
): readonly Fault[] {
  const workload = workloads.find(
    ({ kind, namespace, name }) =>
      kind === subject.kind && namespace === subject.namespace && name === subject.name,
  );
  const replicas = workload?.replicas ?? 0;
  // What runs already was placed before the taints, or is about to move.
  if (workload === undefined || (pending === 0 && workload.statusCount === undefined)) return [];
  if (pending === 0 && running >= replicas) return [];
  const held = heldDownBySpread(workload, cluster.nodes, workloads);
  if (held === undefined || held.seats >= replicas || mayGrow(workload, cluster)) return [];
  const { constraint, seats } = held;
  const { topologyKey: key, maxSkew } = constraint;
  const name = subjectText(subject);
  const waiting = replicas - seats;
  const closed = cluster.nodes.filter((node) => landing(workload.podSpec, node).ever === 'no');
  return [
    {
      subject,
      severity: 'medium',
      title: `${waiting} of ${counted(replicas, 'pod')} of ${name} cannot be scheduled`,
      message: `${counted(waiting, 'pod')} of ${subject.kind} ${name} ${waiting === 1 ? 'stays' : 'stay'} Pending although nodes have room: its topology spread by ${key} (DoNotSchedule, maxSkew ${maxSkew}) also counts nodes whose taints the pods do not tolerate. These stay empty, so no other value of ${key} may hold more than ${counted(maxSkew, 'pod')}: ${counted(seats, 'pod')} in all.`,
      causes: ['spread-counts-tainted-nodes'],
      evidence: {
        replicas,
        placeable: seats,
        placeableWithHonor: Number.isFinite(held.seatsWithHonor) ? held.seatsWithHonor : replicas,
        pendingPods: pending,
        readyPods: running,
        topologyKey: key,
        nodesThatStayEmpty: closed
          .map((node) => String(node.name))
          .toSorted(compareText)
          .slice(0, 20),
      },
      fixes: [honorTaints(workload, constraint)],
    },
  ];
}

/** The autoscaler, or node auto-provisioning, adds a node for pods that wait. */
function mayGrow({ podSpec }: Workload, { nodes, managedCluster }: ClusterNodes): boolean {
  if (hasAutoProvisioning(managedCluster, nodes)) return true;
  const open = new Set(
    nodes.filter((node) => landing(podSpec, node).ever === 'yes').map((node) => poolNameOf(node)),
  );
  return managedCluster.nodePools.some(
    ({ name, autoscaling, count = 0, maxCount = Infinity }) =>
      autoscaling && maxCount > count && open.has(name),
  );
}
