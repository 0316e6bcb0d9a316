import { compareText } from '../model/index.ts';

/**
 * One of two rows that have the same identity, the same one whichever came first: what a list holds
 * twice must not make the order of its objects matter.
 */
export function oneOfTwo<T>(a: T, b: T): T {
  return textOf(a) <= textOf(b) ? a : b;
}

function textOf(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) =>
    value instanceof Map
      ? [...value].map((entry) => JSON.stringify(entry)).toSorted(compareText)
      : value,
  );
}
