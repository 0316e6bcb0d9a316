import {
  compacted,
  type NodeName,
  type PodSpec,
  type Taint,
  type Toleration,
} from '../model/index.ts';
import { labelObstacle } from './landing.ts';
import type { Obstacle } from './obstacles.ts';
import { firstUntolerated, isHard, isNoExecute } from './tolerations.ts';

/** The tolerations that the DaemonSet controller adds to a template before it decides (source: the DaemonSet controller). */
export function daemonSetTolerations(spec: PodSpec): readonly Toleration[] {
  return compacted([
    ...spec.tolerations,
    tolerating('not-ready', 'NoExecute'),
    tolerating('unreachable', 'NoExecute'),
    tolerating('disk-pressure', 'NoSchedule'),
    tolerating('memory-pressure', 'NoSchedule'),
    tolerating('pid-pressure', 'NoSchedule'),
    tolerating('unschedulable', 'NoSchedule'),
    spec.hostNetwork && tolerating('network-unavailable', 'NoSchedule'),
  ]);
}

/**
 * Should a DaemonSet have a pod on a node, and may one that runs there stay? A label that does not
 * fit ends a running pod too; a NoSchedule taint does not.
 */
export function daemonSetOn(
  spec: PodSpec,
  node: {
    readonly name: NodeName;
    readonly labels: ReadonlyMap<string, string>;
    readonly taints: readonly Taint[];
  },
): { readonly shouldRun: boolean; readonly shouldStay: boolean; readonly because?: Obstacle } {
  const label = labelObstacle(spec, node);
  if (label !== undefined) return { shouldRun: false, shouldStay: false, because: label };
  const tolerations = daemonSetTolerations(spec);
  const taint = firstUntolerated(node.taints, tolerations, isHard);
  if (taint === undefined) return { shouldRun: true, shouldStay: true };
  const shouldStay = firstUntolerated(node.taints, tolerations, isNoExecute) === undefined;
  return { shouldRun: false, shouldStay, because: { kind: 'taint', taint } };
}

function tolerating(name: string, effect: string): Toleration {
  return { key: `node.kubernetes.io/${name}`, operator: 'Exists', value: '', effect };
}
