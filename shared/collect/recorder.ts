/** Hears which lists are read, and of each item what the parsers look at: to save a cluster, and no more of it. */
export interface ListRecorder {
  begin(path: string, query: URLSearchParams): ListRecording;
}

export interface ListRecording {
  /** @param whole The item as it came. @param read The fields of it that were looked at. */
  item(whole: unknown, read: unknown): void;
  /** @param why Why the list is unread; `undefined` = it was read whole. */
  end(why: string | undefined): void;
}

export interface Traced {
  /** Reads like the value itself. */
  readonly value: unknown;
  /** Grows to the fields that were read of it; lists keep their length. */
  readonly read: unknown;
}

/** A value of JSON that notes what is read of it. */
export function traced(value: unknown): Traced {
  if (typeof value !== 'object' || value === null) return { value, read: value };
  const children = new Map<string, Traced>();
  const childOf = (key: string, field: unknown): Traced => {
    const known = children.get(key) ?? traced(field);
    children.set(key, known);
    return known;
  };
  const isList = Array.isArray(value);
  const read: unknown[] | Record<string, unknown> = isList
    ? value.map((each: unknown, index) => childOf(String(index), each).read)
    : {};
  const watched = new Proxy(value, {
    get(target, key): unknown {
      const field: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return field;
      if (isList && key === 'length') return field;
      const child = childOf(key, field);
      if (!isList)
        Object.defineProperty(read, key, {
          value: child.read,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return child.value;
    },
  });
  return { value: watched, read };
}
