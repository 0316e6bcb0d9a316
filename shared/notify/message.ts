import { isObject, jsonValue } from '../model/index.ts';

/**
 * The part of Block Kit that Evenkeel uses, as plain data. `sender.ts` hands it to the SDK's own
 * types, so a shape that Slack does not know does not compile. Arrays are not `readonly` because
 * the SDK's are not.
 */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** Always false: otherwise `:rotating_light:` in a name becomes a picture. */
  readonly emoji: false;
}

/** Parsed by Slack. Only `slots.ts` makes one, of our own words, numbers and times. */
export interface MrkdwnText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Always true: no automatic links or names. */
  readonly verbatim: true;
}

export interface Span {
  readonly type: 'text';
  readonly text: string;
  readonly style?: { readonly bold?: true; readonly code?: true; readonly strike?: true };
}

/** Notifies people; ids come from configuration only. */
export type Mention =
  | { readonly type: 'user'; readonly user_id: string }
  | { readonly type: 'usergroup'; readonly usergroup_id: string };

export interface RichSection {
  readonly type: 'rich_text_section';
  readonly elements: (Span | Mention)[];
}
interface RichList {
  readonly type: 'rich_text_list';
  readonly style: 'bullet';
  readonly elements: RichSection[];
}
export interface RichPreformatted {
  readonly type: 'rich_text_preformatted';
  readonly elements: Span[];
}
export type RichText = RichSection | RichList | RichPreformatted;

export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly url?: string;
  readonly value?: string;
  readonly style?: 'primary';
  readonly accessibility_label?: string;
  readonly confirm?: {
    readonly title: PlainText;
    readonly text: PlainText;
    readonly confirm: PlainText;
    readonly deny: PlainText;
  };
}

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'divider' }
  | { readonly type: 'context'; readonly elements: (PlainText | MrkdwnText)[] }
  | { readonly type: 'section'; readonly fields: (PlainText | MrkdwnText)[] }
  | { readonly type: 'rich_text'; readonly elements: RichText[] }
  | { readonly type: 'actions'; readonly elements: Button[] };

interface ColouredBlocks {
  readonly color: string;
  readonly fallback: string;
  readonly blocks: Block[];
}

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: { [key: string]: string | number | boolean };
}

/** What every message is made with. */
export interface MessageOptions {
  readonly metadata: Metadata;
  /** Base of links; none without it. */
  readonly reportUrl?: string;
}

/** A message without its place: what is said, not where. */
export interface SlackMessage {
  /** A full sentence: push notifications and screen readers have nothing else. */
  readonly text: string;
  readonly blocks: Block[];
  /** Blocks with a coloured bar; the text stands above them. */
  readonly attachments?: ColouredBlocks[];
  readonly metadata?: Metadata;
}

/** A message that was kept as JSON by us; `undefined` where it is none. */
export function parseMessage(json: string): SlackMessage | undefined {
  const value = jsonValue(json);
  return isMessage(value) ? value : undefined;
}

function isMessage(value: unknown): value is SlackMessage {
  return isObject(value) && typeof value['text'] === 'string' && Array.isArray(value['blocks']);
}
