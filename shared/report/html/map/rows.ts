import type { AzureState } from './nodes.ts';

export type Tone =
  /** Takes new connections and has pods for them. */
  | 'up'
  /** Takes new connections and loses them. */
  | 'leak'
  /** Has ready pods and takes nothing. */
  | 'out'
  /** Has no ready pod and takes nothing, as it should. */
  | 'idle';

/** One pod, or several that are alike. */
export interface PodRow {
  readonly name: string;
  readonly count: number;
  /** Share of each, now and after the fix; the mean where they differ. */
  readonly now: number;
  readonly after?: number;
  readonly ready: boolean;
  readonly node?: string;
  /** Why it gets nothing, in a few words. */
  readonly note?: string;
}

/** One node, or several that are alike. */
export interface NodeRow {
  readonly name: string;
  readonly count: number;
  /** Share that all of them are offered together. */
  readonly share: number;
  readonly tone: Tone;
  readonly note: string;
  readonly pods: readonly PodRow[];
  /** What Azure itself sees of all of them, where it was asked. */
  readonly seen?: AzureState;
}

export interface PoolRow {
  readonly name: string;
  readonly members: number;
  readonly size: number;
  /** Why all of its nodes take nothing, where they all do for one reason. */
  readonly why?: string;
  readonly nodes: readonly NodeRow[];
  /** No pool: pods that the prediction moves, wherever the scheduler puts them. */
  readonly moved: boolean;
}
