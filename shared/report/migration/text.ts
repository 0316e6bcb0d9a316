import { clean } from '../clean.ts';
import type { Report } from '../report.ts';
import { removalText } from './entering.ts';
import {
  entryText,
  migrating,
  noEntryText,
  remarkText,
  sideText,
  stateWords,
  undecided,
} from './words.ts';

/** Old and new side of every cluster that has NGINX, host by host, for a terminal. */
export function migrationText(report: Report): string {
  const clusters = migrating(report.clusters);
  const open = undecided(report.clusters);
  if (clusters.length + open.length === 0)
    return 'No cluster that was read has NGINX: nothing is left to migrate.\n';
  const lines = clusters.flatMap((cluster) => {
    const { name, migration } = cluster;
    if (migration === undefined) return [];
    return [
      name,
      ...migration.old.map((entry) => `  old: ${entryText(cluster, entry)}`),
      ...(migration.new.length === 0
        ? [`  new: ${noEntryText(migration)}`]
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
  const unknown = open.map((line) => `? Not known whether it has NGINX: ${line}`);
  return `${[...lines, ...unknown].map(cleanLine).join('\n').trimEnd()}\n`;
}

/** The indentation is ours, the rest may hold anything. */
function cleanLine(line: string): string {
  const text = line.trimStart();
  return `${' '.repeat(line.length - text.length)}${clean(text)}`;
}
