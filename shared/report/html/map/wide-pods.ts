import { percent } from '../../../model/index.ts';
import { markup, type Markup } from '../markup.ts';
import { node, numberRoom, pods, type Columns } from './columns.ts';
import { nameKind, podTone } from './kinds.ts';
import type { MapModel } from './model.ts';
import type { WideLayout, PodAt } from './wide-layout.ts';
import { bar, box, curve, label } from './shapes.ts';

/** A pod, its share now, and its share after the fix. */
export function podShapes(
  model: MapModel,
  { row, y }: PodAt,
  { podHeight: height }: WideLayout,
  columns: Columns,
): Markup {
  const tone = podTone(row);
  const area = { x: pods.x, y: y - height / 2, width: columns.pod, height };
  const each = row.count > 1 && columns.after === undefined ? ' each' : '';
  const share = { model, y, width: columns.bar, each };
  return markup`${box(area, `pod ${tone}`)}${label({
    x: pods.x + 9,
    y: y + 4,
    text: row.name,
    width: columns.pod - 16,
    kind: nameKind(tone),
  })}${shareShapes({ ...share, x: columns.now, share: row.now, note: row.ready ? undefined : row.note })}${
    columns.after === undefined || row.after === undefined
      ? undefined
      : shareShapes({ ...share, x: columns.after.bar, share: row.after, note: undefined })
  }`;
}

interface Share {
  readonly model: MapModel;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly share: number;
  readonly each: string;
  readonly note: string | undefined;
}

function shareShapes({ model, x, y, width, share, each, note }: Share): Markup {
  const { scale, fair } = model;
  const some = share > 0;
  return markup`${bar({ x, y, width, share, scale, kind: 'bar', ...(some && fair !== undefined && { fair }) })}${
    some
      ? undefined
      : label({
          x: x + 6,
          y: y + 3.5,
          text: note ?? 'no traffic',
          width: width - 12,
          size: 9.5,
          kind: 'bad',
        })
  }${number(x + width, y, `${percent(share)}${each}`, some)}`;
}

function number(x: number, y: number, text: string, some: boolean): Markup {
  return label({
    x: x + 7,
    y: y + 4,
    text,
    width: numberRoom + 8,
    bold: true,
    kind: some ? 'num' : 'num bad',
  });
}

/** The part that is lost, as a row below the pods, with the nodes that lose it. */
export function lostShapes(
  model: MapModel,
  layout: WideLayout,
  columns: Columns,
): Markup | undefined {
  const { lost: y, podHeight: height } = layout;
  if (y === undefined) return undefined;
  const leaks = layout.nodes.filter(({ row }) => row.tone === 'leak');
  const { scale } = model;
  const width = columns.bar;
  const row = (x: number, share: number): Markup =>
    markup`${bar({ x, y, width, share, scale, kind: 'bar lost' })}${number(x + width, y, percent(share), share === 0)}`;
  return markup`${leaks.map((leak) =>
    curve([node.x + node.width, leak.y], [pods.x, y], 'leak', leak.row.share),
  )}${box({ x: pods.x, y: y - height / 2, width: columns.pod, height }, 'pod lost')}${label({
    x: pods.x + 9,
    y: y + 4,
    text: 'lost',
    width: columns.pod - 16,
    bold: true,
    kind: 'bad',
  })}${label({ x: pods.x + 9, y: y + height / 2 + 15, text: model.lostWhy, width: columns.now + columns.bar - pods.x, size: 10.5, kind: 'bad' })}${row(columns.now, model.lost)}${
    columns.after === undefined || model.after === undefined
      ? undefined
      : row(columns.after.bar, model.after.lost)
  }`;
}

/** The prediction stands on its own ground: a trunk from which every pod gets its new share. */
export function afterPanel(
  model: MapModel,
  layout: WideLayout,
  columns: Columns,
): Markup | undefined {
  if (columns.after === undefined || model.after === undefined) return undefined;
  const { panel, bar: end } = columns.after;
  const trunk = { x: panel + 8, y: layout.top, width: 6, height: layout.bottom - layout.top };
  const ground = { x: panel, y: 50, width: columns.width - panel - 1, height: layout.height - 51 };
  const middle = (layout.top + layout.bottom) / 2;
  const flows = layout.pods.map(({ row, y }) => {
    const share = row.after ?? 0;
    return curve(
      [trunk.x + trunk.width, middle + (y - middle) * 0.85],
      [end - 2, y],
      share > 0 ? 'flow' : 'stop',
      share * row.count,
    );
  });
  return markup`${box(ground, model.after.even ? 'panel' : 'panel fair-enough', 8)}${flows}${box(trunk, 'trunk', 3)}`;
}
