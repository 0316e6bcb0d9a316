import { markdownTable, markdownText as md } from '../markdown-text.ts';
import type { Report } from '../report.ts';
import { removalText } from './entering.ts';
import { entryText, migrating, remarkText, sideText, stateWords, undecided } from './words.ts';

const topHosts = 200;

/** Old and new side of every cluster for pull requests and wikis: a table for each cluster that has NGINX. */
export function migrationMarkdown(report: Report): string {
  const clusters = migrating(report.clusters);
  const lines = clusters.flatMap((cluster) => {
    const { name, migration } = cluster;
    if (migration === undefined) return [];
    const rows = migration.hosts
      .slice(0, topHosts)
      .map((host) => [
        md(host.host),
        stateWords[host.state],
        md(sideText(host.old)),
        md(sideText(host.new)),
        md(remarkText(host)),
      ]);
    return [
      `## ${md(name)}`,
      '',
      ...migration.old.map((entry) => `- Old: ${md(entryText(cluster, entry))}`),
      ...migration.new.map((entry) => `- New: ${md(entryText(cluster, entry))}`),
      '',
      ...markdownTable(['Host', 'Where', 'Old', 'New', 'To do'], rows),
      ...(migration.hostCount > rows.length
        ? [`And ${migration.hostCount - rows.length} more hosts.`, '']
        : []),
      ...migration.unread.map((why) => `> ${md(why)}`),
      md(removalText(cluster)),
      '',
    ];
  });
  const open = undecided(report.clusters).map(
    (line) => `> Not known whether it has NGINX: ${md(line)}`,
  );
  const found = [...lines, ...open];
  const body = found.length > 0 ? found : ['No cluster that was read has NGINX.'];
  return `${['# From NGINX to the Gateway API', '', ...body].join('\n').trimEnd()}\n`;
}
