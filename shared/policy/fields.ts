/** An own field of plain data, by path. */
export function at(value: unknown, ...path: readonly PropertyKey[]): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step))
      return undefined;
    const next: unknown = Reflect.get(found, step);
    found = next;
  }
  return found;
}
