import { percent } from '../../words.ts';
import { markup, type Markup } from '../markup.ts';
import { nameKind, nodeLinkKind } from './kinds.ts';
import type { MapModel } from './model.ts';
import type { NodeRow, PodRow, PoolRow } from './rows.ts';
import { seenRing } from './seen-ring.ts';
import { bar, box, cross, label, line } from './shapes.ts';
import { textWidth, twoLines } from './text-width.ts';

export const width = 360;
export const spine = 10;
const left = 28;

/** A piece of the tall map and the height that it takes. */
export interface Piece {
  readonly height: number;
  readonly draw: (y: number) => Markup;
  /** The trunk goes on to here. */
  readonly node?: boolean;
}

export function entryPiece(
  texts: readonly string[],
  kind: string,
  link: string,
  share: number,
): Piece {
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

export function verdictPiece(model: MapModel): Piece {
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

export const gap: Piece = { height: 8, draw: () => markup`` };

export const meshPiece: Piece = {
  height: 24,
  draw: (y) =>
    markup`${label({ x: left, y: y + 15, text: 'any node passes on to any pod:', width: width - left, size: 11, kind: 'dim' })}`,
};

export function poolPiece(pool: PoolRow): Piece {
  const name = pool.name === '' ? 'no node pool' : pool.name;
  const counts = pool.moved ? '' : `${pool.members} of ${pool.size} in the backend pool`;
  return {
    height: 22,
    draw: (y) =>
      markup`${label({ x: left, y: y + 14, text: name, width: 150, size: 12, bold: true })}${label({ x: width - 2, y: y + 14, text: counts, width: 170, size: 10.5, kind: 'dim', end: true })}`,
  };
}

const noteFont = { size: 10.5 };

export function nodePiece(node: NodeRow): Piece {
  const note = Math.min(130, textWidth(node.note, noteFont) + 1);
  const kind = nodeLinkKind(node);
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
      )}${node.tone === 'out' ? cross(left - 9, y + 13) : undefined}${box({ x: left, y, width: width - left - 1, height: 26 }, `node ${node.tone}`)}${seenRing(node, { x: left, y, width: width - left - 1, height: 26 })}${label({ x: left + 9, y: y + 17, text: node.name, width: 304 - note, kind: nameKind(node.tone) })}${label({ x: width - 10, y: y + 17, text: node.note, width: note, ...noteFont, kind: bad ? 'bad' : 'dim', end: true })}`,
  };
}

export function podPiece(pod: PodRow, model: MapModel): Piece {
  const lines = pod.after === undefined ? 1 : 2;
  const off = pod.now <= 0;
  const fair = model.fair === undefined ? {} : { fair: model.fair };
  return {
    height: 20 + lines * 18 + 4,
    draw: (y) =>
      markup`${label({ x: left + 16, y: y + 13, text: pod.name, width: width - left - 22, kind: off && pod.ready ? 'name off' : 'name' })}${shareLine(
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

export function whyPiece(why: string): Piece {
  const room = width - left - 16;
  const texts = twoLines(why, room, noteFont);
  return {
    height: 6 + texts.length * 14,
    draw: (y) =>
      markup`${cross(left + 5, y + 9)}${texts.map((text, at) =>
        label({ x: left + 14, y: y + 13 + at * 14, text, width: room, ...noteFont, kind: 'bad' }),
      )}`,
  };
}

export function lostPiece(model: MapModel): Piece {
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

export function unknownPiece(why: string): Piece {
  return {
    height: 64,
    draw: (y) =>
      markup`${box({ x: 0.5, y, width: width - 1, height: 60 }, 'unknown', 8)}${box({ x: 8, y: y + 8, width: width - 16, height: 44 }, 'plate', 6)}${label({ x: 18, y: y + 27, text: 'Not known', width: width - 40, size: 12, bold: true })}${label({ x: 18, y: y + 43, text: why, width: width - 40, size: 10.5, kind: 'dim' })}`,
  };
}
