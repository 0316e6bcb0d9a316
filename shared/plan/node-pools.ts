import { machineIdOf } from '../load-balancing/index.ts';
import {
  armId,
  nodeName,
  read,
  sameName,
  valueOr,
  type ClusterSnapshot,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type NodeName,
  type NodePool,
  type Taint,
} from '../model/index.ts';
import { poolNameOf } from '../placement/index.ts';
import { mapChanges } from './fields.ts';
import type { PoolChoice } from './leaving-nodes.ts';
import type { NodePoolChange, ObjectChange, Problem } from './types.ts';

export interface PooledSnapshot {
  readonly snapshot: ClusterSnapshot;
  readonly removed: ReadonlySet<NodeName>;
  readonly added: ReadonlySet<NodeName>;
  readonly choices: readonly PoolChoice[];
  readonly changes: readonly ObjectChange[];
  readonly problems: readonly Problem[];
}

/**
 * Node pools after `az aks nodepool add`, `update` or `scale`: taints and labels of a pool reach the
 * nodes that it has, new nodes are like those of the pool, and for a new pool like those of a user
 * pool without what people put on it.
 * @param leaving Nodes that go where pools lose some of theirs; absent = the last ones.
 */
export function withNodePools(
  snapshot: ClusterSnapshot,
  changes: readonly NodePoolChange[],
  leaving?: ReadonlySet<NodeName>,
): PooledSnapshot {
  let current: PooledSnapshot = {
    snapshot,
    removed: new Set(),
    added: new Set(),
    choices: [],
    changes: [],
    problems: [],
  };
  for (const change of changes) current = withNodePool(current, change, leaving);
  return current;
}

function withNodePool(
  before: PooledSnapshot,
  change: NodePoolChange,
  leaving: ReadonlySet<NodeName> | undefined,
): PooledSnapshot {
  const { snapshot } = before;
  const fault = (text: string): PooledSnapshot => ({
    ...before,
    problems: [...before.problems, { text: `node pool ${change.name}: ${text}` }],
  });
  if (snapshot.nodes.kind === 'unread') return fault(`nodes were not read: ${snapshot.nodes.why}`);
  const pools =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.nodePools : [];
  const pool = pools.find((each) => each.name === change.name);
  const live = snapshot.nodes.value.filter((node) => poolNameOf(node) === change.name);
  if (pool === undefined && live.length === 0) {
    if (!/^[a-z][a-z0-9]{0,11}$/u.test(change.name))
      return fault(
        'a new pool has a name of 1 to 12 lower-case letters and digits, a letter first',
      );
    return withNewPool(before, change, fault);
  }
  const missing = change.removeTaints.filter(
    (key) =>
      ![...(pool?.taints ?? []), ...live.flatMap(({ taints }) => taints)].some((taint) =>
        isNamed(taint, key),
      ),
  );
  const [absent] = missing;
  if (absent !== undefined) return fault(`there is no taint ${absent} to remove`);
  const relabelled = live.map((node) => withTaintsAndLabels(node, change));
  const count = change.count ?? live.length;
  const model = live[0] ?? templateNode(snapshot, pool)?.node;
  if (count > live.length && model === undefined)
    return fault(
      'it has no node, and no other pool has one that shows what its nodes would be like',
    );
  const chosen = leaving !== undefined && count > 0 && count < live.length;
  const kept = chosen
    ? relabelled.filter(({ name }) => !leaving.has(name))
    : relabelled.slice(0, Math.min(count, live.length));
  const template = live.length === 0 ? templateNode(snapshot, pool) : undefined;
  const fresh =
    model === undefined
      ? []
      : zonesOf(live, pool, model, Math.max(0, count - live.length)).map((zone, index) =>
          cloneNode(
            inZone(
              template === undefined || pool === undefined
                ? withTaintsAndLabels(model, change)
                : ofPool(bare(model, template.pool), withPoolFields(pool, change)),
              zone,
            ),
            change.name,
            freeIndex(snapshot, change.name) + index,
            snapshot,
          ),
        );
  const stays = new Set(kept.map(({ name }) => name));
  const gone = live.map(({ name }) => name).filter((name) => !stays.has(name));
  const isChoice = gone.length > 0 && kept.length > 0;
  const changedPool = pool === undefined ? undefined : withPoolFields(pool, change);
  return applied(before, {
    nodes: [...kept, ...fresh],
    live,
    gone,
    pools: pools.map((each) => (each === pool && changedPool !== undefined ? changedPool : each)),
    choices: isChoice
      ? [{ pool: change.name, nodes: live.map(({ name }) => name), leaving: gone.length }]
      : [],
    change: {
      kind: 'NodePool',
      name: change.name,
      action: 'update',
      fields: [
        ...taintTexts(change),
        ...mapChanges('label', new Map(), change.labels).map((text) =>
          text.replace('(none) → ', ''),
        ),
        ...change.removeLabels.map((key) => `label ${key} removed`),
        ...(change.count === undefined ? [] : [`nodes: ${live.length} → ${count}`]),
      ],
      notes: [
        ...(change.count !== undefined && pool?.autoscaling === true
          ? ['its autoscaler is on, and may change the number of nodes again']
          : []),
        ...(isChoice
          ? [`which ${gone.length} of its ${live.length} nodes go is Azure's choice`]
          : []),
        ...refusedByAks(pool, change),
      ],
    },
  });
}

