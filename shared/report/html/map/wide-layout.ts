import type { MapModel } from './model.ts';
import type { NodeRow, PodRow, PoolRow } from './rows.ts';

export interface PodAt {
  readonly row: PodRow;
  /** Middle of the row, in pixels. */
  readonly y: number;
}

export interface NodeAt {
  readonly row: NodeRow;
  readonly y: number;
  readonly pods: readonly PodAt[];
}

/** Rows of the wide map with their places. */
export interface WideLayout {
  readonly pools: readonly {
    readonly pool: PoolRow;
    readonly y: number;
    readonly height: number;
  }[];
  readonly nodes: readonly NodeAt[];
  readonly pods: readonly PodAt[];
  readonly lost?: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
  readonly nodeHeight: number;
  readonly podHeight: number;
  readonly compact: boolean;
}

const top = 58;
/** The boxes of frontend and rule need this much. */
const least = 84;
const comfortable = { nodeHeight: 38, podHeight: 24, podPitch: 30, nodeGap: 6, compact: false };
const compact = { nodeHeight: 22, podHeight: 20, podPitch: 23, nodeGap: 3, compact: true };

/** Where pools, nodes and pods stand, in pixels from the top; rows are lower where there are many. */
export function wideLayout(model: MapModel): WideLayout {
  const rows = model.pools
    .flatMap((pool) => pool.nodes)
    .reduce((sum, node) => sum + Math.max(1, node.pods.length), 0);
  const size = Math.max(rows, model.pods.length) > 14 ? compact : comfortable;
  const { nodeHeight, podHeight, podPitch, nodeGap } = size;
  const pools: { pool: PoolRow; y: number; height: number }[] = [];
  const nodes: NodeAt[] = [];
  let y = top;
  for (const pool of model.pools) {
    const start = y;
    y += 26;
    for (const row of pool.nodes) {
      const height = Math.max(nodeHeight, row.pods.length * podPitch - (podPitch - podHeight));
      const middle = y + height / 2;
      const first = middle - ((row.pods.length - 1) * podPitch) / 2;
      nodes.push({
        row,
        y: middle,
        pods: row.pods.map((pod, at) => ({ row: pod, y: first + at * podPitch })),
      });
      y += height + nodeGap;
    }
    y += pool.why === undefined ? 4 : 20;
    pools.push({ pool, y: start, height: y - start });
    y += 10;
  }
  const poolsBottom = y - 10;
  const bottom = Math.max(poolsBottom, top + least, top + model.pods.length * podPitch);
  const firstPod = (top + bottom) / 2 - ((model.pods.length - 1) * podPitch) / 2;
  const shift = (bottom - poolsBottom) / 2;
  const shifted = nodes.map(({ row, y: at, pods }) => ({
    row,
    y: at + shift,
    pods: pods.map((pod) => ({ row: pod.row, y: pod.y + shift })),
  }));
  const lost = model.lost > 0 || (model.after?.lost ?? 0) > 0 ? bottom + 24 : undefined;
  return {
    pools: pools.map((each) => ({ ...each, y: each.y + shift })),
    nodes: shifted,
    pods: model.mesh
      ? model.pods.map((row, at) => ({ row, y: firstPod + at * podPitch }))
      : shifted.flatMap((node) => node.pods),
    ...(lost !== undefined && { lost }),
    top,
    bottom,
    height: (lost === undefined ? bottom : lost + 32) + (model.mesh ? 20 : 6),
    nodeHeight,
    podHeight,
    compact: size.compact,
  };
}
