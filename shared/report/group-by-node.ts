import { compareText, present } from '../model/index.ts';
import { compareShares, reasonKey, noShareReason, type EndpointRow } from './fold.ts';

/** Pods of one node, or of several nodes that are alike: as many pods on each, the same share, the same pool. */
export interface AlikeNodes {
  /** The one; absent where there are several, or where the pods are on none. */
  readonly node?: string;
  readonly nodes: number;
  readonly nodePool?: string;
  /** On each of the nodes. */
  readonly pods: number;
  /** Of one pod. */
  readonly share: number;
}

/** Nodes whose pods get traffic, or get none for the same reason. */
export interface NodeGroup {
  readonly because?: string;
  readonly cause?: string;
  /** Most pods on a node first. */
  readonly rows: readonly AlikeNodes[];
}

/** Endpoints by node, for Services of so many pods that their nodes tell more. Groups with a share come first. */
export function groupByNode(endpoints: readonly EndpointRow[]): readonly NodeGroup[] {
  const nodes = Map.groupBy(endpoints, ({ node, share, because, cause }) =>
    JSON.stringify([node, share.toFixed(9), share > 0 ? [] : [because, cause]]),
  );
  const alike = Map.groupBy([...nodes.values()], ([first, ...rest]) =>
    JSON.stringify([
      first?.nodePool,
      rest.length,
      first?.share.toFixed(9),
      (first?.share ?? 0) > 0 ? [] : [first?.because, first?.cause],
      first?.node === undefined,
    ]),
  );
  const rows = [...alike.values()].flatMap((list) => {
    const first = list[0]?.[0];
    return first === undefined ? [] : [{ first, row: rowOf(first, list) }];
  });
  return [...Map.groupBy(rows, ({ first }) => reasonKey(first))]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([, list]) => ({
      ...noShareReason(list[0]?.first),
      rows: list.map(({ row }) => row).toSorted(byPods),
    }));
}

function rowOf(first: EndpointRow, nodes: readonly (readonly EndpointRow[])[]): AlikeNodes {
  const { node, nodePool, share } = first;
  return present({
    node: nodes.length === 1 ? node : undefined,
    nodes: node === undefined ? 0 : nodes.length,
    nodePool,
    pods: nodes[0]?.length ?? 0,
    share,
  });
}

function byPods(a: AlikeNodes, b: AlikeNodes): number {
  return (
    b.pods - a.pods ||
    compareShares(a, b) ||
    compareText(a.nodePool ?? '', b.nodePool ?? '') ||
    compareText(a.node ?? '', b.node ?? '')
  );
}
