import { backendPoolId, internalSuffix, isInternalName } from '../load-balancing/index.ts';
import {
  armId,
  isSystemNode,
  listed,
  nodePoolsOf,
  sameName,
  type LoadBalancer,
  type Node,
  type Taint,
  type Workload,
} from '../model/index.ts';
import { withAnnotation, withEndpointsOn } from '../traffic/index.ts';
import { firstUntolerated } from '../placement/index.ts';
import { isolating } from './cluster-fixes.ts';
import { poolsByMode } from '../facts/pool-modes.ts';
import { kubectlOn } from './commands.ts';
import type { Fix } from './fix.ts';
import { setServiceAnnotation } from './service-fixes.ts';
import { pinToPools, spreadOverNodes } from './workload-fixes.ts';
import { entryOf, otherVmSets } from './backends.ts';
import type { Candidate, FixContext } from './candidate.ts';
import {
  canBeMoved,
  landableNodes,
  movedNote,
  pinnedTo,
  poolNames,
  reachableNodes,
  whatComesOf,
  spreadEvenly,
  lacksEnforcedSpread,
  backendTest,
} from './placing.ts';

/** Where the pods could run instead. Only for Local: under Cluster their place does not matter. */
export function moveCandidates(context: FixContext): readonly Candidate[] {
  const { workload, local } = context;
  const entry = entryOf(context);
  if (!local || !canBeMoved(workload) || entry === undefined) return [];
  const isBackend = backendTest(context);
  return [
    ...(entry.loadBalancer.sku === 'basic' ? pinAndChooseVmSet(context, workload) : []),
    ...spread(context, workload, isBackend),
    ...pinToBackends(context, workload, isBackend),
    ...taintSystemPool(context, workload, isBackend),
  ];
}

function onSystemPool({ managedCluster }: FixContext, node: Node): boolean {
  return isSystemNode(node, nodePoolsOf(managedCluster));
}

const mode = 'azure-load-balancer-mode';

/** The article's cure: pods on the nodes of one VM set, and that set behind the Service. */
function pinAndChooseVmSet(context: FixContext, workload: Workload): readonly Candidate[] {
  const entry = entryOf(context);
  if (entry === undefined) return [];
  const reachable = new Set(reachableNodes(context, workload));
  return [...otherVmSets(context, entry.loadBalancer)].flatMap(([vmSet, nodes]) => {
    const onto = balancerOf(context, entry.loadBalancer, vmSet);
    const [pool] = onto.backendPools;
    const backends = pool === undefined ? [] : context.eligible(onto, pool, `behind ${onto.name}`);
    const there = nodes.filter((node) => reachable.has(node) && !onSystemPool(context, node));
    const pools = poolNames(there);
    // The pin sends pods to any node of the pools: one that is no backend makes the outcome luck.
    if (
      there.length === 0 ||
      pools === undefined ||
      !there.every((node) => backends.includes(node))
    )
      return [];
    const fix = combined(
      `Pin the pods to node pool ${listed(pools)} and use its VM set as backend`,
      [
        pinToPools(workload, pools),
        ...spreading(context, workload),
        setServiceAnnotation(context.service, mode, asAzureSpells(vmSet), '', [
          'the Service moves to another load balancer, and its address changes unless it is static',
        ]),
      ],
    );
    const change = withAnnotation(mode, asAzureSpells(vmSet), { onto: () => onto });
    return moved(context, fix, pinnedAndSpread(context, workload, pools), there, [change]);
  });
}

/** The load balancer of a VM set: it is there already, or the provider makes it. */
function balancerOf({ situation }: FixContext, current: LoadBalancer, vmSet: string): LoadBalancer {
  const name = `${asAzureSpells(vmSet)}${isInternalName(current.name) ? internalSuffix : ''}`;
  const existing = situation.loadBalancers.find((each) => sameName(each.name, name));
  if (existing !== undefined) return existing;
  const id = armId(current.id.replace(/[^/]+$/u, name));
  const pools = current.backendPools.map((pool) => ({
    ...pool,
    id: armId(backendPoolId(id, pool.name)),
    members: [],
  }));
  return { ...current, id, name, backendPools: pools };
}

/** Sets are compared in lower case; AKS writes those of availability sets with one capital. */
function asAzureSpells(vmSet: string): string {
  return vmSet.replace('-availabilityset-', '-availabilitySet-');
}

