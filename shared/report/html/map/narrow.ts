import { percent } from '../../words.ts';
import { markup, type Markup } from '../markup.ts';
import type { MapModel, NodeRow, PodRow, PoolRow } from './model.ts';
import { bar, box, cross, label, line, px } from './shapes.ts';

const width = 360;
const spine = 10;
const left = 28;

/** A piece of the tall map and the height that it takes. */
interface Piece {
  readonly height: number;
  readonly draw: (y: number) => Markup;
  /** The trunk goes on to here. */
  readonly node?: boolean;
}

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
  const trunk =
    end === 0
      ? undefined
      : line(
          [
            [spine, start],
            [spine, end],
          ],
          'spine',
          0.1,
        );
  return markup`<svg class="map narrow" viewBox="0 0 ${width} ${px(y + 2)}" role="img" aria-labelledby="${id}t ${id}d"><title id="${id}t">${`Traffic map of ${model.title}`}</title><desc id="${id}d">${description}</desc>${trunk}${drawn}</svg>`;
}

function headPieces(model: MapModel): readonly Piece[] {
  const closed = model.rule === undefined;
  const unknown = model.unknown !== undefined;
  const link = closed ? (unknown ? 'quiet' : 'stop') : 'flow';
  const kind = closed ? (unknown ? 'entry open' : 'entry off') : 'entry';
  const share = closed ? 0 : 1;
  const [address = '', ...way] = model.frontend;
  const [rule = unknown ? 'not known' : 'no rule', ...how] = model.rule ?? [];
  return [
    entryPiece([address, ...pairs(way)], unknown && closed ? kind : 'entry', link, share),
    entryPiece([rule, ...pairs(how)], kind, link, share),
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

function entryPiece(texts: readonly string[], kind: string, link: string, share: number): Piece {
  const height = 14 + texts.length * 16;
  return {
    height: height + 16,
    draw: (y) =>
      markup`${box({ x: 0.5, y, width: width - 1, height }, kind)}${texts.map((text, at) =>
        label({
          x: 12,
          y: y + 20 + at * 16,
          text,
          width: width - 24,
          size: at === 0 ? 13 : 11,
          bold: at === 0,
          kind: at === 0 ? 'name' : 'dim',
        }),
      )}${line(
        [
          [spine, y + height],
          [spine, y + height + 16],
        ],
        link,
        share,
      )}`,
  };
}

function verdictPiece(model: MapModel): Piece {
  const { after } = model;
  return {
    height: after === undefined ? 30 : 46,
    draw: (y) =>
      markup`${label({ x: left, y: y + 14, text: `Now ${model.shares} · ${model.verdict}`, width: width - left, size: 12.5, bold: true, kind: model.verdict === 'even' ? 'good' : 'bad' })}${
        after === undefined
          ? undefined
          : label({
              x: left,
              y: y + 31,
              text: `After the fix ${after.shares} · ${after.verdict}`,
              width: width - left,
              size: 12.5,
              bold: true,
              kind: after.even ? 'good' : 'bad',
            })
      }`,
  };
}

function bodyPieces(model: MapModel): readonly Piece[] {
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
    ...(model.mesh ? [meshPiece, ...model.pods.map((pod) => podPiece(pod, model)), gap] : []),
    ...(model.lost > 0 ? [lostPiece(model)] : []),
  ];
}

const gap: Piece = { height: 8, draw: () => markup`` };

const meshPiece: Piece = {
  height: 24,
  draw: (y) =>
    markup`${label({ x: left, y: y + 15, text: 'any node passes on to any pod:', width: width - left, size: 11, kind: 'dim' })}`,
};

function poolPiece(pool: PoolRow): Piece {
  const name = pool.name === '' ? 'no node pool' : pool.name;
  const counts = pool.moved ? '' : `${pool.members} of ${pool.size} in the backend pool`;
  return {
    height: 22,
    draw: (y) =>
      markup`${label({ x: left, y: y + 14, text: name, width: 150, size: 12, bold: true })}${label({ x: width - 2, y: y + 14, text: counts, width: 170, size: 10.5, kind: 'dim', end: true })}`,
  };
}

function nodePiece(node: NodeRow): Piece {
  const kind = node.tone === 'out' ? 'stop' : node.tone === 'idle' ? 'quiet' : 'flow';
  const bad = node.tone === 'out' || node.tone === 'leak';
  return {
    height: 30,
    node: true,
    draw: (y) =>
      markup`${line(
        [
          [spine, y + 13],
          [left, y + 13],
        ],
        kind,
        node.share,
      )}${node.tone === 'out' ? cross(left - 9, y + 13) : undefined}${box({ x: left, y, width: width - left - 1, height: 26 }, `node ${node.tone}`)}${label({ x: left + 9, y: y + 17, text: node.name, width: 214, kind: bad && node.tone === 'out' ? 'name struck' : 'name' })}${label({ x: width - 10, y: y + 17, text: node.note, width: 92, size: 10.5, kind: bad ? 'bad' : 'dim', end: true })}`,
  };
}

function podPiece(pod: PodRow, model: MapModel): Piece {
  const lines = pod.after === undefined ? 1 : 2;
  const off = pod.now <= 0;
  const fair = model.fair === undefined ? {} : { fair: model.fair };
  return {
    height: 20 + lines * 18 + 4,
    draw: (y) =>
      markup`${label({ x: left + 16, y: y + 13, text: pod.name, width: width - left - 22, kind: off && pod.ready ? 'name struck' : 'name' })}${shareLine(
        'now',
        pod.now,
        y + 26,
        model.scale,
        'bar',
        pod.ready ? undefined : pod.note,
        fair,
      )}${pod.after === undefined ? undefined : shareLine('after', pod.after, y + 44, model.scale, 'bar', undefined, fair)}`,
  };
}

function shareLine(
  word: string,
  share: number,
  y: number,
  scale: number,
  kind: string,
  note: string | undefined,
  fair: { readonly fair?: number },
): Markup {
  const x = left + 54;
  const room = width - x - 60;
  return markup`${label({ x: left + 16, y: y + 4, text: word, width: 36, size: 10.5, kind: 'dim' })}${bar({ x, y, width: room, share, scale, kind, ...(share > 0 ? fair : {}) })}${
    share > 0
      ? undefined
      : label({
          x: x + 6,
          y: y + 4,
          text: note ?? 'no traffic',
          width: room - 10,
          size: 10,
          kind: 'bad',
        })
  }${label({ x: width - 2, y: y + 4, text: percent(share), width: 56, size: 11.5, bold: true, kind: share > 0 ? 'num' : 'num bad', end: true })}`;
}

function whyPiece(why: string): Piece {
  return {
    height: 20,
    draw: (y) =>
      markup`${cross(left + 5, y + 9)}${label({ x: left + 14, y: y + 13, text: why, width: width - left - 16, size: 10.5, kind: 'bad' })}`,
  };
}

function lostPiece(model: MapModel): Piece {
  const { after } = model;
  return {
    height: after === undefined ? 62 : 80,
    draw: (y) =>
      markup`${label({ x: left + 16, y: y + 13, text: 'lost', width: 100, bold: true, kind: 'bad' })}${shareLine('now', model.lost, y + 26, model.scale, 'bar lost', undefined, {})}${
        after === undefined
          ? undefined
          : shareLine('after', after.lost, y + 44, model.scale, 'bar lost', 'nothing', {})
      }${label({ x: left + 16, y: y + (after === undefined ? 48 : 66), text: model.lostWhy, width: width - left - 18, size: 10.5, kind: 'bad' })}`,
  };
}

function unknownPiece(why: string): Piece {
  return {
    height: 64,
    draw: (y) =>
      markup`${box({ x: 0.5, y, width: width - 1, height: 60 }, 'unknown', 8)}${box({ x: 8, y: y + 8, width: width - 16, height: 44 }, 'plate', 6)}${label({ x: 18, y: y + 27, text: 'Not known', width: width - 40, size: 12, bold: true })}${label({ x: 18, y: y + 43, text: why, width: width - 40, size: 10.5, kind: 'dim' })}`,
  };
}
