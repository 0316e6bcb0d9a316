import type { Fix } from '../../findings/index.ts';
import { compacted, counted, grouped, percent } from '../../model/index.ts';
import { countedEndpoints, portGroupText } from '../ports.ts';
import { whyText } from '../words.ts';
import { statusWords } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { fixPanel } from './fix-panel.ts';
import { azureText, harmText, rateText } from '../observed-text.ts';
import { clusterLink } from './links.ts';
import { hostsPart } from './map/hosts.ts';
import { mapTable } from './map/table.ts';
import { balancerText, mapModel, type MapModel } from './map/model.ts';
import { narrowMap } from './map/narrow.ts';
import { wideMap } from './map/wide.ts';
import { markup, type Markup } from './markup.ts';
import { findingHref } from './page-links.ts';
import type { TrafficPath } from './traffic-paths.ts';

const mostRows = 60;
const narrowRows = 40;

/**
 * Who gets the traffic of one Service port, now and after the fix: the picture, the words, the commands.
 * @param options.named It has the Service's name and verdict for a heading.
 */
export function trafficPathCard(
  path: TrafficPath,
  id: string,
  context: PageContext,
  { named = true }: { readonly named?: boolean } = {},
): Markup {
  const { cluster, service, group, status, findings } = path;
  const name = `${service.namespace}/${service.name}`;
  return markup`<article class="card way${status === 'critical' ? markup` yields` : undefined}" id="${id}" data-copy="${copyName(service)}">${
    named
      ? markup`<div class="card-head"><h3>${name}</h3><span class="badge ${status}">${statusWords[status]}</span></div>`
      : undefined
  }<p class="facts"><span>${clusterLink(cluster, context)}</span><span>port ${portGroupText(group, service)}</span><span>externalTrafficPolicy ${service.externalTrafficPolicy}</span><span>${balancerText(group.first)}</span></p>${
    findings.length === 0
      ? undefined
      : markup`<p class="said">${findings[0]?.message} <a href="${findingHref(findings[0]?.fingerprint ?? '', context)}">Finding</a></p>`
  }${observedPart(path)}${yieldsPart(path)}${pathMaps(path, id, { after: path.best?.after, rows: mostRows })}${hostsPart(service, group.first.frontend ?? 'no address', `${id}h`)}${fixPanel(path, id)}</article>`;
}

/** The picture shows the verdict, which a critical finding outweighs: whoever reads it has to know. */
function yieldsPart({ status, findings }: TrafficPath): Markup | undefined {
  if (status !== 'critical') return undefined;
  return markup`<p class="alarm"><b>Critical:</b> ${findings[0]?.title}. The map shows where connections would go without this fault.</p>`;
}

/** A name for what is copied out of a card as a file. */
export function copyName({ namespace, name }: TrafficPath['service']): string {
  return `evenkeel-${namespace}-${name}`.replaceAll(/[^\w-]+/gu, '_').slice(0, 100);
}

/** How much traffic there is, what it costs and what Azure sees, as far as the finding above does not say it. */
function observedPart({ service, group: { first }, findings }: TrafficPath): Markup | undefined {
  const said = findings[0]?.message ?? '';
  const parts = compacted([
    service.idle !== true && rateText(first),
    azureText(first),
    !saysHarm(said, service) && harmText(service),
    service.spread,
  ]).filter((text) => text !== '' && !said.includes(text));
  return parts.length === 0
    ? undefined
    : markup`<p class="facts">${parts.map((text) => markup`<span>${text}</span>`)}</p>`;
}

/** Whether a message has the numbers of all that the Service's traffic suffers. */
function saysHarm(message: string, service: TrafficPath['service']): boolean {
  const harms = compacted([service.lostPerMinute, service.misplacedPerMinute]);
  return (
    harms.length > 0 &&
    harms.every(
      ({ perMinute }) => perMinute === 0 || message.includes(grouped(Math.round(perMinute))),
    )
  );
}

/** The two pictures of a path, for wide and for narrow screens, and the same as a table. */
export function pathMaps(
  path: TrafficPath,
  id: string,
  { after, rows }: { readonly after: Fix['after']; readonly rows: number },
): Markup {
  const { service, group } = path;
  const wide = mapModel(service, group, after, rows);
  const narrow = mapModel(service, group, after, Math.min(rows, narrowRows));
  const said = description(wide, path);
  return markup`${wideMap(wide, `${id}w`, said)}${narrowMap(narrow, `${id}n`, said)}<details class="as-table"><summary>The same as a table</summary>${mapTable(group.first, after)}</details>`;
}

function description(model: MapModel, { group: { first } }: TrafficPath): string {
  if (model.unknown !== undefined) return `Not known: ${model.unknown}`;
  const served = first.endpoints.filter(({ share }) => share > 0).length;
  const ready = countedEndpoints(first.endpoints).length;
  const reasons = new Set(
    first.endpoints
      .filter(({ ready: is, share }) => is && share === 0)
      .map(({ because, cause }) => whyText(because, cause)),
  );
  return compacted([
    `${served} of ${counted(ready, 'ready pod')} get new connections: ${inPercent(model.shares)}.`,
    reasons.size > 0 && `The others get nothing: ${[...reasons].join('; ')}.`,
    first.lost > 0 && `${percent(first.lost)} of the connections are lost: ${model.lostWhy}.`,
    model.after && `After the fix: ${inPercent(model.after.shares)}, ${model.after.verdict}.`,
  ]).join(' ');
}

/** `33/33/33 %`; ranges and texts as they are. */
function inPercent(shares: string): string {
  return /^[\d/]+$/u.test(shares) ? `${shares} %` : shares;
}
