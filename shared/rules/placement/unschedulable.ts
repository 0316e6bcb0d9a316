import { aksNodePool, kubectlOn } from '../../fixes/commands.ts';
import {
  compareText,
  listed,
  subjectText,
  type ManagedCluster,
  type Node,
  type PodSpec,
} from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import {
  canBeScheduled,
  deadLabels,
  describeObstacle,
  hasAutoProvisioning,
  isTransientTaint,
  knownLabels,
  type KnownLabels,
  type Obstacle,
} from '../../placement/index.ts';
import { defineRule, judgeEach, type Fault, type Fix, type Subject } from '../rule.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { heldDown } from './held-down.ts';
import { toPlace, type ToPlace } from '../../facts/to-place.ts';

/** Finds workloads that no node pool can host, and names what stands in the way on each. */
export const unschedulable = defineRule(
  {
    id: 'placement/unschedulable',
    title: 'Workload fits on no node pool',
    why: 'Its pods stay Pending, or cannot be rescheduled after they terminate.',
    remedy: 'Correct the selector or affinity, add a toleration, or add a matching node pool.',
    severity: 'high',
    source: 'Kubernetes: assign pods to nodes, taints and tolerations',
  },
  { needs: ['managedCluster', 'nodes', 'deployments', 'statefulSets', 'pendingPods'] },
  ({ managedCluster, nodes, deployments, statefulSets, pendingPods, cluster }) => {
    const workloads = [...deployments, ...statefulSets];
    const labels = knownLabels(managedCluster, nodes);
    return judgeEach(toPlace(workloads, pendingPods, deployments), (each) => {
      const { answer, perPool } = canBeScheduled(each.spec, managedCluster, nodes);
      if (answer === 'unknown')
        return { subject: each.subject, why: whyUnknown(managedCluster, nodes) };
      if (answer === 'yes') return heldDown(each, workloads, { nodes, managedCluster });
      if (answer !== 'no') return undefined;
      const pools = perPool
        .map(({ pool, landing }) => ({ pool, obstacles: landing.obstacles.filter(isLasting) }))
        .toSorted((a, b) => compareText(a.pool, b.pool));
      return faultOf(each, pools, cluster, nearest(each.spec, labels, managedCluster));
    });
  },
);

function whyUnknown(cluster: ManagedCluster, nodes: readonly Node[]): string {
  return hasAutoProvisioning(cluster, nodes)
    ? 'no pool can host it now, and whether node auto-provisioning can create a suitable node was not read'
    : 'whether a node pool can host it is not known from the data that was read';
}

/** Taints of conditions and of start-up pass: they do not keep a pod off for good. */
function isLasting(obstacle: Obstacle): boolean {
  return obstacle.kind !== 'taint' || !isTransientTaint(obstacle.taint);
}

interface PoolObstacles {
  readonly pool: string;
  readonly obstacles: readonly Obstacle[];
}

/** Labels of nodes that are most likely meant by those that no node has. */
function nearest(
  spec: PodSpec,
  labels: KnownLabels,
  managedCluster: ManagedCluster,
): readonly string[] {
  const selected = [...spec.nodeSelector].map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }));
  const required = [
    ...(spec.requiredNodeAffinity ?? []),
    { matchExpressions: selected, matchFields: [] },
  ];
  const { dead } = deadLabels({ ...spec, requiredNodeAffinity: required }, labels, managedCluster);
  return distinct(
    dead.flatMap(({ kind, near, requirement: { key, values }, where }) => {
      if (near === undefined || where !== 'required' || kind === 'no-effect') return [];
      return [kind === 'value' ? `${key}=${near}` : `${near}=${values[0] ?? ''}`];
    }),
  );
}

function faultOf(
  { subject, pending, running }: ToPlace,
  pools: readonly PoolObstacles[],
  cluster: Cluster,
  near: readonly string[],
): Fault {
  const name = subjectText(subject);
  const reasons = pools.map(
    ({ pool, obstacles }) => `${pool}: ${listed(distinct(obstacles.map(describeObstacle)))}`,
  );
  return {
    subject,
    title: `No node pool can host ${name}`,
    message: `${effect(pending, running)} ${subject.kind} ${name} fits on no node pool: ${itemized(reasons)}.${near.length === 0 ? '' : ` Closest match on the nodes: ${listed(near)}.`} Resources, host ports and volumes are not checked.`,
    causes: distinct(pools.flatMap(({ obstacles }) => obstacles.map(causeOf))),
    evidence: {
      pools: reasons,
      pendingPods: pending,
      readyPods: running,
      ...(near.length > 0 && { nearest: near }),
    },
    fixes: [correct(subject), ...startPools(pools, cluster)],
  };
}

function effect(pending: number, running: number): string {
  if (pending > 0) return `${pending === 1 ? '1 pod stays' : `${pending} pods stay`} Pending.`;
  return running > 0
    ? 'Running pods cannot be rescheduled after they terminate.'
    : 'Its pods cannot start.';
}

function causeOf(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'taint':
      return 'untolerated-taint';
    case 'node-selector':
    case 'node-affinity':
      return 'no-matching-label';
    case 'node-name':
      return 'bound-to-node';
    case 'stopped':
      return 'pool-stopped';
    case 'no-nodes':
    case 'cordoned':
    case 'not-ready':
      return 'no-node';
  }
}

function correct(subject: Subject): Fix {
  const { kind } = subject;
  return {
    title: 'Correct what keeps the pods off the nodes',
    steps: [kubectlOn(subject, 'edit')],
    price: [
      kind === 'Pod' || kind === 'Job'
        ? 'placement is immutable: delete and recreate the object'
        : 'pods are restarted',
    ],
  };
}

/** Stopped pools that nothing else keeps the pods off. */
function startPools(pools: readonly PoolObstacles[], cluster: Cluster): readonly Fix[] {
  const stopped = pools.filter(({ obstacles }) =>
    obstacles.every(({ kind }) => kind === 'stopped'),
  );
  return stopped.slice(0, 3).map(({ pool }) => ({
    title: `Start node pool ${pool}`,
    steps: [aksNodePool(cluster, 'start', pool)],
    price: ['its nodes are billed'],
  }));
}
