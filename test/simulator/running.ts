import { afterEach } from '@jest/globals';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { startServer, type RunningServer } from '../../simulator/server.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import { subscriptionId } from './ask.ts';

const running: RunningServer[] = [];

/** Closes what `started` has started; also where a test wants to see it happen. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}
afterEach(closeAll);

/** Two clusters that can be reached and one that cannot. */
const threeClusters = fleet({
  subscriptions: [
    subscription(subscriptionId, 'Production', [
      cluster('one'),
      cluster('two'),
      cluster('hidden', { access: { privateCluster: true, reachable: 'no' } }),
    ]),
  ],
});

/** A simulator behind sockets until the test is over. */
export async function started(
  faults: readonly FaultRule[] = [],
): Promise<{ readonly simulator: Simulator; readonly server: RunningServer }> {
  const simulator = createSimulator({ fleet: threeClusters, faults });
  const server = await startServer(simulator);
  running.push(server);
  return { simulator, server };
}

/** Host of a cluster's API server in the first subscription. */
export function hostOf({ index }: Simulator, name: string): string {
  const [first] = index.fleet.subscriptions;
  const layout = first && index.byName(first, `rg-${name}`, name);
  return layout?.names.host ?? '';
}
