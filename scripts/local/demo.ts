import type { AzureNetwork } from '../../shared/audit/azure.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import type { Step } from '../../simulator/fleets/step.ts';
import { startServer } from '../../simulator/server.ts';
import { createSimulator } from '../../simulator/simulator.ts';

/** One state of the simulated fleet behind sockets, and when it is looked at. */
export interface DemoStep {
  readonly network: AzureNetwork;
  readonly slackApiUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => Date;
  /** Messages that were posted since the last call. */
  readonly newSlackMessages: () => readonly DemoMessage[];
}

export interface DemoMessage {
  readonly ts: string;
  readonly threadTs: string | undefined;
}

/** Between the two runs of the demo: one slot of its schedule. */
const betweenMs = 10 * 60_000;

/**
 * The simulated fleet as it is, and as it is ten minutes later. Both are read by the real clients
 * over TLS; Slack is one and the same.
 */
export async function startDemo(): Promise<{
  readonly steps: readonly DemoStep[];
  /** `20 clusters in 3 subscriptions`. */
  readonly size: string;
  readonly close: () => Promise<void>;
}> {
  const start = Date.now() - betweenMs;
  const steps = await Promise.all(
    ([0, 1] as const).map((step) => startStep(step, start + step * betweenMs)),
  );
  const [first] = steps;
  if (first === undefined) throw new Error('the demo has no step');
  const { subscriptions } = demoFleet();
  const count = subscriptions.reduce((sum, { clusters }) => sum + clusters.length, 0);
  let seen = 0;
  return {
    size: `${count} clusters in ${subscriptions.length} subscriptions`,
    steps: steps.map(({ server, network }, step) => ({
      network,
      slackApiUrl: first.server.slackApiUrl,
      env: {
        ...server.identity,
        SLACK_BOT_TOKEN: first.simulator.slackToken,
        SLACK_CHANNEL: 'C0FLEET0001',
        AZURE_CLIENT_ID: '',
      },
      now: () => new Date(Date.now() - (step === 0 ? betweenMs : 0)),
      newSlackMessages() {
        const all = first.simulator.slack.messages();
        const fresh = all.slice(seen);
        seen = all.length;
        return fresh;
      },
    })),
    async close() {
      for (const { network, server } of steps) {
        network.close();
        await server.close();
      }
    },
  };
}

async function startStep(step: Step, at: number) {
  const simulator = createSimulator({ fleet: demoFleet(step, new Date(at).toISOString()) });
  const server = await startServer(simulator);
  return { simulator, server, network: simulatedNetwork(server) };
}
