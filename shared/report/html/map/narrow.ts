import { markup, type Markup } from '../markup.ts';
import { entryKinds } from './kinds.ts';
import type { MapModel } from './model.ts';
import {
  entryPiece,
  gap,
  lostPiece,
  meshPiece,
  nodePiece,
  podPiece,
  poolPiece,
  spine,
  unknownPiece,
  verdictPiece,
  whyPiece,
  width,
  type MapPiece,
} from './narrow-pieces.ts';
import { straight, px } from './shapes.ts';

/** The map as one tall picture for small screens: the same from top to bottom. */
export function narrowMap(model: MapModel, id: string, description: string): Markup {
  const head = headPieces(model);
  const rest = model.unknown === undefined ? bodyPieces(model) : [unknownPiece(model.unknown)];
  const pieces = [...head, ...rest];
  let y = 2;
  let end = 0;
  const drawn: Markup[] = [];
  const start = head.reduce((sum, piece) => sum + piece.height, y) - (head.at(-1)?.height ?? 0);
  for (const piece of pieces) {
    drawn.push(piece.draw(y));
    if (piece.node === true) end = y + 13;
    y += piece.height;
  }
  const trunk = end === 0 ? undefined : straight([spine, start], [spine, end], 'spine', 0.1);
  return markup`<svg class="map narrow" viewBox="0 0 ${width} ${px(y + 2)}" role="img" aria-labelledby="${id}t ${id}d"><title id="${id}t">${`Traffic map of ${model.title}`}</title><desc id="${id}d">${description}</desc>${trunk}${drawn}</svg>`;
}

function headPieces(model: MapModel): readonly MapPiece[] {
  const unknown = model.unknown !== undefined;
  const kinds = entryKinds(model);
  const share = model.rule === undefined ? 0 : 1;
  const [address = '', ...more] = model.frontend;
  const [rule = unknown ? 'not known' : 'no rule', ...how] = model.rule ?? [];
  return [
    entryPiece([address, ...pairs(more)], kinds.frontend, kinds.link, share),
    entryPiece([rule, ...pairs(how)], kinds.rule, kinds.link, share),
    ...(unknown ? [] : [verdictPiece(model)]),
  ];
}

/** Two short lines on one. */
function pairs(texts: readonly string[]): readonly string[] {
  const some = texts.filter((text) => text !== '');
  const [first, second, ...rest] = some;
  if (first === undefined) return [];
  return [second === undefined ? first : `${first}, ${second}`, ...pairs(rest)];
}

function bodyPieces(model: MapModel): readonly MapPiece[] {
  return [
    ...model.pools.flatMap((pool) => [
      poolPiece(pool),
      ...pool.nodes.flatMap((node) => [
        nodePiece(node),
        ...node.pods.map((pod) => podPiece(pod, model)),
      ]),
      ...(pool.why === undefined ? [] : [whyPiece(pool.why)]),
      gap,
    ]),
    ...(model.mesh && model.pools.length > 0 ? [meshPiece] : []),
    ...(model.mesh ? [...model.pods.map((pod) => podPiece(pod, model)), gap] : []),
    ...(model.lost > 0 ? [lostPiece(model)] : []),
  ];
}
