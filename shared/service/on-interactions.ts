import {
  applyInteraction,
  readInteraction,
  receiveInteraction,
  storedReplays,
  tableOutbox,
  type Interaction,
  type Routing,
} from '../notify/index.ts';
import { defaultPolicy } from '../policy/index.ts';
import { policyOfRun } from './engine/run-policy.ts';
import { answerText, refuse, type HttpResponse, type HttpRequest } from './http/response.ts';
import type { Log } from '../audit/log.ts';
import { interactionQueue, wire } from './run-deps.ts';
import type { Service } from './service.ts';
import { routesOf } from './slack-routes.ts';
import type { App } from './app.ts';

/** What is signed are bytes, not what they mean. */
export interface SignedRequest extends Pick<HttpRequest, 'headers'> {
  arrayBuffer(): Promise<ArrayBuffer>;
}

const largestBody = 64 * 1024;

/**
 * `POST /api/slack/interactions`: checks that Slack has sent it, now and once, puts the press of a
 * button into a queue, and answers. What it asks for is done by the queue's function.
 */
export async function onInteractions(
  app: App,
  request: SignedRequest,
  log: Log,
): Promise<HttpResponse> {
  const service = await app.service();
  const nowMs = clockOf(service);
  const { interactions } = service.settings.slack;
  if (interactions === undefined) return refuse(404, 'not-found', 'buttons in Slack are off');
  if (Number(request.headers.get('content-length') ?? 0) > largestBody) return empty(413);
  const { signingSecret, appId, teamId, approvers } = interactions;
  const { status, why } = await receiveInteraction(
    Buffer.from(await request.arrayBuffer()),
    (name) => request.headers.get(name) ?? undefined,
    {
      signingSecret,
      appId,
      teamId,
      approvers: new Set(approvers),
      channels: await channelsOf(service, log),
      replays: storedReplays(service.store, nowMs),
      nowMs,
      enqueue: async (interaction: Interaction) =>
        (await interactionQueue(service)).send([JSON.stringify(interaction)]),
    },
  );
  if (why !== undefined) log.warn('slack interaction refused', { status, code: why });
  return empty(status);
}

/** A press of a button out of the queue: marks the finding's messages, and edits them. */
export async function onInteractionMessage(app: App, message: unknown, log: Log): Promise<void> {
  const service = await app.service();
  const interaction = readInteraction(message);
  if (interaction === undefined || service.settings.slack.interactions === undefined) {
    log.warn('message dropped', { code: 'no-interaction' });
    return;
  }
  const routes = await routesNow(service, log);
  const count = await applyInteraction(
    tableOutbox(service.store),
    routes.targets,
    interaction,
    clockOf(service)(),
  );
  log.info('slack interaction', { code: interaction.action, count });
  await wire(service, log).notifier.drain();
}

function clockOf({ context }: Service): () => number {
  return () => context.now().getTime();
}

const keptMs = 60_000;
const keptOf = new WeakMap<
  Service,
  { readonly atMs: number; readonly channels: ReadonlySet<string> }
>();

/** Looked up once a minute: anybody may send something here, and most of it is not Slack's. */
async function channelsOf(service: Service, log: Log): Promise<ReadonlySet<string>> {
  const atMs = clockOf(service)();
  const kept = keptOf.get(service);
  if (kept !== undefined && Math.abs(atMs - kept.atMs) < keptMs) return kept.channels;
  const { targets, fallback } = await routesNow(service, log);
  const channels = new Set(targets.map(({ channel }) => channel));
  if (fallback !== undefined) channels.add(fallback);
  keptOf.set(service, { atMs, channels });
  return channels;
}

/** By the policy of the newest run, as its messages were. */
async function routesNow(service: Service, log: Log): Promise<Routing> {
  const [last] = await service.storage.sealedRuns(1);
  const policy =
    last === undefined ? defaultPolicy : await policyOfRun(wire(service, log).deps, last.runId);
  return routesOf(policy, service.settings.slack);
}

function empty(status: number): HttpResponse {
  return answerText(status, 'text/plain; charset=utf-8', '');
}
