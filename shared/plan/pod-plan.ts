import type { NodeName, Workload } from '../model/index.ts';

/** A pod that runs, as its endpoints show it. */
export interface KnownPod {
  readonly name: string;
  readonly node: NodeName | undefined;
  readonly ready: boolean;
}

/** What becomes of the pods of one workload. */
export interface PodPlan {
  readonly workload: Workload;
  /** Those that are not touched, by name. */
  readonly stays: ReadonlyMap<string, KnownPod>;
  /** Pods whose node is decided: DaemonSets, and those bound to a node. */
  readonly fixed: readonly KnownPod[];
  /** Pods that the scheduler places, by the names that they will have here. */
  readonly placed: readonly string[];
  /** Pods that run by the old template, until the new ones are ready. */
  readonly replaces?: readonly KnownPod[];
  /** The only nodes that `placed` may go to. */
  readonly onto?: ReadonlySet<NodeName>;
  /** A choice of which of these pods are kept beside `stays`: a Deployment that becomes smaller. */
  readonly keeps?: { readonly among: readonly KnownPod[]; readonly count: number };
  /** Whether anything of it differs from today. */
  readonly changed: boolean;
  readonly notes: readonly string[];
}
