import { compareText, valueOr, type ClusterSnapshot, type Node } from '../model/index.ts';
import { poolNameOf, zoneOf } from '../placement/index.ts';
import {
  situations,
  predict,
  situationOf,
  withEndpointsOn,
  type PortTraffic,
  type ServiceTraffic,
} from '../traffic/index.ts';
import { clusterArguments } from './cluster-fixes.ts';
import type { Fix } from './fix.ts';
import { lookAtPods } from './service-fixes.ts';
import { quoted } from './text.ts';
import { spreadInTemplate, spreadOverNodes, spreadOverZones } from './workload-fixes.ts';
import { eligibleNodes, entryOf } from './backends.ts';
import { patientOf, serviceNamed, type Candidate, type Patient } from './candidate.ts';
import { carriersOf } from './carriers.ts';
import { canBeMoved, landableNodes, movedNote, spreadIsLuck } from './placing.ts';
import { withOutcome } from './remedies.ts';

/**
 * What brings the pods of a port onto more than one node, or into more than one zone, with the
 * shares after it where the scheduler has no choice.
 */
export function apartFixes(
  snapshot: ClusterSnapshot,
  traffic: ServiceTraffic,
  port: PortTraffic,
  lacking: 'nodes' | 'zones',
): readonly Fix[] {
  const service = serviceNamed(snapshot, traffic);
  if (service === undefined) return [];
  const patient = patientOf(snapshot, situationOf(snapshot, service), port);
  const { workload } = patient;
  if (!canBeMoved(workload))
    return [
      ...(service.selector === undefined ? [] : [spreadInTemplate(service.selector)]),
      lookAtPods(service),
    ];
  const nodes = landableNodes(patient, workload);
  const byZone = [...Map.groupBy(nodes, (node) => zoneOf(node) ?? '')].toSorted(([a], [b]) =>
    compareText(a, b),
  );
  const selector = service.selector ?? new Map<string, string>();
  const candidates: readonly Candidate[] = [
    ...(byZone.length > 1
      ? [candidateOf(patient, spreadOverZones(workload, selector), overZones(patient, byZone))]
      : []),
    ...(lacking === 'nodes' && spreadIsLuck(workload) && nodes.length > 1
      ? [candidateOf(patient, spreadOverNodes(workload, selector), nodes)]
      : []),
  ];
  const fixes = candidates
    .filter((candidate) => helps(candidate, patient, lacking))
    .map((candidate) =>
      candidate.changes.length === 0
        ? candidate.fix
        : withOutcome(situations.of(snapshot), service, candidate, port),
    );
  if (fixes.length > 0) return fixes;
  return [lacking === 'nodes' ? addNodes(patient) : addZones(patient), lookAtPods(service)];
}

/** Numbers only where every node that can take the pods is a backend: else it is open what they get. */
function candidateOf(patient: Patient, fix: Fix, seats: readonly Node[] | undefined): Candidate {
  const entry = entryOf(patient);
  if (entry === undefined || seats === undefined) return { fix, changes: [] };
  const backends = asSet(eligibleNodes(patient.snapshot, entry.loadBalancer, entry.pool, 'today'));
  if (!seats.every((node) => backends.has(node))) return { fix, changes: [] };
  return {
    fix,
    changes: [withEndpointsOn(seats)],
    note: movedNote(readyCount(patient), new Set(seats).size),
  };
}

const sets = new WeakMap<readonly Node[], ReadonlySet<Node>>();

/** The same nodes stand behind many Services. */
function asSet(nodes: readonly Node[]): ReadonlySet<Node> {
  const known = sets.get(nodes) ?? new Set(nodes);
  sets.set(nodes, known);
  return known;
}

/** A seat for each pod, zone by zone in turn; `undefined` where zones and nodes cannot both be even, so that some pods would wait. */
function overZones(
  patient: Patient,
  byZone: readonly (readonly [zone: string, nodes: readonly Node[]])[],
): readonly Node[] | undefined {
  if (byZone.some(([zone]) => zone === '')) return undefined;
  const seats = Array.from({ length: readyCount(patient) }, (_, index) => {
    const [, nodes = []] = byZone[index % byZone.length] ?? [];
    return nodes[Math.floor(index / byZone.length) % nodes.length];
  }).filter((node) => node !== undefined);
  const counts = new Map<Node, number>(
    byZone.flatMap(([, nodes]) => nodes.map((node) => [node, 0])),
  );
  for (const node of seats) counts.set(node, (counts.get(node) ?? 0) + 1);
  const values = [...counts.values()];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => Math.min(a, b), most);
  return most - least <= 1 ? seats : undefined;
}

/** A candidate without a prediction is shown; one of which it is known that it changes nothing is not. */
function helps({ changes }: Candidate, patient: Patient, lacking: 'nodes' | 'zones'): boolean {
  if (changes.length === 0) return true;
  const { ports } = predict(patient.situation, ...changes);
  const same = ports.find(
    ({ port, protocol, family }) =>
      port === patient.port.port &&
      protocol === patient.port.protocol &&
      family === patient.port.family,
  );
  if (same === undefined) return false;
  const { nodes, zones } = carriersOf(patient.snapshot, same);
  return nodes.length > 1 && (lacking === 'nodes' || (zones?.length ?? 0) > 1);
}

/** The pods have nowhere else to go. */
function addNodes({ snapshot, port }: Patient): Fix {
  const nodes = valueOr(snapshot.nodes, []);
  const host = port.endpoints.find(({ share }) => share > 0)?.node;
  const node = nodes.find(({ name }) => name === host);
  const name = node === undefined ? undefined : poolNameOf(node);
  const count = nodes.filter((each) => poolNameOf(each) === name).length + 1;
  const pool = `${clusterArguments(snapshot, '--cluster-name')} -n ${quoted(name ?? 'NODE_POOL')}`;
  const { managedCluster } = snapshot;
  const known = managedCluster.kind === 'read' ? managedCluster.value.nodePools : [];
  const { autoscaling = false, maxCount = 0 } = known.find((each) => each.name === name) ?? {};
  const command = autoscaling
    ? `update ${pool} --update-cluster-autoscaler --min-count ${count} --max-count ${Math.max(count, maxCount)}`
    : `scale ${pool} --node-count ${count}`;
  return {
    title: 'Give the pods another node to run on (a larger node pool)',
    steps: [{ tool: 'az', text: `az aks nodepool ${command}` }],
    price: [
      'the price of the machines',
      'pods that run stay where they are until they are restarted',
    ],
  };
}

/** Zones of a pool are chosen when it is made. */
function addZones({ snapshot }: Patient): Fix {
  return {
    title: 'Give the pods nodes in other zones (a new node pool)',
    steps: [
      {
        tool: 'az',
        text: `az aks nodepool add ${clusterArguments(snapshot, '--cluster-name')} -n zones --mode User --zones 1 2 3 --node-count 3`,
      },
    ],
    price: [
      'the price of the machines',
      'pods that run stay where they are until they are restarted, and must be allowed onto the new pool',
    ],
  };
}

function readyCount({ port }: Patient): number {
  return port.endpoints.filter(({ ready }) => ready).length;
}
