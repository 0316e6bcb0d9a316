import {
  areIn,
  groupsOfNodes,
  inboundRules,
  inNetwork,
  parseIp,
  type NodeGroups,
  type NetworkPlace,
} from '../load-balancing/index.ts';
import { valueOr, type BackendPool, type IpFamily, type Node } from '../model/index.ts';
import { clusterView, type ClusterView } from './cluster-view.ts';
import { derived } from './derived.ts';

/** Nodes that every rule of the groups before them treats alike: judged once for all. */
export interface NodeClass extends NodeGroups {
  /** The same for classes behind the same groups. */
  readonly guard: string;
  /** One of them. */
  place(family: IpFamily): NetworkPlace;
}

/** Nodes by class. */
export type NodesByClass = ReadonlyMap<NodeClass, readonly Node[]>;

export interface NodeClasses {
  classOf(node: Node): NodeClass;
  /** Ready members of a pool; all of them where none is. */
  membersOf(pool: BackendPool): NodesByClass;
}

/** The classes of a cluster's nodes. Groups that were not read count as none here. */
export const nodeClasses = derived(
  'nodeClasses',
  { needs: [clusterView], helps: ['managedCluster', 'securityGroups'] },
  ({ clusterView: view, managedCluster, securityGroups }) =>
    classesOf(
      view,
      groupsOfNodes({
        topology: view.topology,
        managedCluster,
        securityGroups: valueOr(securityGroups, []),
      }),
    ),
);

function classesOf(view: ClusterView, groupsOf: (node: Node) => NodeGroups): NodeClasses {
  const byNode = new Map<Node, NodeClass>();
  const byKey = new Map<string, NodeClass>();
  const members = new WeakMap<BackendPool, NodesByClass>();
  const classOf = (node: Node): NodeClass => {
    const before = byNode.get(node);
    if (before !== undefined) return before;
    const guards = groupsOf(node);
    const guard = JSON.stringify([
      guards.groups.map(({ id }) => id),
      guards.unread.map(({ why }) => why),
    ]);
    const key = `${guard} ${asDestination(node, guards)}`;
    const place = (family: IpFamily): NetworkPlace => placeOf(node, family);
    const found = byKey.get(key) ?? { ...guards, guard, place };
    byKey.set(key, found);
    byNode.set(node, found);
    return found;
  };
  return {
    classOf,
    membersOf(pool) {
      const before = members.get(pool);
      if (before !== undefined) return before;
      const all = view.members(pool).nodes.map(({ node }) => node);
      const ready = all.filter((node) => node.ready === 'true');
      const grouped = Map.groupBy(ready.length > 0 ? ready : all, classOf);
      members.set(pool, grouped);
      return grouped;
    },
  };
}

/** What each rule of the groups makes of the node as a destination. */
function asDestination(node: Node, { groups }: NodeGroups): string {
  const places = [placeOf(node, 'IPv4'), placeOf(node, 'IPv6')];
  return groups
    .flatMap((group) => inboundRules(group).filter(({ destinations }) => !destinations.any))
    .flatMap(({ destinations }) => places.map((place) => areIn(destinations, place)))
    .join(' ');
}

function placeOf({ internalIps }: Node, family: IpFamily): NetworkPlace {
  const own = internalIps.map(parseIp).find((each) => each?.family === family);
  return inNetwork(family, own?.value);
}
