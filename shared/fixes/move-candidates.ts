import type { Node, Workload } from '../model/index.ts';
import { countsTaintedNodes } from '../placement/index.ts';
import { withEndpointsOn, withMembers } from '../traffic/index.ts';
import { isolateSystemPool } from './cluster-fixes.ts';
import { poolsByMode } from '../facts/pool-modes.ts';
import type { Fix } from './fix.ts';
import { setServiceAnnotation } from './service-fixes.ts';
import { listed, quoted } from './text.ts';
import { pinToPools, spreadOverNodes } from './workload-fixes.ts';
import { entryOf, otherVmSets } from './backends.ts';
import type { Candidate, FixContext } from './candidate.ts';
import {
  canBeMoved,
  landableNodes,
  movedNote,
  onSystemPool,
  poolNames,
  reachableNodes,
  seated,
  spreadIsLuck,
} from './placing.ts';

/** Where the pods could run instead. Only for Local: under Cluster their place does not matter. */
export function moveCandidates(context: FixContext): readonly Candidate[] {
  const { workload, local } = context;
  const entry = entryOf(context);
  if (!local || !canBeMoved(workload) || entry === undefined) return [];
  const { loadBalancer, pool } = entry;
  const backends = new Set(context.eligible(loadBalancer, pool, 'today').map((node) => node.name));
  const isBackend = (node: Node): boolean => backends.has(node.name);
  return [
    ...(loadBalancer.sku === 'basic' ? pinAndChooseVmSet(context, workload) : []),
    ...spread(context, workload, isBackend),
    ...pinToBackends(context, workload, isBackend),
    ...isolate(context, workload, isBackend),
  ];
}

/** The article's cure: pods on the nodes of one VM set, and that set behind the Service. */
function pinAndChooseVmSet(context: FixContext, workload: Workload): readonly Candidate[] {
  const entry = entryOf(context);
  if (entry === undefined) return [];
  const reachable = new Set(reachableNodes(context, workload));
  return [...otherVmSets(context, entry.loadBalancer)].flatMap(([vmSet, nodes]) => {
    const usable = nodes.filter((node) => reachable.has(node) && !onSystemPool(context, node));
    const pools = poolNames(usable);
    if (usable.length === 0 || pools === undefined) return [];
    const fix = combined(
      `Pin the pods to node pool ${listed(pools)} and use its VM set as backend`,
      [
        pinToPools(workload, pools),
        ...spreading(context, workload),
        setServiceAnnotation(
          context.service,
          'azure-load-balancer-mode',
          asAzureSpells(vmSet),
          '',
          [
            'the Service moves to another load balancer, and its address changes unless it is static',
          ],
        ),
      ],
    );
    const candidate = {
      fix,
      changes: [withMembers(nodes), withEndpointsOn(usable)],
      note: movedNote(readyCount(context), usable.length),
    };
    return [seated(candidate, workload, readyCount(context), usable)];
  });
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
  if (!spreadIsLuck(workload) || nodes.length === 0) return [];
  const [fix] = spreading(context, workload);
  // Which of the nodes the scheduler takes is open: only where all of them are backends is the outcome not.
  if (fix === undefined || !nodes.every(isBackend)) return [];
  const candidate = {
    fix,
    changes: [withEndpointsOn(nodes)],
    note: movedNote(readyCount(context), nodes.length),
  };
  return [seated(candidate, workload, readyCount(context), nodes)];
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
  const candidate = {
    fix: combined(`Pin the pods to node pool ${listed(pools)}, whose nodes are backends`, [
      pinToPools(workload, pools),
      ...spreading(context, workload),
    ]),
    changes: [withEndpointsOn(chosen)],
    note: movedNote(readyCount(context), chosen.length),
  };
  return [seated(candidate, workload, readyCount(context), chosen)];
}

/** Pods that slipped onto a system pool go back to user pools when they are made anew. */
function isolate(
  context: FixContext,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const { cluster, managedCluster, port } = context;
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
  // The new taint makes the system nodes empty places that a spread of old may count.
  const counts = { pods: readyCount(context), nodes: nodes.length };
  if (counts.pods > counts.nodes && countsTaintedNodes(workload.podSpec)) return [];
  const spreads = spreading(context, workload);
  const restart: Fix = {
    title: '',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(workload.namespace)} rollout restart ${workload.kind.toLowerCase()} ${quoted(workload.name)}`,
      },
    ],
    price: ['pods are restarted and move'],
  };
  const candidate = {
    fix: combined(`Taint system pool ${pool.name} against user pods, and restart these pods`, [
      isolateSystemPool(cluster, pool, modes.linuxElsewhere),
      // A new template restarts the pods by itself.
      ...(spreads.length > 0 ? spreads : [restart]),
    ]),
    changes: [withEndpointsOn(nodes)],
    note: movedNote(readyCount(context), nodes.length),
  };
  return [seated(candidate, workload, readyCount(context), nodes)];
}

/** The hard spread that makes the outcome of a move certain, where nothing enforces one yet. */
function spreading({ service }: FixContext, workload: Workload): readonly Fix[] {
  return spreadIsLuck(workload) && service.selector !== undefined
    ? [spreadOverNodes(workload, service.selector)]
    : [];
}

function combined(title: string, fixes: readonly Fix[]): Fix {
  return {
    title,
    steps: fixes.flatMap((fix) => fix.steps),
    price: [...new Set(fixes.flatMap((fix) => fix.price))],
  };
}

function readyCount({ port }: FixContext): number {
  return port.endpoints.filter((endpoint) => endpoint.ready).length;
}