function withNewPool(
  before: PooledSnapshot,
  change: NodePoolChange,
  fault: (text: string) => PooledSnapshot,
): PooledSnapshot {
  const { snapshot } = before;
  const model = templateNode(snapshot, undefined);
  if (model === undefined)
    return fault('no pool has a node that shows what its nodes would be like');
  const count = change.count ?? 1;
  const pools =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.nodePools : [];
  const pool: NodePool | undefined =
    model.pool === undefined
      ? undefined
      : {
          ...model.pool,
          name: change.name,
          mode: 'user',
          count,
          autoscaling: false,
          labels: change.labels,
          taints: change.addTaints,
          badTaints: [],
          spot: false,
          zones: [],
        };
  const plain = bare(model.node, model.pool);
  const like: Node = {
    ...plain,
    labels: new Map([...plain.labels, ['kubernetes.azure.com/mode', 'user'], ...change.labels]),
    taints: change.addTaints,
  };
  const nodes = Array.from({ length: count }, (_, index) =>
    cloneNode(inZone(like, noZone), change.name, index, snapshot),
  );
  return applied(before, {
    nodes,
    live: [],
    gone: [],
    pools: pool === undefined ? pools : [...pools, pool],
    choices: [],
    change: {
      kind: 'NodePool',
      name: change.name,
      action: 'create',
      fields: [
        `nodes: 0 → ${count}`,
        ...taintTexts(change),
        ...mapChanges('label', new Map(), change.labels).map((text) =>
          text.replace('(none) → ', ''),
        ),
      ],
      notes: [
        `its nodes are taken to be like ${model.node.name}, without that pool's own labels and taints`,
      ],
    },
  });
}

interface Applied {
  readonly nodes: readonly Node[];
  readonly live: readonly Node[];
  readonly gone: readonly NodeName[];
  readonly pools: readonly NodePool[];
  readonly choices: readonly PoolChoice[];
  readonly change: ObjectChange;
}

function applied(
  before: PooledSnapshot,
  { nodes, live, gone, pools, choices, change }: Applied,
): PooledSnapshot {
  const { snapshot } = before;
  const known = new Set(live.map(({ name }) => name));
  const fresh = nodes.filter(({ name }) => !known.has(name));
  const others = valueOr(snapshot.nodes, []).filter(({ name }) => !known.has(name));
  const all = [...others, ...nodes].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    snapshot: {
      ...snapshot,
      nodes: read(all),
      managedCluster:
        snapshot.managedCluster.kind === 'read'
          ? read<ManagedCluster>({ ...snapshot.managedCluster.value, nodePools: pools })
          : snapshot.managedCluster,
      networkInterfaces:
        snapshot.networkInterfaces.kind === 'read'
          ? read([
              ...snapshot.networkInterfaces.value,
              ...fresh.flatMap((node) => newInterface(node, snapshot)),
            ])
          : snapshot.networkInterfaces,
    },
    removed: new Set([...before.removed, ...gone]),
    added: new Set([...before.added, ...fresh.map(({ name }) => name)]),
    choices: [...before.choices, ...choices],
    changes: [...before.changes, change],
    problems: before.problems,
  };
}

function withPoolFields(pool: NodePool, change: NodePoolChange): NodePool {
  return {
    ...pool,
    ...(change.count !== undefined && { count: change.count }),
    taints: changedTaints(pool.taints, change),
    labels: changedLabels(pool.labels, change),
  };
}

function withTaintsAndLabels(node: Node, change: NodePoolChange): Node {
  return {
    ...node,
    taints: changedTaints(node.taints, change),
    labels: changedLabels(node.labels, change),
  };
}

/** A taint is known by key and effect; a new value replaces the old one. */
function changedTaints(taints: readonly Taint[], change: NodePoolChange): readonly Taint[] {
  const kept = taints.filter(
    (taint) =>
      !change.removeTaints.some((key) => isNamed(taint, key)) &&
      !change.addTaints.some((added) => added.key === taint.key && added.effect === taint.effect),
  );
  return change.addTaints.length === 0 && kept.length === taints.length
    ? taints
    : [...kept, ...change.addTaints];
}

