import { createSender, type Sender } from '../../shared/notify/index.ts';
import { fleet } from '../../simulator/build.ts';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/simulator.ts';
import { simulatedFetch } from '../../simulator/transports.ts';

/** A message as the simulated Slack has it. */
export type Posted = ReturnType<Simulator['slack']['messages']>[number];

export const channel = 'C0FLEET0001';

export interface Workspace {
  readonly simulator: Simulator;
  readonly sender: Sender;
}

/** A simulated Slack without clusters, and a sender that talks to it through the real SDK. */
export function workspace(
  options: Omit<SimulatorOptions, 'fleet'> = {},
  sender: { readonly token?: string; readonly timeoutMs?: number } = {},
): Workspace {
  const simulator = createSimulator({ fleet: fleet({ subscriptions: [] }), ...options });
  return {
    simulator,
    sender: createSender({
      token: simulator.slackToken,
      fetch: simulatedFetch(simulator),
      ...(options.nowMs !== undefined && { nowMs: options.nowMs }),
      ...sender,
    }),
  };
}
