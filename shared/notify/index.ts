export {
  applyInteraction,
  receiveInteraction,
  type InteractionAnswer,
} from './interactions/interactions.ts';
export { readInteraction, type Interaction } from './interactions/parse.ts';
export { memoryReplays, storedReplays } from './interactions/replays.ts';
export type { SlackMessage } from './message.ts';
export { digest } from './messages/digest.ts';
export { notify, planRunFailed } from './notify.ts';
export type { Outcome } from './outcome.ts';
export { tableOutbox } from './outbox/table-store.ts';
export { postDigest } from './post-digest.ts';
export { previewRun } from './preview-run.ts';
export { previewText } from './preview.ts';
export { testRoutes } from './route-test.ts';
export { routing, type Routing, type SlackConfig } from './routing/routing.ts';
export { createSender, type Sender } from './sender.ts';
