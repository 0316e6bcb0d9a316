export { digest, type DigestOptions } from './digest.ts';
export type { SlackMessage } from './message.ts';
export type { Outcome } from './outcome.ts';
export { postDigest, type Destination, type Posted } from './post-digest.ts';
export { previewText } from './preview.ts';
export { createSender, type Sender, type SenderOptions } from './sender.ts';
