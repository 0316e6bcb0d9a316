import {
  matchesLabelSelector,
  sameName,
  selectorFault,
  type LabelSelector,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type Node,
  type NodeName,
} from '../model/index.ts';
import { baseName } from './names.ts';
import { backendPoolName } from './pool-names.ts';

export interface NodePlacementInputs {
  /** In the order in which Azure lists them. */
  readonly configurations: readonly LoadBalancerConfiguration[];
  /** The nodes that the service controller hands over. */
  readonly nodes: readonly Node[];
  /**
   * What a node is compared by with a configuration's `primaryNodePool`: its node pool, and nothing
   * for standalone VMs (Virtual Machines pools, node auto-provisioning), which can never match.
   */
  readonly setOf: (node: Node) => string | undefined;
  readonly loadBalancers: readonly Pick<LoadBalancer, 'name'>[];
  /** Load balancer that is being made now; its configuration counts as live. */
  readonly creating?: string | undefined;
  /** Configuration → nodes that the controller put there before. */
  readonly remembered?: ReadonlyMap<string, Iterable<string>>;
}

export type NodePlacement =
  | {
      readonly kind: 'placed';
      /** Configuration → its nodes, in the order of the nodes. */
      readonly nodesOf: ReadonlyMap<string, readonly NodeName[]>;
      /** Nodes on no load balancer: `FailedToFindLoadBalancerForNode`. */
      readonly orphans: readonly NodeName[];
    }
  | { readonly kind: 'error'; readonly error: string };

/**
 * Several Standard load balancers: which node is in which configuration's shared pool
 * (source: cloud-provider-azure). By primary set first, then by node selector, where it is already, and
 * where fewest are. A configuration counts only while its load balancer, or the internal twin, exists.
 */
export function placeNodes(inputs: NodePlacementInputs): NodePlacement {
  const { configurations, nodes, setOf } = inputs;
  const live = new Set(
    [...inputs.loadBalancers.map((each) => each.name), inputs.creating ?? '']
      .map((name) => baseName(name).toLowerCase())
      .filter((name) => name !== ''),
  );
  const isLive = ({ name }: LoadBalancerConfiguration): boolean => live.has(name.toLowerCase());
  const placed = rememberedPlaces(inputs);
  const rest = nodes.filter((node) => {
    const set = setOf(node) ?? '';
    const primary = configurations.find(
      (each) => set !== '' && sameName(each.primaryNodePool ?? '', set) && isLive(each),
    );
    if (primary !== undefined) placed.put(node.name, primary);
    return primary === undefined;
  });
  const fault = rest.length === 0 ? undefined : selectorFaultOf(configurations);
  if (fault !== undefined) return { kind: 'error', error: fault };
  const orphans: NodeName[] = [];
  for (const node of rest) {
    const candidates = candidatesOf(node, configurations, isLive);
    const current = placed.of(node.name);
    if (current !== undefined && candidates.includes(current)) continue;
    const fewest = placed.fewest(candidates);
    placed.put(node.name, fewest);
    if (fewest === undefined) orphans.push(node.name);
  }
  const nodesOf = new Map(
    configurations.map((configuration) => [
      configuration.name,
      nodes.flatMap(({ name }) => (placed.of(name) === configuration ? [name] : [])),
    ]),
  );
  return { kind: 'placed', nodesOf, orphans };
}

/** Who is where, with a count per configuration at hand. */
interface Places {
  of(node: NodeName): LoadBalancerConfiguration | undefined;
  put(node: NodeName, on: LoadBalancerConfiguration | undefined): void;
  /** The first of those with fewest nodes. */
  fewest(candidates: readonly LoadBalancerConfiguration[]): LoadBalancerConfiguration | undefined;
}

function places(): Places {
  const placed = new Map<NodeName, LoadBalancerConfiguration>();
  const counts = new Map<LoadBalancerConfiguration, number>();
  const count = (of: LoadBalancerConfiguration): number => counts.get(of) ?? 0;
  return {
    of: (node) => placed.get(node),
    put(node, on) {
      const before = placed.get(node);
      if (before !== undefined) counts.set(before, count(before) - 1);
      if (on === undefined) {
        placed.delete(node);
        return;
      }
      placed.set(node, on);
      counts.set(on, count(on) + 1);
    },
    fewest: (candidates) => candidates.toSorted((a, b) => count(a) - count(b))[0],
  };
}

function selectorFaultOf(configurations: readonly LoadBalancerConfiguration[]): string | undefined {
  for (const { nodeSelector } of configurations) {
    const fault = nodeSelector === undefined ? undefined : selectorFault(nodeSelector);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What the controller remembers, without nodes that are gone; the last configuration wins. */
function rememberedPlaces({ configurations, nodes, remembered }: NodePlacementInputs): Places {
  const byName = new Map(nodes.map((node) => [node.name.toLowerCase(), node.name]));
  const result = places();
  for (const configuration of configurations)
    for (const name of remembered?.get(configuration.name) ?? []) {
      const node = byName.get(name.toLowerCase());
      if (node !== undefined) result.put(node, configuration);
    }
  return result;
}

/** Live configurations whose selector matches, else live ones without a selector; an empty selector is none. */
function candidatesOf(
  node: Node,
  configurations: readonly LoadBalancerConfiguration[],
  isLive: (configuration: LoadBalancerConfiguration) => boolean,
): readonly LoadBalancerConfiguration[] {
  const live = configurations.filter(isLive);
  const matching = live.filter(
    ({ nodeSelector }) => hasRules(nodeSelector) && matchesLabelSelector(nodeSelector, node.labels),
  );
  return matching.length > 0 ? matching : live.filter((each) => !hasRules(each.nodeSelector));
}

function hasRules(selector: LabelSelector | undefined): boolean {
  return selector !== undefined && selector.matchLabels.size + selector.matchExpressions.length > 0;
}

/** After a restart the controller remembers what the shared pools hold: configuration → nodes, by address. */
export function rememberedFromPools(
  configurations: readonly LoadBalancerConfiguration[],
  loadBalancers: readonly Pick<LoadBalancer, 'name' | 'backendPools'>[],
  nodes: readonly Node[],
  clusterName: string,
): ReadonlyMap<string, readonly NodeName[]> {
  const byIp = new Map(
    nodes.flatMap((node) => node.internalIps.map((ip) => [ip.toLowerCase(), node.name] as const)),
  );
  const shared = [false, true].map((ipv6) => backendPoolName({ clusterName, ipv6 }));
  return new Map(
    configurations.map(({ name }) => {
      const members = loadBalancers
        .filter((each) => sameName(baseName(each.name), name))
        .flatMap((each) => each.backendPools)
        .filter((pool) => shared.some((each) => sameName(each, pool.name)))
        .flatMap((pool) => pool.members);
      const found = members.flatMap((member) =>
        member.kind === 'ip' ? (byIp.get(member.ip.toLowerCase()) ?? []) : [],
      );
      return [name, [...new Set(found)]];
    }),
  );
}
