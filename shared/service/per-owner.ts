/**
 * A map for each owner: apps and storages of one process have nothing in common. Whoever puts
 * something in takes it out again.
 */
export function perOwner<V>(): (owner: object) => Map<string, V> {
  const maps = new WeakMap<object, Map<string, V>>();
  return (owner) => {
    const known = maps.get(owner) ?? new Map<string, V>();
    maps.set(owner, known);
    return known;
  };
}
