import type { Bucket } from '../throttle.ts';

export interface SlackOptions {
  readonly token: string;
  /** Channels that the app is a member of. */
  readonly channels: readonly string[];
  readonly archived: readonly string[];
  /** Channels that there are without the app in them. */
  readonly notMember: readonly string[];
  /** How often a message may be posted to one channel; no limit where absent. */
  readonly posts?: Bucket;
  readonly scopes: readonly string[];
  readonly nowMs: () => number;
}
