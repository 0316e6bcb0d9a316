/** The items that are there: `condition && item` stands for an item that only some lists have. */
export function compacted<T>(items: readonly (T | false | undefined)[]): readonly T[] {
  return items.filter((item): item is T => item !== false && item !== undefined);
}
