import { describe, expect, test } from '@jest/globals';
import { cluster, deployment, fleet, service, subscription } from '../../simulator/build.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { subscriptionId } from './ask.ts';
import { auditFleet } from './audit.ts';

describe('a cluster of defaults', () => {
  test('is read whole and has no fault', async () => {
    const simulator = createSimulator({
      fleet: fleet({
        subscriptions: [
          subscription(subscriptionId, 'Production', [
            cluster('plain', {
              services: [service('shop/web')],
              workloads: [deployment('shop/web', ['user-0', 'user-1', 'user-2'])],
            }),
          ]),
        ],
      }),
    });
    const { clusters, problems } = await auditFleet(simulator);
    expect(clusters).toMatchObject([{ result: 'complete', findings: [], unknown: [] }]);
    expect(problems).toEqual([]);
  });
});
