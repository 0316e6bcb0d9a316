import { version } from '../../audit/version.ts';
import type { Plan } from '../../plan/index.ts';
import { escapeObeyed } from '../../report/index.ts';

/** The plan as JSON, version 1; shares are fractions of 1, times ISO 8601 UTC. */
export function planJson(plan: Plan): string {
  const document = { schemaVersion: '1.0', tool: { name: 'evenkeel', version }, ...plan };
  return `${escapeObeyed(JSON.stringify(document, undefined, 2))}\n`;
}
