import { markup, type Markup } from '../markup.ts';
import { mesh, node, pods, rule } from './columns.ts';
import { nameKind, nodeLinkKind, podLinkKind } from './kinds.ts';
import type { MapModel } from './model.ts';
import type { NodeRow } from './rows.ts';
import type { WideLayout, NodeAt } from './wide-layout.ts';
import { seenRing } from './seen-ring.ts';
import { box, cross, curve, label } from './shapes.ts';
import { clip, textWidth } from './text-width.ts';

/** Links from the rule to the nodes and on to the pods, as wide as their shares. */
export function links(model: MapModel, layout: WideLayout, middle: number): readonly Markup[] {
  const fromRule = layout.nodes.map((each, at) =>
    linkToNode(each, middle + fan(at, layout.nodes.length)),
  );
  if (model.mesh && layout.nodes.length === 0) return deadLinks(layout, middle);
  return [...fromRule, ...(model.mesh ? meshLinks(layout) : layout.nodes.flatMap(podLinks))];
}

/** Where along the rule's box the links start, so that they do not all start at one point. */
function fan(at: number, count: number): number {
  return count < 2 ? 0 : Math.min(48, (count - 1) * 14) * (at / (count - 1) - 0.5);
}

function linkToNode({ row, y }: NodeAt, start: number): Markup {
  return markup`${curve([rule.x + rule.width, start], [node.x, y], nodeLinkKind(row), row.share)}${row.tone === 'out' ? cross(node.x - 14, y) : undefined}`;
}

function podLinks({ y, pods: own }: NodeAt): readonly Markup[] {
  return own.map(({ row, y: to }) =>
    curve([node.x + node.width, y], [pods.x, to], podLinkKind(row), row.now * row.count),
  );
}

/** No load balancer passes anything on: the pods are there, and no node leads to them. */
function deadLinks(layout: WideLayout, middle: number): readonly Markup[] {
  return layout.pods.map(({ y }) => curve([rule.x + rule.width, middle], [pods.x, y], 'stop', 0));
}

function meshLinks(layout: WideLayout): readonly Markup[] {
  const right = node.x + node.width;
  const words = { x: pods.x - 8, y: layout.bottom + 15 };
  return [
    ...layout.nodes
      .filter(({ row }) => row.tone === 'up')
      .map(({ row, y }) => curve([right, y], [mesh.x, y], 'flow', row.share)),
    ...layout.pods.map(({ row, y }) =>
      curve([mesh.x + mesh.width, y], [pods.x, y], podLinkKind(row), row.now * row.count),
    ),
    box({ ...mesh, y: layout.top, height: layout.bottom - layout.top }, 'mesh', 4),
    label({ ...words, text: 'any node to any pod', width: 140, size: 10, kind: 'dim', end: true }),
  ];
}

/** A box for each node, with its name, what it gets, and what Azure sees of it. */
export function nodeBoxes(layout: WideLayout): readonly Markup[] {
  const { nodeHeight: height, compact } = layout;
  return layout.nodes.map(({ row, y }) => {
    const area = { x: node.x, y: y - height / 2, width: node.width, height };
    const ring = seenRing(row, area);
    return markup`${box(area, `node ${row.tone}`)}${compact ? oneLine(row, y) : twoLines(row, y)}${ring}`;
  });
}

function oneLine(row: NodeRow, y: number): readonly Markup[] {
  const end = node.x + node.width - 8;
  const note = clip(row.note, 80, small);
  const width = node.width - 26 - textWidth(note, small);
  return [
    label({ x: node.x + 9, y: y + 4, text: row.name, width, kind: nameKind(row.tone) }),
    label({
      x: end,
      y: y + 4,
      text: row.note,
      width: 80,
      ...small,
      kind: noteKind(row),
      end: true,
    }),
  ];
}

const small = { size: 9.5 };

function twoLines(row: NodeRow, y: number): readonly Markup[] {
  const width = node.width - 16;
  const note = row.note + (noteEndings.get(row.tone) ?? '');
  return [
    label({ x: node.x + 9, y: y - 2, text: row.name, width, kind: nameKind(row.tone) }),
    label({ x: node.x + 9, y: y + 12, text: note, width, size: 10, kind: noteKind(row) }),
  ];
}

const noteEndings = new Map<NodeRow['tone'], string>([
  ['leak', ', no pod answers'],
  ['up', ' of new connections'],
]);

function noteKind(row: NodeRow): string {
  return row.tone === 'out' || row.tone === 'leak' ? 'bad' : 'dim';
}
