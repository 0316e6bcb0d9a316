import { scrubbed } from '../model/index.ts';

/** What was left out of an input, so that two runs can be compared. */
export interface InputFaults {
  readonly count: number;
  /** One text for each of the first 200, the same in every run: the object and field, wherever in its list it stands. */
  readonly keys: readonly string[];
}

/** Input faults, one clear line each; a file that is wrong throughout does not flood the terminal. */
export class Problems {
  readonly #lines = new Map<string, string[]>();
  readonly #counts = new Map<string, number>();
  readonly #keys = new Set<string>();

  /**
   * The same fault is counted once.
   * @param source File or request that the fault is in.
   * @param text Place and fault.
   * @param key The object and field by names that another run would find as well.
   */
  add(source: string, text: string, key = text): void {
    if (this.#keys.size < maxKeys) this.#keys.add(printableLine(key));
    const line = printableLine(`${source}: ${text}`);
    if (this.#lines.get(source)?.includes(line) === true) return;
    const count = (this.#counts.get(source) ?? 0) + 1;
    this.#counts.set(source, count);
    const lines = this.#lines.get(source) ?? [];
    this.#lines.set(source, lines);
    if (lines.length < maxLines) lines.push(line);
  }

  /** Faults so far, those without a line too. */
  get count(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get faults(): InputFaults {
    return { count: this.count, keys: [...this.#keys] };
  }

  get lines(): readonly string[] {
    return [...this.#lines].flatMap(([source, lines]) => {
      const more = (this.#counts.get(source) ?? 0) - lines.length;
      const safe = lines.map((line) => scrubbed(line, longestLine));
      return more > 0 ? [...safe, `${source}: and ${more} more errors`] : safe;
    });
  }
}

const maxKeys = 200;
const maxLines = 20;
const longestLine = 1_000;

/** Names and values of a document come into messages: nothing in them may break or rule the terminal. */
export function printableLine(text: string): string {
  const line = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