function spread(
  context: FixContext,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const nodes = landableNodes(context, workload);
  if (!lacksEnforcedSpread(workload) || nodes.length === 0) return [];
  const [fix] = spreading(context, workload);
  // Which of the nodes the scheduler takes is open: only where all of them are backends is the outcome not.
  if (fix === undefined || !nodes.every(isBackend)) return [];
  return moved(context, fix, spreadOut(context, workload), nodes);
}

function pinToBackends(
  context: FixContext,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const reachable = reachableNodes(context, workload);
  const outside = new Set(poolNames(reachable.filter((node) => !isBackend(node))));
  const nodes = reachable.filter((node) => isBackend(node) && !onSystemPool(context, node));
  // A pool that is a backend in part only is no place to pin pods to.
  const pools = poolNames(nodes)?.filter((pool) => !outside.has(pool));
  if (pools === undefined || pools.length === 0 || outside.size === 0) return [];
  const chosen = nodes.filter((node) => pools.includes(poolNames([node])?.[0] ?? ''));
  const fix = combined(`Pin the pods to node pool ${listed(pools)}, whose nodes are backends`, [
    pinToPools(workload, pools),
    ...spreading(context, workload),
  ]);
  return moved(context, fix, pinnedAndSpread(context, workload, pools), chosen);
}

/** Pods that slipped onto a system pool go back to user pools when they are made anew. */
function taintSystemPool(
  context: FixContext,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const { cluster, managedCluster, port, isolate } = context;
  if (managedCluster.kind === 'unread') return [];
  const byName = new Map(context.nodes.map((node) => [String(node.name), node]));
  const slipped = port.endpoints
    .flatMap((endpoint) => byName.get(endpoint.node ?? '') ?? [])
    .filter((node) => onSystemPool(context, node));
  const [poolName] = poolNames(slipped) ?? [];
  const modes = poolsByMode(managedCluster.value, context.nodes);
  const pool = modes.system.find((each) => each.name === poolName);
  const nodes = landableNodes(context, workload).filter((node) => !onSystemPool(context, node));
  if (pool === undefined || nodes.length === 0 || !nodes.every(isBackend)) return [];
  // Pods that tolerate the taint go on landing there.
  if (tolerates(workload, isolating)) return [];
  const spreads = spreading(context, workload);
  const restart: Fix = {
    title: '',
    steps: [kubectlOn(workload, 'rollout restart')],
    price: ['pods are restarted and move'],
  };
  const fix = combined(`Taint system pool ${pool.name} against user pods, and restart these pods`, [
    isolate(cluster, pool),
    // A new template restarts the pods by itself.
    ...(spreads.length > 0 ? spreads : [restart]),
  ]);
  return moved(context, fix, spreadOut(context, workload), nodes);
}

function tolerates({ podSpec }: Workload, taint: Taint): boolean {
  return firstUntolerated([taint], podSpec.tolerations, () => true) === undefined;
}

/** @param after The workload with its new template. @param first What changes before the pods move. */
function moved(
  context: FixContext,
  fix: Fix,
  after: Workload,
  nodes: readonly Node[],
  first: Candidate['changes'] = [],
): readonly Candidate[] {
  const pods = readyCount(context);
  const changes = [...first, withEndpointsOn(nodes)];
  const candidate = { fix, changes, note: movedNote(pods, nodes.length) };
  return whatComesOf({ candidate, workload: after, nodes, all: context.nodes, pods });
}

/** The hard spread that makes the outcome of a move certain, where nothing enforces one yet. */
function spreading({ service }: FixContext, workload: Workload): readonly Fix[] {
  return lacksEnforcedSpread(workload) && service.selector !== undefined
    ? [spreadOverNodes(workload, service.selector)]
    : [];
}

/** The workload with that spread. */
function spreadOut({ service }: FixContext, workload: Workload): Workload {
  return lacksEnforcedSpread(workload) && service.selector !== undefined
    ? spreadEvenly(workload, service.selector)
    : workload;
}

function pinnedAndSpread(
  context: FixContext,
  workload: Workload,
  pools: readonly string[],
): Workload {
  return spreadOut(context, pinnedTo(workload, pools));
}

function combined(title: string, fixes: readonly Fix[]): Fix {
  return {
    title,
    steps: fixes.flatMap((fix) => fix.steps),
    price: joinedPrices(fixes),
  };
}

/** Each trade-off once: pods that move are restarted. */
function joinedPrices(fixes: readonly Fix[]): readonly string[] {
  const all = [...new Set(fixes.flatMap((fix) => fix.price))];
  return all.filter((price) => !all.some((other) => other.startsWith(`${price} and `)));
}

function readyCount({ port }: FixContext): number {
  return port.endpoints.filter((endpoint) => endpoint.ready).length;
}
