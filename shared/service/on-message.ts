import { auditQueued, giveUpQueued } from './engine/queue-run.ts';
import type { Log } from '../audit/log.ts';
import { auditQueue, wire } from './run-deps.ts';
import type { App } from './app.ts';

/** A message of the queue: one cluster or one subscription of a run. An error brings it back, five times at most. */
export async function onClusterMessage(app: App, message: unknown, log: Log): Promise<void> {
  const service = await app.service();
  const { deps } = wire(service, log);
  await auditQueued({ ...deps, openQueue: () => auditQueue(service) }, message);
}

/** A message that failed five times. */
export async function onPoisonMessage(app: App, message: unknown, log: Log): Promise<void> {
  const service = await app.service();
  const { deps } = wire(service, log);
  await giveUpQueued({ ...deps, openQueue: () => auditQueue(service) }, message);
}
