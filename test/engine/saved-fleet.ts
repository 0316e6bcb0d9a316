import path from 'node:path';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import {
  saveSimulatedCluster,
  simulatedClusters,
} from '../../scripts/bench/engine/save-cluster.ts';
import type { CaseFolder } from './case-file.ts';

/** The made-up fleet's clusters that answer, saved as case folders: every kind of node, pool and fault. */
export async function saveDemoFleet(root: string): Promise<readonly CaseFolder[]> {
  const simulator = createSimulator({ fleet: demoFleet() });
  const folders: CaseFolder[] = [];
  for (const { id } of simulator.index.fleet.subscriptions)
    for (const cluster of await simulatedClusters(simulator, id)) {
      if (!simulator.index.resolves(cluster.host)) continue;
      const directory = path.join(root, 'fleet', cluster.name);
      await saveSimulatedCluster(directory, simulator, cluster);
      folders.push({ name: cluster.name, directory });
    }
  return folders;
}
