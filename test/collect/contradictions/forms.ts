import { expect, test } from '@jest/globals';
import { contradictions } from '../../../shared/collect/contradictions.ts';
import type { SliceName } from '../../../shared/model/index.ts';
import { cluster, node, type SnapshotChanges } from '../../builders/index.ts';

/** Lists that contradict each other, or only seem to. */
export interface ContradictionCase {
  readonly form: string;
  readonly given: SnapshotChanges;
  /** Slices that count as unread. */
  readonly slices: readonly SliceName[];
}

/** A test for each case: the slices that count as unread, and why in one line. */
export function testForms(cases: readonly ContradictionCase[]): void {
  test.each([...cases])('$form -> $slices', ({ given, slices }) => {
    const found = contradictions(cluster(given));
    expect(found.map((each) => each.slice)).toEqual(slices);
    for (const { why } of found) expect(why).toMatch(/^[^\n]{20,300}: [^\n]+\?$/u);
  });
}

/** The nodes of the builders' cluster. */
export const system = node('system-0');
export const user = node('user-0');
