import { valueOr, type Node, type Workload } from '../model/index.ts';
import { countsTaintedNodes } from '../placement/index.ts';
import { withEndpointsOn, withMembers } from '../traffic/index.ts';
import { isolateSystemPool } from './cluster-fixes.ts';
import { poolsByMode } from '../facts/pool-modes.ts';
import type { Fix } from './fix.ts';
import { setServiceAnnotation } from './service-fixes.ts';
import { listed, quoted } from './text.ts';
import { pinToPools, spreadOverNodes } from './workload-fixes.ts';
import { eligibleNodes, entryOf, otherVmSets } from './backends.ts';
import type { Candidate, Patient } from './candidate.ts';
import {
  canBeMoved,
  landableNodes,
  movedNote,
  onSystemPool,
  poolNames,
  reachableNodes,
  someWait,
  spreadIsLuck,
} from './placing.ts';

/** Where the pods could run instead. Only for Local: under Cluster their place does not matter. */
export function moveCandidates(patient: Patient): readonly Candidate[] {
  const { workload, local } = patient;
  const entry = entryOf(patient);
  if (!local || !canBeMoved(workload) || entry === undefined) return [];
  const { snapshot } = patient;
  const { loadBalancer, pool } = entry;
  const backends = new Set(
    eligibleNodes(snapshot, loadBalancer, pool, 'today').map((node) => node.name),
  );
  const isBackend = (node: Node): boolean => backends.has(node.name);
  return [
    ...(loadBalancer.sku === 'basic' ? pinAndChooseVmSet(patient, workload) : []),
    ...spread(patient, workload, isBackend),
    ...pinToBackends(patient, workload, isBackend),
    ...isolate(patient, workload, isBackend),
  ];
}

/** The article's cure: pods on the nodes of one VM set, and that set behind the Service. */
function pinAndChooseVmSet(patient: Patient, workload: Workload): readonly Candidate[] {
  const entry = entryOf(patient);
  if (entry === undefined) return [];
  const reachable = new Set(reachableNodes(patient, workload));
  return [...otherVmSets(patient.snapshot, entry.loadBalancer)].flatMap(([vmSet, nodes]) => {
    const usable = nodes.filter((node) => reachable.has(node) && !onSystemPool(patient, node));
    const pools = poolNames(usable);
    if (usable.length === 0 || pools === undefined) return [];
    if (someWait(workload, { pods: readyCount(patient), nodes: usable.length })) return [];
    const fix = combined(
      `Pin the pods to node pool ${listed(pools)}, and take its VM set as backend`,
      [
        pinToPools(workload, pools),
        ...spreading(patient, workload),
        setServiceAnnotation(
          patient.service,
          'azure-load-balancer-mode',
          asAzureSpells(vmSet),
          '',
          [
            'the Service moves to another load balancer, and its address changes unless it is fixed',
          ],
        ),
      ],
    );
    return [
      {
        fix,
        changes: [withMembers(nodes), withEndpointsOn(usable)],
        note: movedNote(readyCount(patient), usable.length),
      },
    ];
  });
}

/** Sets are compared in lower case; AKS writes those of availability sets with one capital. */
function asAzureSpells(vmSet: string): string {
  return vmSet.replace('-availabilityset-', '-availabilitySet-');
}

function spread(
  patient: Patient,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const nodes = landableNodes(patient, workload);
  if (!spreadIsLuck(workload) || nodes.length === 0) return [];
  const [fix] = spreading(patient, workload);
  // Which of the nodes the scheduler takes is open: only where all of them are backends is the outcome not.
  if (fix === undefined || !nodes.every(isBackend)) return [];
  return [
    {
      fix,
      changes: [withEndpointsOn(nodes)],
      note: movedNote(readyCount(patient), nodes.length),
    },
  ];
}

function pinToBackends(
  patient: Patient,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const reachable = reachableNodes(patient, workload);
  const outside = new Set(poolNames(reachable.filter((node) => !isBackend(node))));
  const nodes = reachable.filter((node) => isBackend(node) && !onSystemPool(patient, node));
  // A pool that is a backend in part only is no place to pin pods to.
  const pools = poolNames(nodes)?.filter((pool) => !outside.has(pool));
  if (pools === undefined || pools.length === 0 || outside.size === 0) return [];
  const chosen = nodes.filter((node) => pools.includes(poolNames([node])?.[0] ?? ''));
  if (someWait(workload, { pods: readyCount(patient), nodes: chosen.length })) return [];
  return [
    {
      fix: combined(`Pin the pods to node pool ${listed(pools)}, whose nodes are backends`, [
        pinToPools(workload, pools),
        ...spreading(patient, workload),
      ]),
      changes: [withEndpointsOn(chosen)],
      note: movedNote(readyCount(patient), chosen.length),
    },
  ];
}

/** Pods that slipped onto a system pool go back to user pools when they are made anew. */
function isolate(
  patient: Patient,
  workload: Workload,
  isBackend: (node: Node) => boolean,
): readonly Candidate[] {
  const { snapshot, port } = patient;
  if (snapshot.managedCluster.kind === 'unread') return [];
  const byName = new Map(valueOr(snapshot.nodes, []).map((node) => [String(node.name), node]));
  const slipped = port.endpoints
    .flatMap((endpoint) => byName.get(endpoint.node ?? '') ?? [])
    .filter((node) => onSystemPool(patient, node));
  const [poolName] = poolNames(slipped) ?? [];
  const modes = poolsByMode(snapshot.managedCluster.value, valueOr(snapshot.nodes, []));
  const pool = modes.system.find((each) => each.name === poolName);
  const nodes = landableNodes(patient, workload).filter((node) => !onSystemPool(patient, node));
  if (pool === undefined || nodes.length === 0 || !nodes.every(isBackend)) return [];
  // The new taint makes the system nodes empty places that a spread of old may count.
  const counts = { pods: readyCount(patient), nodes: nodes.length };
  if (someWait(workload, counts)) return [];
  if (counts.pods > counts.nodes && countsTaintedNodes(workload.podSpec)) return [];
  const spreads = spreading(patient, workload);
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
  return [
    {
      fix: combined(`Keep user pods off system pool ${pool.name}, and restart these`, [
        isolateSystemPool(snapshot, pool, modes.linuxElsewhere),
        // A new template restarts the pods by itself.
        ...(spreads.length > 0 ? spreads : [restart]),
      ]),
      changes: [withEndpointsOn(nodes)],
      note: movedNote(readyCount(patient), nodes.length),
    },
  ];
}

/** The hard spread that makes the outcome of a move certain, where nothing enforces one yet. */
function spreading({ service }: Patient, workload: Workload): readonly Fix[] {
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

function readyCount({ port }: Patient): number {
  return port.endpoints.filter((endpoint) => endpoint.ready).length;
}
