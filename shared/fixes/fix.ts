import type { Verdict } from '../traffic/types.ts';

export interface FixStep {
  readonly tool: 'kubectl' | 'az' | 'yaml';
  readonly text: string;
}

/** What a person could do, what it would change, and what it costs. Evenkeel never does it. */
export interface Fix {
  readonly title: string;
  readonly steps: readonly FixStep[];
  /** Predicted by the same share model on a changed snapshot; absent where placement after the fix is not determined. */
  readonly after?: {
    readonly verdict: Verdict;
    readonly lost: number;
    readonly shares: { readonly [pod: string]: number };
    readonly note?: string;
  };
  readonly price: readonly string[];
}
