type Absent<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** An object whose fields without a value are left out: `undefined` is no value of an optional field. */
export type Present<T> = Omit<T, Absent<T>> & {
  [K in Absent<T>]?: Exclude<T[K], undefined>;
};

/** The fields that have a value, in their order. */
export function present<T extends object>(fields: T): Present<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same fields, less those without a value
  return Object.fromEntries(kept) as Present<T>;
}
