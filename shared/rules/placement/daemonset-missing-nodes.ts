import {
  compacted,
  counted,
  isVirtualNode,
  listed,
  poolNameOf,
  subjectText,
  workloadSubject,
  type Workload,
} from '../../model/index.ts';
import { leftOut, plannedTaints, wouldLeaveOut, type LeftOut } from '../../placement/index.ts';
import { isKubeProxy } from '../../facts/index.ts';
import { defineRule, type Fault, type Fix, type Severity } from '../rule.ts';
import { cited, distinct, named, taintText } from '../../fixes/text.ts';
import { daemonSetFixes } from '../../fixes/daemonset-fixes.ts';

/**
 * Finds DaemonSets that do not cover nodes for want of a toleration, by the live tolerations: the
 * 2019 question whether kube-proxy tolerates a pool's taint, asked of every DaemonSet. Taints that
 * somebody plans (policy) are judged the same way.
 */
export const daemonsetMissingNodes = defineRule(
  {
    id: 'placement/daemonset-missing-nodes',
    title: 'DaemonSet does not run on nodes whose taint it does not tolerate',
    why: 'Without kube-proxy a node cannot serve Services; without its agents it lacks networking, disks or logs.',
    remedy: 'Add the toleration to the DaemonSet, or remove the taint from the node pool.',
    severity: 'medium',
    source: 'Kubernetes: DaemonSet, taints and tolerations',
  },
  { needs: ['daemonSets', 'nodes'], helps: ['managedCluster'] },
  ({ daemonSets, nodes, managedCluster, cluster }, { settings }) => {
    const real = nodes.filter((node) => !isVirtualNode(node));
    const { planned, ...others } = plannedTaints(settings.plannedTaints, real);
    return {
      faults: daemonSets.flatMap((daemonSet): readonly Fault[] => {
        const now = real
          .flatMap((node) => leftOut(daemonSet, node, []))
          .filter((each) => !isIsolated(daemonSet, each));
        const then = planned.flatMap((plan) => wouldLeaveOut(daemonSet, plan));
        const shown = now.length > 0 ? now : then;
        if (shown.length === 0) return [];
        const fixes = daemonSetFixes(daemonSet, shown, cluster, managedCluster);
        return [faultOf(daemonSet, now, then, fixes)];
      }),
      unknown: [
        ...others.malformed.map(({ nodePool, taint }) => ({
          subject: { name: nodePool },
          why: `the planned taint ${cited(taint)} is not key=value:Effect`,
        })),
        ...others.withoutNodes.map(({ nodePool, taint }) => ({
          subject: { name: nodePool },
          why: `the node pool has no nodes, so the planned taint ${cited(taint)} cannot be evaluated`,
        })),
      ],
    };
  },
);

function faultOf(
  daemonSet: Workload,
  now: readonly LeftOut[],
  then: readonly LeftOut[],
  fixes: readonly Fix[],
): Fault {
  const name = subjectText(daemonSet);
  const shown = now.length > 0 ? now : then;
  const proxy = isKubeProxy(daemonSet)
    ? ' Nodes without kube-proxy cannot serve Services: connections that reach them are lost.'
    : '';
  return {
    subject: workloadSubject(daemonSet),
    severity: severityOf(daemonSet),
    title: `DaemonSet ${name} ${now.length > 0 ? 'does not run' : 'would not run'} on ${counted(shown.length, 'node')}`,
    message: `${[sentence(name, now, false), sentence(name, then, true)].filter((each) => each !== '').join(' ')}${proxy}`,
    causes: compacted([then.length > 0 && 'planned-taint', now.length > 0 && 'untolerated-taint']),
    evidence: {
      nodes: distinct(shown.map(({ node }) => node.name)),
      nodeCount: now.length,
      nodePools: distinct(shown.map(({ node }) => poolNameOf(node) ?? 'none')),
      taints: taintsOf(shown),
      plannedOnly: now.length === 0,
      ...(then.length > 0 && { planned: { nodeCount: then.length, taints: taintsOf(then) } }),
    },
    fixes,
  };
}

function sentence(name: string, nodes: readonly LeftOut[], planned: boolean): string {
  if (nodes.length === 0) return '';
  const taints = listed(taintsOf(nodes));
  const evicted = nodes.filter((each) => each.evicts).length;
  const stay = planned ? 'running pods' : 'pods started before the taint';
  const pods =
    evicted === 0
      ? `${stay} stay until they terminate`
      : evicted === nodes.length
        ? 'running pods are evicted'
        : `running pods are evicted from ${counted(evicted, 'node')} and stay on the others until they terminate`;
  const place = `${placesOf(nodes)} because it does not tolerate ${taints}`;
  return planned
    ? `With the planned taint ${name} would not run on ${place}; ${pods}.`
    : `${name} does not run on ${place}; ${pods}.`;
}

/** `2 nodes of pools a and b`; nodes that are in no pool by their names. */
function placesOf(nodes: readonly LeftOut[]): string {
  const pooled = nodes.filter(({ node }) => poolNameOf(node) !== undefined);
  const pools = distinct(pooled.flatMap(({ node }) => poolNameOf(node) ?? []));
  const alone = nodes.filter((each) => !pooled.includes(each)).map(({ node }) => node.name);
  return compacted([
    pools.length > 0 && `${counted(pooled.length, 'node')} of ${named('pool', pools)}`,
    alone.length > 0 && named('node', distinct(alone)),
  ]).join(' and ');
}

function taintsOf(nodes: readonly LeftOut[]): readonly string[] {
  return distinct(nodes.flatMap(({ taints }) => taints.map(taintText)));
}

function severityOf(daemonSet: Workload): Severity {
  if (isKubeProxy(daemonSet)) return 'critical';
  return daemonSet.namespace === 'kube-system' ? 'high' : 'medium';
}

/** Keeping other people's pods off a system pool is what this taint is for: nothing is missing there. */
function isIsolated({ namespace }: Workload, { taints }: LeftOut): boolean {
  return namespace !== 'kube-system' && taints.every(({ key }) => key === 'CriticalAddonsOnly');
}
