/** The name that a person most likely meant, if one is near: at most a third of its letters differ. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  const wanted = name.slice(0, maxLength).toLowerCase();
  for (const each of names) {
    const far = distance(wanted, each.toLowerCase());
    if (far < least && far <= Math.max(1, Math.floor(each.length / 3))) {
      least = far;
      best = each;
    }
  }
  return best;
}

const maxLength = 100;

/** Levenshtein's count of letters to add, drop or change; two neighbours that changed places count as one. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
