import type { Policy, PolicySource } from '../../policy/index.ts';
import type { ClusterReport, Report } from '../../report/index.ts';
import type { MessageQueue, RunPlan, Storage } from '../../history/index.ts';
import type { Log } from '../../audit/log.ts';
import type { Fleet } from '../../audit/fleet.ts';

export type RunStorage = Storage<ClusterReport, Report>;

/** What the steps of a run work with; they know nothing of Functions, and nothing of each other. */
export interface RunDeps {
  readonly storage: RunStorage;
  readonly fleet: Fleet;
  readonly now: () => Date;
  readonly log: Log;
  /** A name that no other worker has. */
  readonly worker: string;
  /** Where the policy file is; absent = none is set. */
  readonly policySource?: Pick<PolicySource, 'name' | 'read'> | undefined;
  /** Decided for this run, whatever a file says. */
  readonly policy?: Policy;
  /** Ends the run early: clusters that it did not come to are said not to be audited. */
  readonly signal?: AbortSignal | undefined;
  /** What follows from a sealed report; may be called again after a crash in the midst of it. */
  readonly announce?: (report: Report, plan: RunPlan) => Promise<void>;
}

/** What the steps of a run by queue work with. */
export interface QueueDeps extends RunDeps {
  readonly queue: MessageQueue;
  /** Subscriptions that one step lists; more are listed by a message each. */
  readonly inOneStep?: number;
}
