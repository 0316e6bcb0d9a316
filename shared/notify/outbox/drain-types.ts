import type { ComposeOptions } from '../compose/materials.ts';
import type { MessageContext } from '../compose/message-context.ts';
import type { Sender } from '../sender.ts';
import type { OutboxStore } from './store.ts';

export interface DrainClock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface DrainOptions extends ComposeOptions {
  /** No call begins later than this after the start. */
  readonly budgetMs?: number;
}

export interface Drain {
  readonly store: OutboxStore;
  readonly sender: Sender;
  readonly context: MessageContext;
  readonly clock: DrainClock;
  readonly options: DrainOptions;
}

/** What one drain came to, for logs, health and metrics. */
export interface Drained {
  readonly sent: number;
  readonly edited: number;
  readonly dropped: number;
  /** Still to be done when it ended, quiet hours included. */
  readonly left: number;
  /** Slack's error where it refuses the app as a whole: nothing was sent after it. */
  readonly appBroken: string | undefined;
  /** Channels that refuse messages, with Slack's error. */
  readonly brokenChannels: ReadonlyMap<string, string>;
}

/** What the channels of one drain share. */
export interface Tally {
  sent: number;
  edited: number;
  dropped: number;
  /** To another channel, where the next pass finds them. */
  moved: number;
  appBroken: string | undefined;
  readonly brokenChannels: Map<string, string>;
}
