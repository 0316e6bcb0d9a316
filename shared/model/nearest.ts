/** The known word within `most` edits (a third of the length by default); `undefined` where none is near. */
export function nearest(
  word: string,
  known: readonly string[],
  most = Infinity,
): string | undefined {
  const wanted = word.toLowerCase().slice(0, longest);
  const limit = Math.min(most, Math.max(1, Math.floor(wanted.length / 3)));
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const each of known) {
    if (Math.abs(each.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, each.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { word: each, distance };
  }
  return best?.word;
}

/** Annotation keys with their prefix are the longest words that are compared. */
const longest = 128;

/** Insertions, deletions, replacements, and neighbours that changed places. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const kept = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      let best = Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, kept);
      if (i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j])
        best = Math.min(best, (before[j - 1] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
