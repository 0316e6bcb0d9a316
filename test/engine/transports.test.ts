import { describe, expect, test } from '@jest/globals';
import { auditFolder } from '../support/audit-folder.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { auditFleet } from '../simulator/audit.ts';
import { saveDemoFleet } from './saved-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** One reading path: a cluster that was saved is judged as it was when it answered by itself. */

const root = temporaryFolder();

const fleet = demoFleet();
const answered = await auditFleet(createSimulator({ fleet }));
const whole = answered.clusters.filter(({ result }) => result === 'complete');
const folders = await saveDemoFleet(root);

describe('a saved cluster and the cluster itself', () => {
  test('there are clusters of every kind to compare', () => {
    expect(whole.length).toBeGreaterThanOrEqual(10);
    expect(whole.flatMap(({ findings }) => findings).length).toBeGreaterThan(30);
  });

  test.each(whole.map(({ name }) => name))('%s', async (name) => {
    const directory = folders.find((folder) => folder.name === name)?.directory ?? '';
    const { clusters, problems } = await auditFolder({
      directory,
      clusters: [],
      takenAt: fleet.now,
    });
    const { coverage: _coverage, ...saved } = clusters[0] ?? { coverage: [] };
    const { coverage: _asked, ...live } = whole.find((each) => each.name === name) ?? {
      coverage: [],
    };
    expect(problems).toEqual([]);
    expect(saved).toEqual(live);
  });
});
