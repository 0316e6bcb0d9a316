import type { SlackMessage } from './message.ts';
import type { CallOutcome } from './outcome.ts';
import type { Routing } from './routing/routing.ts';
import type { BotIdentity, Sender } from './sender.ts';

export interface RouteTest {
  /** Who the token is and what it lacks, or why that is not known. */
  readonly identity: BotIdentity | Exclude<CallOutcome, { kind: 'sent' }>;
  readonly routes: readonly {
    readonly route: string;
    readonly channel: string;
    readonly outcome: CallOutcome;
  }[];
}

const spacingMs = 1100;

/** Posts one line to each channel, for `evenkeel slack test`. Channels that several routes share get one. */
export async function testRoutes(
  sender: Sender,
  routing: Routing,
  sleep: (ms: number) => Promise<void>,
): Promise<RouteTest> {
  const identity = await sender.identity();
  const channels = Map.groupBy(routing.targets, ({ channel }) => channel);
  if (routing.fallback !== undefined && !channels.has(routing.fallback))
    channels.set(routing.fallback, []);
  const routes: RouteTest['routes'][number][] = [];
  for (const [channel, targets] of channels) {
    if (routes.length > 0) await sleep(spacingMs);
    // Names of routes are of a-z, 0-9, - and dots: the policy takes no others.
    const ids = targets.slice(0, 20).map(({ id }) => id);
    const route = ids.join(', ') || 'fallback';
    const message: SlackMessage = {
      text: `Evenkeel can post here: this is a test of route ${route}.`,
      blocks: [],
    };
    routes.push({ route, channel, outcome: await sender.post(channel, message) });
  }
  return { identity, routes };
}
