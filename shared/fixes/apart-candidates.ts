import {
  compacted,
  compareText,
  nodePoolsOf,
  poolNameOf,
  type Node,
  type Read,
  type Workload,
} from '../model/index.ts';
import { derived } from '../facts/index.ts';
import { zoneOf } from '../placement/index.ts';
import {
  portKey,
  predict,
  readyEndpoints,
  servingNodesOf,
  situations,
  withEndpointsOn,
  type PortTraffic,
  type ServiceTraffic,
  type Situations,
} from '../traffic/index.ts';
import { aksNodePool } from './commands.ts';
import type { Fix } from './fix.ts';
import { lookAtPods } from './service-fixes.ts';
import { spreadInTemplate, spreadOverNodes, spreadOverZones } from './workload-fixes.ts';
import { fixContexts, type Candidate, type FixContext } from './candidate.ts';
import {
  canBeMoved,
  landableNodes,
  movedNote,
  whatComesOf,
  spreadEvenly,
  lacksEnforcedSpread,
  backendTest,
} from './placing.ts';
import { withOutcome } from './outcome.ts';

/**
 * What brings the pods of a port onto more than one node, or into more than one zone, with the
 * shares after it where the scheduler has no choice.
 */
export const apartFixes = derived(
  'apartFixes',
  { needs: [fixContexts], helps: [situations] },
  ({ fixContexts: contextOf, situations: around }): ApartFixes =>
    (traffic, port, lacking) => {
      const context = contextOf(traffic, port);
      return context === undefined ? [] : fixesOf(context, around, lacking);
    },
);

export type ApartFixes = (
  traffic: ServiceTraffic,
  port: PortTraffic,
  lacking: Lacking,
) => readonly Fix[];

type Lacking = 'nodes' | 'zones';

function fixesOf(context: FixContext, around: Read<Situations>, lacking: Lacking): readonly Fix[] {
  const { service, workload, port } = context;
  if (!canBeMoved(workload))
    return compacted([
      service.selector !== undefined && spreadInTemplate(service.selector),
      lookAtPods(service),
    ]);
  const nodes = landableNodes(context, workload);
  const byZone = [...Map.groupBy(nodes, (node) => zoneOf(node) ?? '')].toSorted(([a], [b]) =>
    compareText(a, b),
  );
  const selector = service.selector ?? new Map<string, string>();
  const candidates: readonly Candidate[] = compacted([
    byZone.length > 1 &&
      candidateOf(
        context,
        spreadOverZones(workload, selector),
        spreadEvenly(workload, selector),
        nodes,
        overZones(context, byZone),
      ),
    lacking === 'nodes' &&
      lacksEnforcedSpread(workload) &&
      nodes.length > 1 &&
      candidateOf(
        context,
        spreadOverNodes(workload, selector),
        spreadEvenly(workload, selector),
        nodes,
        nodes,
      ),
  ]);
  const fixes = candidates
    .filter((candidate) => helps(candidate, context, lacking))
    .map((candidate) =>
      candidate.changes.length === 0
        ? candidate.fix
        : withOutcome(around, service, candidate, port),
    );
  if (fixes.length > 0) return fixes;
  return [lacking === 'nodes' ? addNodes(context) : addZones(context), lookAtPods(service)];
}

/** Numbers only where every node that can take the pods is a backend: else it is open what they get. */
function candidateOf(
  context: FixContext,
  fix: Fix,
  after: Workload,
  nodes: readonly Node[],
  targets: readonly Node[] | undefined,
): Candidate {
  const isBackend = backendTest(context);
  const pods = readyCount(context);
  if (targets === undefined || !nodes.every(isBackend)) return { fix, changes: [] };
  const changes = [withEndpointsOn(targets)];
  const candidate = { fix, changes, note: movedNote(pods, new Set(targets).size) };
  const move = { candidate, workload: after, nodes, all: context.nodes, pods };
  return whatComesOf(move)[0] ?? { fix, changes: [] };
}

/** A node for each pod, zone by zone in turn; `undefined` where zones and nodes cannot both be even, so that some pods would wait. */
function overZones(
  context: FixContext,
  byZone: readonly (readonly [zone: string, nodes: readonly Node[]])[],
): readonly Node[] | undefined {
  if (byZone.some(([zone]) => zone === '')) return undefined;
  const targets = Array.from({ length: readyCount(context) }, (_, index) => {
    const [, nodes = []] = byZone[index % byZone.length] ?? [];
    return nodes[Math.floor(index / byZone.length) % nodes.length];
  }).filter((node) => node !== undefined);
  const counts = new Map<Node, number>(
    byZone.flatMap(([, nodes]) => nodes.map((node) => [node, 0])),
  );
  for (const node of targets) counts.set(node, (counts.get(node) ?? 0) + 1);
  const values = [...counts.values()];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => Math.min(a, b), most);
  return most - least <= 1 ? targets : undefined;
}

/** A candidate without a prediction is shown; one of which it is known that it changes nothing is not. */
function helps({ changes }: Candidate, context: FixContext, lacking: Lacking): boolean {
  if (changes.length === 0) return true;
  const { ports } = predict(context.situation, ...changes);
  const same = ports.find((port) => portKey(port) === portKey(context.port));
  if (same === undefined) return false;
  const { nodes, zones } = servingNodesOf(context.zones, same);
  return nodes.length > 1 && (lacking === 'nodes' || (zones?.length ?? 0) > 1);
}

/** The pods have nowhere else to go. */
function addNodes({ cluster, managedCluster, nodes, port }: FixContext): Fix {
  const host = port.endpoints.find(({ share }) => share > 0)?.node;
  const node = nodes.find(({ name }) => name === host);
  const name = node === undefined ? undefined : poolNameOf(node);
  const count = nodes.filter((each) => poolNameOf(each) === name).length + 1;
  const known = nodePoolsOf(managedCluster);
  const { autoscaling = false, maxCount = 0 } = known.find((each) => each.name === name) ?? {};
  const [verb, flags] = autoscaling
    ? [
        'update',
        `--update-cluster-autoscaler --min-count ${count} --max-count ${Math.max(count, maxCount)}`,
      ]
    : ['scale', `--node-count ${count}`];
  return {
    title: 'Scale the node pool up so that the pods have another node',
    steps: [aksNodePool(cluster, verb, name ?? 'NODE_POOL', flags)],
    price: ['more VMs to pay for', 'running pods do not move until they are restarted'],
  };
}

/** Zones of a pool are chosen when it is made. */
function addZones({ cluster }: FixContext): Fix {
  return {
    title: 'Add a node pool in other zones',
    steps: [aksNodePool(cluster, 'add', 'zones', '--mode User --zones 1 2 3 --node-count 3')],
    price: [
      'more VMs to pay for',
      'running pods do not move until they are restarted, and they must be allowed on the new pool',
    ],
  };
}

function readyCount({ port }: FixContext): number {
  return readyEndpoints(port).length;
}
