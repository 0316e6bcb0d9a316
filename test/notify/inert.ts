import type { SlackMessage } from '../../shared/notify/message.ts';
import { validateMessage } from '../../simulator/slack/limits.ts';
import { marker } from './hostile.ts';
import type { Posted } from './workspace.ts';

export const reportUrl = 'https://evenkeel.example.com/api/report';

const date = /<!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/gu;
const link = /<https:\/\/evenkeel\.example\.com\/api\/report(?:\?[\w%&=.~-]*)?\|Report>/gu;
const rule = /^https:\/\/evenkeel\.example\.com\/api\/rules\/[a-z-]+\/[a-z0-9-]+$/u;
const entity = /&(?:amp|lt|gt);/gu;
const unseen =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** Everything about a message that breaks a limit or that Slack would make more of than text. Empty = sound. */
export function problems(message: SlackMessage): readonly string[] {
  const fault = validateMessage(message);
  const found = fault === undefined ? [] : [`${fault.error}: ${fault.messages.join('; ')}`];
  found.push(...parsedText(message.text, 'text'));
  for (const { fallback } of message.attachments ?? [])
    found.push(...parsedText(fallback, 'fallback'));
  walk(JSON.parse(JSON.stringify(message)), '', found);
  return found;
}

function walk(value: unknown, path: string, found: string[]): void {
  if (typeof value === 'string') {
    if (unseen.test(value) || !value.isWellFormed()) found.push(`${path}: control characters`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = new Map(Object.entries(value));
  const text = fields.get('text');
  switch (fields.get('type')) {
    case 'mrkdwn':
      if (fields.get('verbatim') !== true) found.push(`${path}: not verbatim`);
      if (typeof text === 'string') {
        found.push(...parsedText(text, path));
        if (text.includes(marker)) found.push(`${path}: a foreign string in markup`);
      }
      break;
    case 'plain_text':
      if (fields.get('emoji') !== false) found.push(`${path}: emoji`);
      break;
    case 'user':
    case 'usergroup':
    case 'link':
    case 'broadcast':
    case 'channel':
    case 'markdown':
      found.push(`${path}: ${String(fields.get('type'))}`);
      break;
    default:
  }
  const url = fields.get('url');
  const ours =
    url === reportUrl || String(url).startsWith(`${reportUrl}?`) || rule.test(String(url));
  if (typeof url === 'string' && !ours) found.push(`${path}: ${url}`);
  for (const [key, inner] of fields) walk(inner, `${path}/${key}`, found);
}

/** What is left of a parsed text without the tokens that we make ourselves. */
function parsedText(text: string, path: string): readonly string[] {
  const rest = text.replaceAll(date, '').replaceAll(link, '').replaceAll(entity, '');
  return /[<>&`]/u.test(rest) ? [`${path}: ${rest.slice(0, 200)}`] : [];
}

/** Texts as people read them, joined. */
export function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The same of a message as it stands in the simulated Slack. */
export function messageProblems(posted: Posted): readonly string[] {
  // oxlint-disable-next-line typescript/consistent-type-assertions
  return problems({
    text: posted.text,
    blocks: posted.blocks,
    attachments: posted.attachments,
  } as unknown as SlackMessage);
}
