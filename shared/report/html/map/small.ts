import { percent } from '../../../model/index.ts';
import { markup, type Markup } from '../markup.ts';
import { nameKind, nodeLinkKind, podLinkKind, podTone } from './kinds.ts';
import type { MapModel } from './model.ts';
import type { NodeRow, PodRow } from './rows.ts';
import { seenRing } from './seen-ring.ts';
import { bar, box, cross, curve, label, px, textLines } from './shapes.ts';
import { textWidth } from './text-width.ts';

const width = 600;
const entry = { x: 0.5, width: 104, height: 58 };
const node = { x: 128, width: 200 };
const mesh = { x: 340, width: 6 };
const pod = { x: 366, width: 150 };
const top = 40;
const pitch = 27;
const height = 22;

interface At<Row> {
  readonly row: Row;
  readonly y: number;
}

/**
 * A map for two beside each other: frontend, nodes, pods and their shares, without rule and probe.
 * @param word What it is a map of: `Today`, `After the fix`.
 */
export function smallMap(
  model: MapModel & { readonly moreBackends?: number },
  id: string,
  word: string,
): Markup {
  const { nodes, labels, pods, bottom } = layoutOf(model);
  const middle = (top + bottom) / 2;
  const good = model.verdict === 'even';
  const said = `${word}: ${model.shares}, ${model.verdict}`;
  const end = model.lost > 0 ? bottom + pitch : bottom;
  return markup`<svg class="map small" viewBox="0 0 ${width} ${px(end + (model.mesh ? 18 : 4))}" role="img" aria-labelledby="${id}t"><title id="${id}t">${said}</title>${label({ x: 0.5, y: 13, text: word, width: 140, size: 12, bold: true })}${label({ x: node.x, y: 13, text: `${model.shares} · ${model.verdict}`, width: width - node.x, size: 12, bold: true, kind: good ? 'good' : 'bad' })}${labels.map(
    ({ row, y }) => label({ x: node.x, y, text: row, width: node.width, size: 10, kind: 'dim' }),
  )}${nodes.map(({ row, y }) => toNode(row, y, middle))}${
    model.mesh ? meshLinks(nodes, pods, middle, bottom) : nodes.map((each) => ownLinks(each, pods))
  }${nodes.map(({ row, y }) => nodeBox(row, y))}${pods.map(({ row, y }) => podRow(row, y, model))}${model.lost > 0 ? lostRow(model, bottom + 4) : undefined}${entryBox(model, middle)}</svg>`;
}

interface SmallLayout {
  readonly nodes: readonly At<NodeRow>[];
  readonly labels: readonly At<string>[];
  readonly pods: readonly SmallPod[];
  readonly bottom: number;
}

interface SmallPod extends At<PodRow> {
  /** Absent behind a mesh. */
  readonly of?: NodeRow;
}

function layoutOf(model: MapModel & { readonly moreBackends?: number }): SmallLayout {
  const nodes: At<NodeRow>[] = [];
  const labels: At<string>[] = [];
  const pods: SmallPod[] = [];
  let y = top;
  for (const pool of model.pools) {
    labels.push({ row: pool.name === '' ? 'no node pool' : pool.name, y: y + 6 });
    y += 12;
    for (const row of pool.nodes) {
      const rows = Math.max(1, row.pods.length);
      nodes.push({ row, y: y + (rows * pitch) / 2 });
      for (const [at, each] of row.pods.entries())
        pods.push({ row: each, y: y + (at + 0.5) * pitch, of: row });
      y += rows * pitch;
    }
    y += 4;
  }
  if (model.moreBackends !== undefined && model.moreBackends > 0) {
    labels.push({ row: `and ${model.moreBackends} more nodes`, y: y + 8 });
    y += 14;
  }
  const bottom = Math.max(y, top + entry.height, top + model.pods.length * pitch);
  const start = (top + bottom) / 2 - (model.pods.length * pitch) / 2;
  for (const [at, row] of model.pods.entries()) pods.push({ row, y: start + (at + 0.5) * pitch });
  return { nodes, labels, pods, bottom };
}

