import { excludeLabel } from '../load-balancing/index.ts';
import { valueOr, type Node } from '../model/index.ts';
import { poolNameOf } from '../placement/index.ts';
import { withMembers } from '../traffic/index.ts';
import { migrateFromBasic } from './cluster-fixes.ts';
import { removeExcludeLabel } from './node-fixes.ts';
import { reconcile } from './service-fixes.ts';
import { eligibleNodes, entryOf, memberNodes } from './backends.ts';
import type { Candidate, Patient } from './candidate.ts';

/** What the backend pool could hold instead. */
export function poolCandidates(patient: Patient): readonly Candidate[] {
  const entry = entryOf(patient);
  if (entry === undefined) return [];
  const { snapshot } = patient;
  const { loadBalancer, pool } = entry;
  const held = memberNodes(patient, pool);
  const nodes = valueOr(snapshot.nodes, []);
  const own = ownPool(patient, pool.name);
  const eligible = own
    ? endpointNodes(patient)
    : eligibleNodes(snapshot, loadBalancer, pool, 'today');
  const repaired: Candidate = {
    fix: reconcile(patient.service),
    changes: [withMembers(eligible)],
    note: 'every node that may be a backend is in the pool',
  };
  const basic = loadBalancer.sku === 'basic';
  return [
    ...(eligible.some((node) => !held.has(node.name)) || hasStale(patient) ? [repaired] : []),
    ...(basic ? [] : withoutExcludeLabel(patient, nodes)),
    ...(basic ? [migrated(patient)] : []),
  ];
}

/** Several load balancers: a Local Service has a pool that follows its endpoints. */
function ownPool({ service }: Patient, poolName: string): boolean {
  const own = `${service.namespace}-${service.name}`.toLowerCase();
  return [own, `${own}-ipv6`].includes(poolName.toLowerCase());
}

function endpointNodes({ snapshot, port }: Patient): readonly Node[] {
  const hosts = new Set(port.endpoints.map((endpoint) => endpoint.node));
  return valueOr(snapshot.nodes, []).filter((node) => hosts.has(node.name));
}

function hasStale({ situation, port }: Patient): boolean {
  return situation.rules.some(
    ({ rule, loadBalancer }) =>
      rule.name === port.rule &&
      loadBalancer.backendPools.some(
        (pool) =>
          rule.backendPoolIds.includes(pool.id) && situation.view.members(pool).stale.length > 0,
      ),
  );
}

function migrated(patient: Patient): Candidate {
  const { snapshot } = patient;
  const entry = entryOf(patient);
  const nodes =
    entry === undefined
      ? []
      : eligibleNodes(snapshot, { ...entry.loadBalancer, sku: 'standard' }, entry.pool, 'standard');
  return {
    fix: migrateFromBasic(snapshot, snapshot.managedCluster),
    changes: nodes.length === 0 ? [] : [withMembers(nodes)],
    note: 'every node is a backend; pods stay where they are',
  };
}

/** The label off the nodes that hold idle pods: as an AKS label of the pool where it is one. */
function withoutExcludeLabel(patient: Patient, nodes: readonly Node[]): readonly Candidate[] {
  const entry = entryOf(patient);
  const idle = new Set(
    patient.port.endpoints
      .filter((each) => each.ready && each.share === 0)
      .map((each) => each.node),
  );
  const labelled = nodes.filter((node) => idle.has(node.name) && excludeLabel(node).present);
  if (entry === undefined || labelled.length === 0) return [];
  const { snapshot } = patient;
  const { loadBalancer, pool } = entry;
  const names = new Set(labelled.map((node) => node.name));
  const pools = new Set(labelled.map((node) => poolNameOf(node)));
  const members = eligibleNodes(
    snapshot,
    loadBalancer,
    pool,
    `unlabelled ${[...names].toSorted().join(' ')}`,
    (reason) => reason === 'exclude-label',
  ).filter((node) => !excludeLabel(node).present || pools.has(poolNameOf(node)));
  return [
    {
      fix: removeExcludeLabel(snapshot, snapshot.managedCluster, labelled),
      changes: [withMembers(members)],
    },
  ];
}
