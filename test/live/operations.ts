import { afterAll } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestLog } from '../../simulator/request-log.ts';

const file = path.join(import.meta.dirname, 'allow-list.json');
/** Every operation that may ever be asked for, ARM's and Kubernetes'. */
export const allowed: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));

/** Slack's methods: the only ones that change anything, and nothing but our own messages. */
const told: readonly string[] = [
  'GET slack.com /api/conversations.history',
  'POST slack.com /api/auth.test',
  'POST slack.com /api/chat.postMessage',
  'POST slack.com /api/chat.update',
  'POST slack.com /api/conversations.history',
];

const asked = new Set<string>();

/** Notes what a simulated world was asked for; whatever is beyond the list fails the test file. */
export function operationsAsked(log: RequestLog): void {
  for (const operation of log.operations()) asked.add(operation);
}

export function allAsked(): readonly string[] {
  return [...asked].toSorted();
}

afterAll(() => {
  const known = [...allowed, ...told];
  const more = allAsked().filter((operation) => !known.includes(operation));
  if (more.length > 0) throw new Error(`asked for beyond the allow-list: ${more.join(', ')}`);
});
