import {
  compareText,
  valueOr,
  type ClusterSnapshot,
  type Node,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { landing } from '../placement/index.ts';
import { templateChanged } from './changed-workload.ts';
import { workloadKey, type PodIndex, type WorkloadKey } from './pod-index.ts';

export interface PodInputs {
  readonly before: ClusterSnapshot;
  readonly after: ClusterSnapshot;
  readonly index: PodIndex;
  readonly removed: ReadonlySet<NodeName>;
  /** Workloads whose template changes in a part that the snapshot does not have. */
  readonly replaced: ReadonlySet<WorkloadKey>;
}

/** Whether the change replaces all pods of the workload. */
export function isReplaced(before: Workload, after: Workload, { replaced }: PodInputs): boolean {
  return templateChanged(before, after) || replaced.has(workloadKey(after));
}

/** Nodes that a pod of the workload can be placed on now, by name. */
export function fittingNodes(snapshot: ClusterSnapshot, workload: Workload): readonly Node[] {
  return valueOr(snapshot.nodes, [])
    .filter((node) => landing(workload.podSpec, node).now === 'yes')
    .toSorted((a, b) => compareText(a.name, b.name));
}
