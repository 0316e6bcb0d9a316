import { escapeObeyed } from '../json.ts';
import type { Report } from '../report.ts';

/** Every cluster with its migration, absent where it has no NGINX: `[{ id, name, migration? }]`. */
export function migrationJson({ clusters }: Report): string {
  const all = clusters.map(({ id, name, migration }) => ({ id, name, migration }));
  return `${escapeObeyed(JSON.stringify(all, undefined, 2))}\n`;
}
