import {
  isVirtualNode,
  poolNameOf,
  sameName,
  type ManagedCluster,
  type Node,
  type NodePool,
  type PodSpec,
} from '../model/index.ts';
import { affinityObstacle, isLastingHard, landing } from './landing.ts';
import { hasAutoProvisioning } from './nodes.ts';
import type { Obstacle } from './obstacles.ts';
import { poolShape, shapeFits } from './pool-labels.ts';
import { firstUntolerated, isTransientTaint } from './tolerations.ts';

export interface PoolLanding {
  /** `some-nodes` = on some of its nodes; `after-scale-up` = once the pool has a node; `unknown` = ARM does not tell. */
  readonly answer: 'yes' | 'some-nodes' | 'after-scale-up' | 'no' | 'unknown';
  readonly obstacles: readonly Obstacle[];
}

/**
 * Could a pod ever land on a pool? Live nodes decide where there are any; else what ARM says of the
 * nodes that would come (source: cluster-autoscaler and node auto provisioning).
 */
export function landingOnPool(
  spec: PodSpec,
  pool: NodePool,
  cluster: ManagedCluster,
  liveNodes: readonly Node[],
): PoolLanding {
  if (liveNodes.length > 0) return onLiveNodes(spec, liveNodes);
  const obstacles: Obstacle[] = [];
  const taint = firstUntolerated(pool.taints, spec.tolerations, isLastingHard);
  if (taint !== undefined) obstacles.push({ kind: 'taint', taint });
  const fits = shapeFits(spec, poolShape(pool, cluster));
  if (fits === 'no') obstacles.push(missingLabel(spec, pool, cluster));
  if (sameName(pool.powerState ?? '', 'Stopped')) obstacles.push({ kind: 'stopped' });
  if (obstacles.length > 0) return { answer: 'no', obstacles };
  if (fits === 'unknown') return { answer: 'unknown', obstacles: [] };
  const hasNodes = (pool.count ?? 1) > 0;
  if (hasNodes) return { answer: fits === 'some' ? 'some-nodes' : 'yes', obstacles: [] };
  const grows = pool.autoscaling && (pool.maxCount ?? 0) > 0;
  return grows
    ? { answer: 'after-scale-up', obstacles: [] }
    : { answer: 'after-scale-up', obstacles: [{ kind: 'no-nodes' }] };
}

function onLiveNodes(spec: PodSpec, nodes: readonly Node[]): PoolLanding {
  const landings = nodes.map((node) => landing(spec, node));
  const able = landings.filter((each) => each.ever === 'yes').length;
  if (able === nodes.length) return { answer: 'yes', obstacles: [] };
  if (able > 0) return { answer: 'some-nodes', obstacles: [] };
  return {
    answer: 'no',
    obstacles: distinct(landings.flatMap((each) => each.obstacles.filter(isLasting))),
  };
}

/** Conditions, cordons and what the controllers taint pass by themselves. */
function isLasting(obstacle: Obstacle): boolean {
  if (obstacle.kind === 'taint') return !isTransientTaint(obstacle.taint);
  return obstacle.kind !== 'cordoned' && obstacle.kind !== 'not-ready';
}

function distinct(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  return [...new Map(obstacles.map((each) => [JSON.stringify(each), each])).values()];
}

function missingLabel(spec: PodSpec, pool: NodePool, cluster: ManagedCluster): Obstacle {
  const shape = poolShape(pool, cluster);
  for (const [key, value] of spec.nodeSelector) {
    const fact = shape.fact(key);
    if (fact.kind === 'values' && !fact.values.includes(value))
      return { kind: 'node-selector', key, value };
  }
  return affinityObstacle(spec);
}

export interface Schedulability {
  readonly answer: 'yes' | 'after-scale-up' | 'no' | 'unknown';
  readonly perPool: readonly { readonly pool: string; readonly landing: PoolLanding }[];
}

/**
 * Can a pod be scheduled at all, on any pool? Where nodes are made on demand (node
 * auto-provisioning) a firm no becomes unknown.
 */
export function canBeScheduled(
  spec: PodSpec,
  cluster: ManagedCluster,
  nodes: readonly Node[],
): Schedulability {
  const { live, virtual: virtualNodes } = byPool(nodes);
  const declared = cluster.nodePools.map((pool) => ({
    pool: pool.name,
    landing: landingOnPool(spec, pool, cluster, live.get(pool.name) ?? []),
  }));
  const names = new Set(cluster.nodePools.map((pool) => pool.name));
  const others = [...live]
    .filter(([name]) => !names.has(name))
    .map(([name, group]) => ({ pool: name, landing: onLiveNodes(spec, group) }));
  const virtual = virtualNodes.map((node) => ({
    pool: node.name,
    landing: onLiveNodes(spec, [node]),
  }));
  const perPool = [...declared, ...others, ...virtual];
  const answers = new Set(perPool.map((each) => each.landing.answer));
  if (answers.has('yes') || answers.has('some-nodes')) return { answer: 'yes', perPool };
  if (answers.has('after-scale-up')) return { answer: 'after-scale-up', perPool };
  const onDemand = cluster.hostedSystemPools === true || hasAutoProvisioning(cluster, nodes);
  if (answers.has('unknown') || onDemand || perPool.length === 0)
    return { answer: 'unknown', perPool };
  return { answer: 'no', perPool };
}

interface NodesByPool {
  readonly live: ReadonlyMap<string, readonly Node[]>;
  readonly virtual: readonly Node[];
}

const groups = new WeakMap<readonly Node[], NodesByPool>();

/** Nodes by pool, virtual ones apart; every workload of a cluster asks for the same. */
function byPool(nodes: readonly Node[]): NodesByPool {
  const known = groups.get(nodes);
  if (known !== undefined) return known;
  const real = nodes.filter((node) => !isVirtualNode(node));
  const found = {
    live: Map.groupBy(real, (node) => poolNameOf(node) ?? 'no pool'),
    virtual: nodes.filter(isVirtualNode),
  };
  groups.set(nodes, found);
  return found;
}
