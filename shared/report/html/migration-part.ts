import { counted } from '../../model/index.ts';
import { removalText } from '../migration/entering.ts';
import { entryText, migrating, remarkText, sideText, stateWords } from '../migration/words.ts';
import type { ClusterReport, Report } from '../report.ts';
import { countHosts } from '../../traffic/index.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';

const topHosts = 200;
const columns = ['Host', 'Where', 'Old', 'New', 'To do'].map((word) => ({ word }));

/** Hosts on NGINX and on Gateways side by side, a folded table for each cluster that has NGINX. */
export function migrationPart({ clusters }: Report): Markup | undefined {
  const shown = migrating(clusters);
  if (shown.length === 0) return undefined;
  return markup`<section class="part" id="migration"><h2>From NGINX to the Gateway API</h2>${shown.map(clusterTable)}</section>`;
}

function clusterTable(cluster: ClusterReport): Markup | undefined {
  const { name, migration } = cluster;
  if (migration === undefined) return undefined;
  const { toMove } = migration.counts ?? countHosts(migration.hosts);
  const entries = [
    ...migration.old.map((entry) => ['Old', entryText(cluster, entry)] as const),
    ...migration.new.map((entry) => ['New', entryText(cluster, entry)] as const),
  ];
  const rows = migration.hosts
    .slice(0, topHosts)
    .map((host) => [
      host.host,
      stateWords[host.state],
      sideText(host.old),
      sideText(host.new),
      remarkText(host),
    ]);
  const more = migration.hostCount - rows.length;
  return markup`<details><summary>${name}: ${counted(migration.hostCount, 'host')}, ${toMove} on the old side only</summary><ul>${entries.map(
    ([side, text]) => markup`<li>${side}: ${text}</li>`,
  )}</ul>${dataTable(`Hosts of ${name}`, columns, rows)}${more > 0 ? markup`<p class="dim">And ${more} more hosts.</p>` : undefined}${migration.unread.map(
    (why) => markup`<p class="dim">${why}</p>`,
  )}<p>${removalText(cluster)}</p></details>`;
}