function isNamed({ key, effect }: Taint, wanted: string): boolean {
  return wanted === key || wanted === `${key}:${effect}`;
}

function changedLabels(
  labels: ReadonlyMap<string, string>,
  { labels: added, removeLabels }: NodePoolChange,
): ReadonlyMap<string, string> {
  if (added.size === 0 && removeLabels.length === 0) return labels;
  return new Map([...[...labels].filter(([key]) => !removeLabels.includes(key)), ...added]);
}

function taintTexts(change: NodePoolChange): readonly string[] {
  return [
    ...change.addTaints.map(
      ({ key, value, effect }) => `taint ${key}${value === '' ? '' : `=${value}`}:${effect} added`,
    ),
    ...change.removeTaints.map((key) => `taint ${key} removed`),
  ];
}

/** A node that shows what new ones look like: of a user pool where there is one, Linux first. */
function templateNode(
  snapshot: ClusterSnapshot,
  wanted: NodePool | undefined,
): { readonly node: Node; readonly pool: NodePool | undefined } | undefined {
  const pools =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.nodePools : [];
  const candidates = valueOr(snapshot.nodes, [])
    .filter(
      (node) =>
        node.labels.get('type') !== 'virtual-kubelet' && machineIdOf(node.providerId) !== undefined,
    )
    .map((node) => ({ node, pool: pools.find(({ name }) => name === poolNameOf(node)) }));
  const rank = ({ pool }: (typeof candidates)[number]): number =>
    (sameName(pool?.osType ?? 'Linux', wanted?.osType ?? 'Linux') ? 0 : 4) +
    (pool === undefined ? 2 : 0) +
    (pool === undefined || pool.taints.length === 0 ? 0 : 0.5) +
    (pool?.mode === 'user' ? 0 : 1);
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The node without what it has from its pool. */
function bare(node: Node, pool: NodePool | undefined): Node {
  const own = new Set([
    ...(pool?.labels.keys() ?? []),
    'kubernetes.azure.com/agentpool',
    'agentpool',
    'kubernetes.azure.com/mode',
    'node.kubernetes.io/exclude-from-external-load-balancers',
    spotLabel,
  ]);
  return {
    ...node,
    labels: new Map([...node.labels].filter(([key]) => !own.has(key))),
    taints: [],
  };
}

const spotLabel = 'kubernetes.azure.com/scalesetpriority';

/** A bare node with what AKS puts on the nodes of a pool. */
function ofPool(node: Node, { mode, labels, taints, spot }: NodePool): Node {
  const spotTaint: Taint = { key: spotLabel, value: 'spot', effect: 'NoSchedule' };
  return {
    ...node,
    labels: new Map([
      ...node.labels,
      ['kubernetes.azure.com/mode', mode ?? 'user'],
      ...(spot ? ([[spotLabel, 'spot']] as const) : []),
      ...labels,
    ]),
    taints: spot && !taints.some(({ key }) => key === spotLabel) ? [...taints, spotTaint] : taints,
  };
}

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
/** What a node without a zone has there. */
const noZone = '0';

/** Zones of nodes that come: Azure keeps the zones of a pool balanced. */
function zonesOf(
  live: readonly Node[],
  pool: NodePool | undefined,
  model: Node,
  count: number,
): readonly (string | undefined)[] {
  const region = model.labels.get('topology.kubernetes.io/region') ?? '';
  const there = live.flatMap(({ labels }) => labels.get(zoneLabels[0] ?? '') ?? []);
  const known = new Set([...there, ...(pool?.zones ?? []).map((zone) => `${region}-${zone}`)]);
  if (known.size === 0) return Array.from({ length: count }, () => noZone);
  const used = new Map(
    [...known].toSorted().map((zone) => [zone, there.filter((each) => each === zone).length]),
  );
  return Array.from({ length: count }, () => {
    const [zone] = [...used].toSorted(([, a], [, b]) => a - b)[0] ?? [];
    if (zone !== undefined) used.set(zone, (used.get(zone) ?? 0) + 1);
    return zone;
  });
}

function inZone(node: Node, zone: string | undefined): Node {
  const labels = [...node.labels].map(
    ([key, value]) => [key, zoneLabels.includes(key) ? (zone ?? value) : value] as const,
  );
  return { ...node, labels: new Map(labels) };
}

/** What AKS does not let people do to a system pool; the plan shows it all the same. */
function refusedByAks(pool: NodePool | undefined, change: NodePoolChange): readonly string[] {
  if (pool?.mode !== 'system') return [];
  const hard = change.addTaints.find(
    ({ key, effect }) => effect !== 'PreferNoSchedule' && key !== 'CriticalAddonsOnly',
  );
  return [
    ...(change.count === 0 ? ['AKS refuses this: a system pool has at least one node'] : []),
    ...(hard === undefined
      ? []
      : [
          `AKS refuses taint ${hard.key} on a system pool: it takes CriticalAddonsOnly, or PreferNoSchedule with any key`,
        ]),
  ];
}

function cloneNode(model: Node, pool: string, index: number, snapshot: ClusterSnapshot): Node {
  const id = machineIdOf(model.providerId);
  const hash = /-(\d{5,})-/u.exec(model.providerId)?.[1] ?? '00000000';
  const scaleSet = id?.kind === 'scale-set-instance';
  const name = nodeName(
    scaleSet
      ? `aks-${pool}-${hash}-vmss${index.toString(36).padStart(6, '0')}`
      : `aks-${pool}-${hash}-${index}`,
  );
  const prefix =
    /^(.*\/providers\/)microsoft\.compute\//iu.exec(model.providerId)?.[1] ?? 'azure:///';
  const set =
    machineIdOf(model.providerId)?.kind === 'scale-set-instance' &&
    poolNameOf(model) === pool &&
    id?.kind === 'scale-set-instance'
      ? id.scaleSet
      : `aks-${pool}-${hash}-vmss`;
  const at = valueOr(snapshot.nodes, []).length + index;
  const families = [...new Set(model.internalIps.map((ip) => ip.includes(':')))];
  return {
    ...model,
    name,
    labels: new Map([
      ...model.labels,
      ['kubernetes.azure.com/agentpool', pool],
      ['agentpool', pool],
      ['kubernetes.io/hostname', name],
    ]),
    unschedulable: false,
    deleting: false,
    ready: 'true',
    providerId: scaleSet
      ? `${prefix}Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/${index}`
      : `${prefix}Microsoft.Compute/virtualMachines/${name}`,
    internalIps: families.map((ipv6) => plannedIp(pool, at, ipv6)),
  };
}

/** An address of the ranges for benchmarks, which no network of a cluster uses. */
function plannedIp(pool: string, at: number, ipv6: boolean): string {
  const sum = Array.from(pool).reduce(
    (total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 127,
    7,
  );
  return ipv6
    ? `2001:2::${sum.toString(16)}:${at.toString(16)}`
    : `198.18.${(sum + (at >> 8)) % 256}.${at % 256}`;
}

/** The first number that no node of the pool has. */
function freeIndex(snapshot: ClusterSnapshot, pool: string): number {
  const used = valueOr(snapshot.nodes, [])
    .filter((node) => poolNameOf(node) === pool)
    .flatMap((node) => {
      const id = machineIdOf(node.providerId);
      const text =
        id?.kind === 'scale-set-instance' ? id.instance : (/\d+$/u.exec(node.name)?.[0] ?? '');
      return /^\d{1,9}$/u.test(text) ? [Number(text)] : [];
    });
  return used.length === 0 ? 0 : Math.max(...used) + 1;
}

/** A machine of its own has a NIC of its own in ARM; that of a scale set is in no list. */
function newInterface(node: Node, snapshot: ClusterSnapshot): readonly NetworkInterface[] {
  const id = machineIdOf(node.providerId);
  if (id?.kind !== 'virtual-machine') return [];
  const [like] = valueOr(snapshot.networkInterfaces, []).filter(
    (nic) => nic.virtualMachineId !== undefined,
  );
  const nic = `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}/providers/Microsoft.Network/networkInterfaces/${node.name}-nic`;
  const subnetId = like?.ipConfigurations[0]?.subnetId;
  return [
    {
      id: armId(nic),
      name: `${node.name}-nic`,
      resourceGroup: id.resourceGroup.toLowerCase(),
      virtualMachineId: armId(node.providerId.replace(/^azure:\/\//iu, '')),
      ...(like?.securityGroupId !== undefined && { securityGroupId: like.securityGroupId }),
      provisioningState: 'succeeded',
      tags: new Map(),
      ipConfigurations: node.internalIps.map((privateIp, index) => ({
        id: armId(`${nic}/ipConfigurations/ipconfig${index + 1}`),
        primary: index === 0,
        privateIp,
        family: privateIp.includes(':') ? 'IPv6' : 'IPv4',
        ...(subnetId !== undefined && { subnetId }),
        backendPoolIds: [],
      })),
    },
  ];
}
