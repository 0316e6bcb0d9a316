import { percent } from '../../../model/index.ts';
import { markup, type Markup } from '../markup.ts';
import { nameKind, nodeLinkKind } from './kinds.ts';
import type { MapModel } from './model.ts';
import type { NodeRow, PodRow, PoolRow } from './rows.ts';
import { seenRing } from './seen-ring.ts';
import { bar, box, cross, label, straight, textLines } from './shapes.ts';
import { textWidth, twoLines } from './text-width.ts';

/** Of the tall map, in pixels; `spine` is where its vertical line runs. */
export const width = 360;
export const spine = 10;
const left = 28;

/** A piece of the tall map and the height that it takes. */
export interface MapPiece {
  readonly height: number;
  readonly draw: (y: number) => Markup;
  /** The trunk goes on to here. */
  readonly node?: boolean;
}

/** The box of frontend or rule, and the link below it. */
export function entryPiece(
  texts: readonly string[],
  kind: string,
  link: string,
  share: number,
): MapPiece {
  const height = 14 + texts.length * 16;
  return {
    height: height + 16,
    draw: (y) =>
      markup`${box({ x: 0.5, y, width: width - 1, height }, kind)}${textLines(texts, { x: 12, y: y + 20, width: width - 24, pitch: 16, sizes: [13, 11] })}${straight([spine, y + height], [spine, y + height + 16], link, share)}`,
  };
}

/** Shares and verdict, now and after the fix. */
export function verdictPiece(model: MapModel): MapPiece {
  const { after } = model;
  return {
    height: after === undefined ? 30 : 46,
    draw: (y) =>
      markup`${verdictLabel(y + 14, 'Now', model, model.verdict === 'even')}${after && verdictLabel(y + 31, 'After the fix', after, after.even)}`,
  };
}

function verdictLabel(
  y: number,
  when: string,
  { shares, verdict }: Pick<MapModel, 'shares' | 'verdict'>,
  even: boolean,
): Markup {
  const text = `${when} ${shares} · ${verdict}`;
  const kind = even ? 'good' : 'bad';
  return label({ x: left, y, text, width: width - left, size: 12.5, bold: true, kind });
}

export const gap: MapPiece = { height: 8, draw: () => markup`` };

export const meshPiece: MapPiece = {
  height: 24,
  draw: (y) =>
    markup`${label({ x: left, y: y + 15, text: 'any node passes on to any pod:', width: width - left, size: 11, kind: 'dim' })}`,
};

/** Name of a node pool, and how many of its nodes are backends. */
export function poolPiece(pool: PoolRow): MapPiece {
  const name = pool.name === '' ? 'no node pool' : pool.name;
  const counts = pool.moved ? '' : `${pool.members} of ${pool.size} in the backend pool`;
  return {
    height: 22,
    draw: (y) =>
      markup`${label({ x: left, y: y + 14, text: name, width: 150, size: 12, bold: true })}${label({ x: width - 2, y: y + 14, text: counts, width: 170, size: 10.5, kind: 'dim', end: true })}`,
  };
}

const noteFont = { size: 10.5 };

/** The box of a node with the link to it. */
export function nodePiece(node: NodeRow): MapPiece {
  const note = Math.min(130, textWidth(node.note, noteFont) + 1);
  const kind = nodeLinkKind(node);
  const bad = node.tone === 'out' || node.tone === 'leak';
  return {
    height: 30,
    node: true,
    draw: (y) =>
      markup`${straight([spine, y + 13], [left, y + 13], kind, node.share)}${node.tone === 'out' ? cross(left - 9, y + 13) : undefined}${box({ x: left, y, width: width - left - 1, height: 26 }, `node ${node.tone}`)}${seenRing(node, { x: left, y, width: width - left - 1, height: 26 })}${label({ x: left + 9, y: y + 17, text: node.name, width: 304 - note, kind: nameKind(node.tone) })}${label({ x: width - 10, y: y + 17, text: node.note, width: note, ...noteFont, kind: bad ? 'bad' : 'dim', end: true })}`,
  };
}

/** A pod with its bars, now and after the fix. */
export function podPiece(pod: PodRow, model: MapModel): MapPiece {
  const lines = pod.after === undefined ? 1 : 2;
  const off = pod.now <= 0;
  const { scale, fair } = model;
  return {
    height: 20 + lines * 18 + 4,
    draw: (y) =>
      markup`${label({ x: left + 16, y: y + 13, text: pod.name, width: width - left - 22, kind: off && pod.ready ? 'name off' : 'name' })}${shareLine('now', y + 26, { share: pod.now, scale, fair, note: pod.ready ? undefined : pod.note })}${
        pod.after === undefined
          ? undefined
          : shareLine('after', y + 44, { share: pod.after, scale, fair })
      }`,
  };
}

interface NarrowShare {
  readonly share: number;
  readonly scale: number;
  readonly kind?: string;
  readonly fair?: number | undefined;
  /** What stands in the place of an empty bar. */
  readonly note?: string | undefined;
}

function shareLine(
  word: string,
  y: number,
  { share, scale, kind = 'bar', fair, note = 'no traffic' }: NarrowShare,
): Markup {
  const x = left + 54;
  const room = width - x - 60;
  return markup`${label({ x: left + 16, y: y + 4, text: word, width: 36, size: 10.5, kind: 'dim' })}${bar({ x, y, width: room, share, scale, kind, ...(share > 0 && fair !== undefined && { fair }) })}${
    share > 0
      ? undefined
      : label({ x: x + 6, y: y + 4, text: note, width: room - 10, size: 10, kind: 'bad' })
  }${label({ x: width - 2, y: y + 4, text: percent(share), width: 56, size: 11.5, bold: true, kind: share > 0 ? 'num' : 'num bad', end: true })}`;
}

/** Why a pool takes nothing, on one line or two. */
export function whyPiece(why: string): MapPiece {
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

/** What is lost, now and after the fix, and why. */
export function lostPiece(model: MapModel): MapPiece {
  const { after, scale } = model;
  return {
    height: after === undefined ? 62 : 80,
    draw: (y) =>
      markup`${label({ x: left + 16, y: y + 13, text: 'lost', width: 100, bold: true, kind: 'bad' })}${shareLine('now', y + 26, { share: model.lost, scale, kind: 'bar lost' })}${
        after === undefined
          ? undefined
          : shareLine('after', y + 44, {
              share: after.lost,
              scale,
              kind: 'bar lost',
              note: 'nothing',
            })
      }${label({ x: left + 16, y: y + (after === undefined ? 48 : 66), text: model.lostWhy, width: width - left - 18, size: 10.5, kind: 'bad' })}`,
  };
}

/** In the place of all else: what was not read. */
export function unknownPiece(why: string): MapPiece {
  return {
    height: 64,
    draw: (y) =>
      markup`${box({ x: 0.5, y, width: width - 1, height: 60 }, 'unknown', 8)}${box({ x: 8, y: y + 8, width: width - 16, height: 44 }, 'plate', 6)}${label({ x: 18, y: y + 27, text: 'Not known', width: width - 40, size: 12, bold: true })}${label({ x: 18, y: y + 43, text: why, width: width - 40, size: 10.5, kind: 'dim' })}`,
  };
}
