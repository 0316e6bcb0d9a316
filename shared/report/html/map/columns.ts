/** Columns of the wide map, in pixels. */
export const frontend = { x: 0.5, width: 118 };
export const rule = { x: 144, width: 136 };
export const poolBox = { x: 330 };
export const node = { x: 338, width: 196 };
export const mesh = { x: 560, width: 8 };
export const pods = { x: 592 };
/** Room for the number behind a bar. */
export const numberRoom = 54;

export interface Columns {
  readonly width: number;
  readonly pod: number;
  readonly poolEnd: number;
  readonly now: number;
  readonly bar: number;
  /** Where the prediction starts, and its bars. */
  readonly after?: { readonly panel: number; readonly bar: number };
}

/** Without a prediction the bars have the room of both. */
export const single: Columns = { width: 1216, pod: 250, poolEnd: 850, now: 866, bar: 282 };
/** With a prediction: the bars of now, and a panel with those after the fix. */
export const double: Columns = {
  width: 1216,
  pod: 240,
  poolEnd: 840,
  now: 854,
  bar: 98,
  after: { panel: 1018, bar: 1060 },
};
