import type { Finding } from '../findings/index.ts';
import type { IpFamily, Taint } from '../model/index.ts';
import type { ProbeSummary, Verdict } from '../traffic/index.ts';

/** Where in the given files something stands. */
export interface FilePosition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A fault of what was given: one line, and its place where it has one. */
export interface Problem {
  readonly place?: FilePosition;
  readonly text: string;
}

/** `--node-pool NAME …`: what changes about a pool; a name that the cluster does not have is a new pool. */
export interface NodePoolChange {
  readonly name: string;
  readonly addTaints: readonly Taint[];
  /** `KEY`, or `KEY:EFFECT`. */
  readonly removeTaints: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly removeLabels: readonly string[];
  readonly count?: number;
}

/** `--delete KIND/NAMESPACE/NAME`. */
export interface Deletion {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

type Action = 'create' | 'update' | 'delete' | 'unchanged';

/** What happens to one object, in the words of `terraform plan`. */
export interface ObjectChange {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly action: Action;
  readonly place?: FilePosition;
  /** Fields that change, as `field: before → after`. */
  readonly fields: readonly string[];
  readonly notes: readonly string[];
}

export interface ShareRange {
  readonly min: number;
  readonly max: number;
}

export interface PlannedEndpoint {
  readonly pod: string;
  readonly node: string | undefined;
  readonly nodePool: string | undefined;
  readonly ready: boolean;
  readonly share: number;
  readonly because?: string;
}

/** One placement of the pods, and what it gives a port. */
export interface PortOutcome {
  readonly verdict: Verdict;
  readonly lost: number;
  /** Ready pods without any share. */
  readonly starved: number;
  readonly endpoints: readonly PlannedEndpoint[];
}

/** A port as it is, or as it would be where everything is known. */
export interface PortState extends PortOutcome {
  readonly loadBalancer?: string;
  readonly rule?: string;
  readonly frontend?: string;
  readonly probe?: ProbeSummary;
  /** What the pods see as the peer address. */
  readonly sourceAddress: 'client' | 'node';
  readonly why?: string;
}

/**
 * After the change. `exact`: every allowed placement gives the same. `range`: where the scheduler
 * has a choice; each end is reached by some placement that it may make. `unknown`: no number.
 */
export type PortAfter =
  | ({ readonly certainty: 'exact' } & PortState)
  | ({ readonly certainty: 'range' } & Omit<PortState, keyof PortOutcome> & {
        /** If the scheduler spreads the pods evenly over the nodes that fit, as it prefers to. */
        readonly likely: PortOutcome;
        readonly best: PortOutcome;
        readonly worst: PortOutcome;
        readonly lost: ShareRange;
        /** Smallest and largest share that a ready pod may get. */
        readonly share: ShareRange;
        readonly starved: ShareRange;
        readonly verdicts: readonly Verdict[];
      })
  | { readonly certainty: 'unknown'; readonly why: string };

/** `maybe`: some allowed placement makes it worse, the likely one does not. */
export type Effect = 'better' | 'same' | 'worse' | 'maybe-worse' | 'unknown';

export interface PortPlan {
  readonly port: number;
  readonly protocol: string;
  readonly family: IpFamily;
  readonly before?: PortState;
  readonly after?: PortAfter;
  readonly effect: Effect;
}

export interface ServicePlan {
  readonly namespace: string;
  readonly name: string;
  readonly action: Action;
  readonly place?: FilePosition;
  readonly effect: Effect;
  readonly ports: readonly PortPlan[];
  readonly notes: readonly string[];
}

/** Where the pods of a workload that are placed anew may go. */
export interface PlacementPlan {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly pods: number;
  /** Nodes that fit, at most 50 by name. */
  readonly nodes: readonly string[];
  readonly nodeCount: number;
  readonly pending: number;
  readonly notes: readonly string[];
}

export interface PlannedFinding {
  readonly finding: Finding;
  /** The manifest whose object it is about. */
  readonly place?: FilePosition;
  /** `likely`: under the likely placement of the pods, not under all; `possible`: under some others only. */
  readonly certainty: 'certain' | 'likely' | 'possible';
}

export interface Plan {
  readonly cluster: { readonly id: string; readonly name: string };
  /** Clock of the snapshot. */
  readonly takenAt: string;
  readonly effect: Effect;
  readonly changes: readonly ObjectChange[];
  readonly placements: readonly PlacementPlan[];
  /** Services whose traffic or spec changes; the others are counted. */
  readonly services: readonly ServicePlan[];
  readonly unchangedServices: number;
  readonly findings: {
    readonly new: readonly PlannedFinding[];
    readonly gone: readonly PlannedFinding[];
    readonly kept: number;
  };
  /** What cannot be known, a sentence each. */
  readonly unknown: readonly string[];
  /** Objects that were given and have no bearing on traffic. */
  readonly ignored: readonly Problem[];
  readonly problems: readonly Problem[];
}
