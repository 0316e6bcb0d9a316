import type { Node, NodeName } from '../model/index.ts';
import type { PortEndpoint } from './endpoints.ts';

/** Which endpoints kube-proxy on a node sends outside traffic to. */
export interface UsableEndpoints {
  on(node: Node): readonly PortEndpoint[];
  /** Where every node has the same. */
  readonly everywhere?: readonly PortEndpoint[];
  /** Where only these nodes have any. */
  readonly nodes?: ReadonlySet<NodeName>;
  /** Whether any node has one: what a probe through kube-proxy to any pod sees. */
  readonly any: boolean;
}

/** Which topology hints the data plane follows. */
export type HintMode = 'all' | 'zones' | 'none';

const none: readonly PortEndpoint[] = [];

/**
 * `externalTrafficPolicy: Local`: the ready endpoints of the node, else those there that still
 * serve while terminating (source: kube-proxy).
 */
export function localEndpoints(endpoints: readonly PortEndpoint[]): UsableEndpoints {
  const byNode = Map.groupBy(endpoints, (endpoint) => endpoint.node);
  const usable = new Map<NodeName, readonly PortEndpoint[]>();
  for (const [node, local] of byNode) {
    const chosen = readyElseServing(local);
    if (node !== undefined && chosen.length > 0) usable.set(node, chosen);
  }
  return {
    on: (node) => usable.get(node.name) ?? none,
    nodes: new Set(usable.keys()),
    any: usable.size > 0,
  };
}

/**
 * `externalTrafficPolicy: Cluster`: all ready endpoints, narrowed by topology hints; without any
 * ready one all that serve while terminating, which hints do not narrow.
 */
export function clusterEndpoints(
  endpoints: readonly PortEndpoint[],
  hints: HintMode = 'all',
): UsableEndpoints {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) {
    const draining = endpoints.filter(servesWhileTerminating);
    return { on: () => draining, everywhere: draining, any: draining.length > 0 };
  }
  const byNode = hints === 'all' ? hintIndex(ready, ({ hintNodes }) => hintNodes) : undefined;
  const byZone = hints === 'none' ? undefined : hintIndex(ready, ({ hintZones }) => hintZones);
  if (byNode === undefined && byZone === undefined)
    return { on: () => ready, everywhere: ready, any: true };
  return {
    on: (node) =>
      byNode?.get(node.name) ??
      byZone?.get(node.labels.get('topology.kubernetes.io/zone') ?? '') ??
      ready,
    any: true,
  };
}

/** Endpoints by hint; `undefined` unless every endpoint carries a hint, as kube-proxy demands. */
function hintIndex(
  ready: readonly PortEndpoint[],
  hintsOf: (endpoint: PortEndpoint) => readonly string[],
): ReadonlyMap<string, readonly PortEndpoint[]> | undefined {
  if (ready.some((endpoint) => hintsOf(endpoint).length === 0)) return undefined;
  const result = new Map<string, PortEndpoint[]>();
  for (const endpoint of ready)
    for (const hint of new Set(hintsOf(endpoint))) {
      const list = result.get(hint);
      if (list === undefined) result.set(hint, [endpoint]);
      else list.push(endpoint);
    }
  result.delete('');
  return result;
}

function readyElseServing(local: readonly PortEndpoint[]): readonly PortEndpoint[] {
  const ready = local.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : local.filter(servesWhileTerminating);
}

function servesWhileTerminating(endpoint: PortEndpoint): boolean {
  return endpoint.serving && endpoint.terminating;
}
