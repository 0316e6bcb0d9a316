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
    /** The way there after the fix; pods without a node are placed by the scheduler. */
    readonly path?: AfterPath;
  };
  readonly price: readonly string[];
}

/** Which backends take the connections after a fix, and where the pods run: enough for a small map. */
export interface AfterPath {
  readonly externalTrafficPolicy: string;
  /** Backends that take new connections, and the part that each is offered; of many the first 20. */
  readonly backends: { readonly [node: string]: number };
  /** Backends that take new connections, those that are not listed included. */
  readonly up: number;
  /** Node of each pod of `shares`, where it is known; of many the first 40. */
  readonly nodes: { readonly [pod: string]: string };
}
