import type { PortTraffic } from '../traffic/index.ts';

/** `1 pod`, `3 pods`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`; long lists end in `and 7 more`. */
export function listed(names: readonly string[], limit = 5): string {
  const shown =
    names.length > limit ? [...names.slice(0, limit), `${names.length - limit} more`] : names;
  if (shown.length <= 1) return shown[0] ?? 'none';
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** A fraction as people write it: `33.3 %`, `100 %`, `0.04 %`. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  const digits =
    value >= 99.95 || value === 0 || Number.isInteger(Math.round(value * 1e6) / 1e6)
      ? 0
      : value < 0.1
        ? 2
        : 1;
  return `${value.toFixed(digits)} %`;
}

/** `80/TCP`, and the family where a Service has two. */
export function portText(port: PortTraffic, families: number): string {
  return `${port.port}/${port.protocol}${families > 1 ? ` (${port.family})` : ''}`;
}

/** At most 50 items of evidence, as the report promises. */
export function capped<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, 50);
}

/** Quotes a word for a POSIX shell unless it is plain: names come from clusters. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Sorted and each once. */
export function distinct(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].toSorted();
}
