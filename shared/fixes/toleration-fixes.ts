import { compareText, listed, type Taint, type Workload } from '../model/index.ts';
import type { Fix } from './fix.ts';
import { taintText } from './text.ts';
import { patchStep } from './workload-fixes.ts';

/** Tolerations are replaced as a whole by a patch, so the present ones are named again. */
export function tolerate(
  workload: Workload,
  taints: readonly Taint[],
  price: readonly string[],
): Fix {
  const present = workload.podSpec.tolerations.map((toleration) =>
    Object.fromEntries(Object.entries(toleration).filter(([, value]) => value !== '')),
  );
  const wanted = taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect }));
  return {
    title: `Tolerate ${listed(taints.map(taintText))}`,
    steps: [patchStep(workload, { tolerations: [...present, ...wanted] })],
    price,
  };
}

/** Each taint once, by its text. */
export function distinctTaints(taints: readonly Taint[]): readonly Taint[] {
  const byText = new Map(taints.map((taint) => [taintText(taint), taint]));
  return [...byText].toSorted(([a], [b]) => compareText(a, b)).map(([, taint]) => taint);
}
