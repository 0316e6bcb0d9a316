import { percent } from '../../../model/index.ts';
import { markup, type Markup } from '../markup.ts';
import { double, frontend, node, poolBox, pods, rule, single, type Columns } from './columns.ts';
import { entryKinds } from './kinds.ts';
import type { MapModel } from './model.ts';
import { wideLayout, type WideLayout } from './wide-layout.ts';
import { box, cross, curve, head, label, px, textLines } from './shapes.ts';
import { links, nodeBoxes } from './wide-nodes.ts';
import { afterPanel, lostShapes, podShapes } from './wide-pods.ts';

/** The map as one wide picture: frontend, rule and probe, nodes by pool, pods, shares now and after. */
export function wideMap(model: MapModel, id: string, description: string): Markup {
  const columns = model.after === undefined ? single : double;
  const layout = wideLayout(model);
  const middle = (layout.top + layout.bottom) / 2;
  return markup`<svg class="map wide" viewBox="0 0 ${columns.width} ${px(layout.height)}" role="img" aria-labelledby="${id}t ${id}d"><title id="${id}t">${`Traffic map of ${model.title}`}</title><desc id="${id}d">${description}</desc>${heads(model, columns)}${
    model.unknown === undefined
      ? [
          afterPanel(model, layout, columns),
          poolBoxes(model, layout, columns),
          links(model, layout, middle),
          nodeBoxes(layout),
          layout.pods.map((pod) => podShapes(model, pod, layout, columns)),
          lostShapes(model, layout, columns),
        ]
      : unknownShapes(model.unknown, middle, columns)
  }${entry(model, middle)}</svg>`;
}

function heads(model: MapModel, columns: Columns): Markup {
  const known = model.unknown === undefined;
  return markup`${head(frontend.x, 'FRONTEND')}${head(rule.x, 'RULE AND PROBE')}${
    known
      ? [
          head(poolBox.x, 'NODES BY POOL'),
          head(pods.x, 'PODS'),
          head(columns.now, 'NOW'),
          scaleLabel(model, columns),
          result(columns.now, { ...model, even: model.verdict === 'even' }, columns),
        ]
      : undefined
  }${
    columns.after === undefined || model.after === undefined
      ? undefined
      : [
          head(columns.after.panel + 8, 'AFTER THE FIX'),
          result(columns.after.panel + 8, model.after, columns),
        ]
  }`;
}

function scaleLabel({ scale }: MapModel, { now, bar }: Columns): Markup {
  const text = `full bar ${percent(scale)}`;
  return label({ x: now + bar, y: 12, text, width: 82, size: 9.5, kind: 'dim', end: true });
}

function result(
  x: number,
  { shares, verdict, even }: Pick<NonNullable<MapModel['after']>, 'shares' | 'verdict' | 'even'>,
  columns: Columns,
): Markup {
  const width = columns.after === undefined ? columns.bar : 164;
  const kind = even ? 'good' : 'bad';
  return markup`${label({ x, y: 29, text: shares, width, size: 13, bold: true, kind })}${label({ x, y: 44, text: verdict, width, size: 11, kind })}`;
}

const entryHeight = 82;

function entry(model: MapModel, middle: number): Markup {
  const y = middle - entryHeight / 2;
  const lines = (
    { x, width }: { readonly x: number; readonly width: number },
    texts: readonly string[],
    kind: string,
  ): Markup =>
    markup`${box({ x, y, width, height: entryHeight }, kind)}${textLines(texts, { x: x + 9, y: y + 20, width: width - 16, pitch: 17 })}`;
  const kinds = entryKinds(model);
  const none = [model.unknown === undefined ? 'no rule' : 'not known'];
  return markup`${curve([frontend.x + frontend.width, middle], [rule.x, middle], kinds.link, model.rule === undefined ? 0 : 1)}${lines(frontend, model.frontend, kinds.frontend)}${lines(rule, model.rule ?? none, kinds.rule)}`;
}

function poolBoxes(model: MapModel, layout: WideLayout, columns: Columns): readonly Markup[] {
  const end = model.mesh ? node.x + node.width + 8 : columns.poolEnd;
  const width = end - poolBox.x;
  return layout.pools.map(({ pool, y, height }) => {
    const counts = pool.moved ? '' : `${pool.members} of ${pool.size} in the pool`;
    const name = pool.name === '' ? 'no node pool' : pool.name;
    const bottom = y + height - 8;
    return markup`${box({ x: poolBox.x, y, width, height }, pool.why === undefined ? 'lane' : 'lane off', 8)}${label({ x: poolBox.x + 9, y: y + 17, text: name, width: 96, bold: true })}${label({ x: node.x + node.width, y: y + 17, text: counts, width: 96, size: 9.5, kind: 'dim', end: true })}${
      pool.why === undefined
        ? undefined
        : markup`${cross(poolBox.x + 14, bottom - 4)}${label({ x: poolBox.x + 24, y: bottom, text: pool.why, width: width - 34, size: 10.5, kind: 'bad' })}`
    }`;
  });
}

function unknownShapes(why: string, middle: number, columns: Columns): Markup {
  const area = { x: poolBox.x, y: middle - 32, width: columns.width - poolBox.x - 1, height: 64 };
  const text = { x: poolBox.x + 22, width: area.width - 44 };
  const plate = { x: poolBox.x + 10, y: middle - 22, width: area.width - 20, height: 44 };
  return markup`${curve([rule.x + rule.width, middle], [poolBox.x, middle], 'quiet', 0)}${box(area, 'unknown', 8)}${box(plate, 'plate', 6)}${label({ ...text, y: middle - 3, text: 'Not known: who gets the traffic could not be worked out', size: 12, bold: true })}${label({ ...text, y: middle + 14, text: why, size: 11, kind: 'dim' })}`;
}