function toNode(row: NodeRow, y: number, middle: number): Markup {
  const { tone, share } = row;
  const from = [entry.x + entry.width, middle + (y - middle) * 0.2] as const;
  return markup`${curve(from, [node.x, y], nodeLinkKind(row), share)}${tone === 'out' ? cross(node.x - 8, y) : undefined}`;
}

function ownLinks({ row, y }: At<NodeRow>, pods: SmallLayout['pods']): readonly Markup[] {
  return pods
    .filter(({ of }) => of === row)
    .map((each) => podLink([node.x + node.width, y], each.row, each.y));
}

function podLink(from: readonly [number, number], row: PodRow, y: number): Markup {
  return curve(from, [pod.x, y], podLinkKind(row), row.now * row.count);
}

function meshLinks(
  nodes: SmallLayout['nodes'],
  pods: SmallLayout['pods'],
  middle: number,
  bottom: number,
): Markup {
  const right = node.x + node.width;
  if (nodes.length === 0)
    return markup`${pods.map(({ row, y }) => podLink([entry.x + entry.width, middle], row, y))}`;
  return markup`${nodes
    .filter(({ row }) => row.tone === 'up')
    .map(({ row, y }) =>
      curve([right, y], [mesh.x, y], 'flow', row.share),
    )}${pods.map(({ row, y }) => podLink([mesh.x + mesh.width, middle + (y - middle) * 0.9], row, y))}${box({ x: mesh.x, y: top, width: mesh.width, height: bottom - top }, 'mesh', 3)}${label({ x: pod.x - 6, y: bottom + 14, text: 'any node to any pod', width: 130, size: 10, kind: 'dim', end: true })}`;
}

function nodeBox(row: NodeRow, y: number): Markup {
  const off = row.tone === 'out' || row.tone === 'leak';
  const noteWidth = Math.min(96, textWidth(row.note, { size: 10 }));
  return markup`${box({ x: node.x, y: y - height / 2, width: node.width, height }, `node ${row.tone}`)}${seenRing(row, { x: node.x, y: y - height / 2, width: node.width, height })}${label({ x: node.x + 7, y: y + 4, text: row.name, width: node.width - noteWidth - 22, size: 11, kind: nameKind(row.tone) })}${label({ x: node.x + node.width - 7, y: y + 4, text: row.note, width: 97, size: 10, kind: off ? 'bad' : 'dim', end: true })}`;
}

function podRow(row: PodRow, y: number, model: MapModel): Markup {
  const tone = podTone(row);
  const x = pod.x + pod.width + 8;
  const each = row.count > 1 ? ' each' : '';
  return markup`${box({ x: pod.x, y: y - height / 2, width: pod.width, height }, `pod ${tone}`)}${label({ x: pod.x + 7, y: y + 4, text: row.name, width: pod.width - 12, size: 11, kind: nameKind(tone) })}${label({ x, y: y + 1, text: `${percent(row.now)}${each}`, width: width - x, size: 11, bold: true, kind: row.now > 0 ? 'num' : 'num bad' })}${bar({ x, y: y + 8, width: width - x - 2, share: row.now, scale: model.scale, kind: 'bar', thick: 5 })}`;
}

function lostRow(model: MapModel, y: number): Markup {
  return markup`${box({ x: pod.x, y, width: pod.width, height }, 'pod lost')}${label({ x: pod.x + 7, y: y + 15, text: 'lost', width: 60, size: 11, bold: true, kind: 'bad' })}${label({ x: pod.x + pod.width + 8, y: y + 15, text: percent(model.lost), width: 70, size: 11, bold: true, kind: 'num bad' })}`;
}

function entryBox({ frontend, rule }: MapModel, middle: number): Markup {
  const y = middle - entry.height / 2;
  const [address = '', port = ''] = frontend;
  const policy = rule?.at(-1) ?? 'no rule';
  return markup`${box({ ...entry, y }, rule === undefined ? 'entry open' : 'entry')}${textLines(
    [address, port, policy],
    { x: entry.x + 8, y: y + 18, width: entry.width - 14, pitch: 16 },
  )}`;
}
