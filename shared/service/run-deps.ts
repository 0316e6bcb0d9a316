import { openQueue, type MessageQueue } from '../history/index.ts';
import { connectAzure, type Azure } from '../audit/azure.ts';
import type { RunDeps } from './engine/deps.ts';
import { liveFleet, problemsTo } from '../audit/live-fleet.ts';
import type { Log } from '../audit/log.ts';
import { notifierOf, type Notifier } from './notifier.ts';
import { policySource } from './policy-blob.ts';
import { queueConnection, type Service } from './service.ts';

/** What the steps of a run need, for one invocation of a function. */
export interface Wired {
  readonly deps: RunDeps;
  readonly notifier: Notifier;
}

const connectedOf = new WeakMap<Service, Azure>();

/** Credentials and transports of this app: their pace and their tokens hold for all that it does. */
export function azureOf(service: Service): Azure {
  const known = connectedOf.get(service);
  if (known !== undefined) return known;
  const { context, settings, storage } = service;
  const { env, network, commandLine = false } = context;
  const connected = connectAzure({
    cloud: settings.cloud,
    allowPrivateClusters: settings.allowPrivateClusters,
    commandLine,
    comesBack: settings.engine === 'queue',
    environment: env,
    network,
    cache: { get: storage.readAccess, set: storage.putAccess },
  });
  connectedOf.set(service, connected);
  return connected;
}

/** Connects the steps of a run to Azure, storage and Slack. */
export function wire(service: Service, log: Log): Wired {
  const { context, settings, storage, worker } = service;
  const source = policySource(settings, context.env);
  const unannounced: RunDeps = {
    storage,
    fleet: liveFleet(azureOf(service), {
      subscriptions: settings.subscriptions,
      onProblems: problemsTo(log),
    }),
    now: context.now,
    log,
    worker,
    policySource: source,
  };
  const notifier = notifierOf(service, unannounced);
  return { deps: { ...unannounced, announce: notifier.announce }, notifier };
}

/** Name of the queue that `functions/audit-cluster.ts` listens to. */
const auditQueueName = 'evenkeel-audit-cluster';

/** Name of the queue that `functions/slack-interaction.ts` listens to. */
const interactionQueueName = 'evenkeel-slack-interaction';

/** Buttons pressed in Slack, for `functions/slack-interaction.ts`. */
export async function interactionQueue(service: Service): Promise<MessageQueue> {
  return await openQueue(await queueConnection(service.settings.storage), interactionQueueName);
}

/** Steps of runs, for `functions/audit-cluster.ts`. */
export async function auditQueue(service: Service): Promise<MessageQueue> {
  return await openQueue(await queueConnection(service.settings.storage), auditQueueName);
}
