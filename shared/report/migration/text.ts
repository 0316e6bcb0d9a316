import { clean } from '../clean.ts';
import type { Report } from '../report.ts';
import { removalText } from './entering.ts';
import { entryText, migrating, remarkText, sideText, stateWords } from './words.ts';

/** Old and new side of every cluster that has NGINX, host by host, for a terminal. */
export function migrationText(report: Report): string {
  const clusters = migrating(report.clusters);
  if (clusters.length === 0)
    return 'No cluster that was read has NGINX: nothing is left to migrate.\n';
  const lines = clusters.flatMap((cluster) => {
    const { name, migration } = cluster;
    if (migration === undefined) return [];
    return [
      name,
      ...migration.old.map((entry) => `  old: ${entryText(cluster, entry)}`),
      ...(migration.new.length === 0
        ? ['  new: no Gateway yet']
        : migration.new.map((entry) => `  new: ${entryText(cluster, entry)}`)),
      '',
      ...migration.hosts.flatMap((host) => [
        `  ${host.host}: ${stateWords[host.state]}${remarkText(host) === '' || host.state === 'old-only' ? '' : `, ${remarkText(host)}`}`,
        ...(host.old === undefined ? [] : [`    old: ${sideText(host.old)}`]),
        ...(host.new === undefined ? [] : [`    new: ${sideText(host.new)}`]),
      ]),
      ...(migration.hostCount > migration.hosts.length
        ? [`  and ${migration.hostCount - migration.hosts.length} more hosts`]
        : []),
      '',
      ...migration.unread.map((why) => `  ? ${why}`),
      `  ${removalText(cluster)}`,
      '',
    ];
  });
  return `${lines.map(cleanLine).join('\n').trimEnd()}\n`;
}

/** The indentation is ours, the rest may hold anything. */
function cleanLine(line: string): string {
  const text = line.trimStart();
  return `${' '.repeat(line.length - text.length)}${clean(text)}`;
}
