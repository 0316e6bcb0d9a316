import { counted, grouped } from '../../model/index.ts';
import { severities, subjectText } from '../../findings/index.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import type { PageContext } from './context.ts';
import { findingDetail, shortDetail } from './finding-detail.ts';
import { clusterLink, ruleLink } from './links.ts';
import { markup, htmlOf, type Markup } from './markup.ts';
import { clusterHref, findingHref } from './page-links.ts';

/** Rows that the script shows at once. */
const perPage = { single: 100, fleet: 15 };

/** Findings that stand in the page itself; the others come from the data block, by the script. */
export function staticFindings({ single }: Pick<PageContext, 'single'>): number {
  return single ? 500 : perPage.fleet;
}

/** Characters of detail; above that findings keep their message and the title of their fix. */
const mostDetail = 250_000;

/** All findings: the worst in the page, all of them with the script, to filter and sort. */
export function findingsPart(context: PageContext): Markup {
  const all = context.findings;
  const { single } = context;
  const shown = all.slice(0, staticFindings(context));
  let room = mostDetail;
  const rows = shown.map((found) => {
    if (!single) return fleetRow(found, context);
    const whole = findingDetail(found, context);
    room -= htmlOf(whole).length;
    return findingRow(found, room >= 0 ? whole : shortDetail(found), context);
  });
  const seen = new Set<string>();
  const numbered = rows.map((row, at) => {
    const print = shown[at]?.finding.fingerprint ?? '';
    const id = seen.has(print) ? undefined : markup` id="finding=${print}"`;
    seen.add(print);
    return markup`<tr${id} data-at="${at}">${row}</tr>`;
  });
  return markup`<section class="part" id="findings"><h2>Findings</h2>${
    all.length === 0
      ? markup`<p>${nothingText(context)}</p>`
      : markup`${filters(single)}<p class="dim small" id="count" aria-live="polite">${
          all.length > shown.length
            ? `The worst ${grouped(shown.length)} of ${counted(all.length, 'finding')}; the rest needs JavaScript, or the report of one cluster.`
            : counted(all.length, 'finding')
        }</p><div class="card flush"><table class="findings"><thead><tr>${columns.map(
          ([key, word]) => markup`<th scope="col" data-sort="${key}">${word}</th>`,
        )}</tr></thead><tbody id="rows" data-per-page="${single ? perPage.single : perPage.fleet}">${numbered}</tbody></table></div>${printedNote(context)}<div class="pages script-only"><button type="button" id="before">Previous</button><span id="page" class="small"></span><button type="button" id="after">Next</button></div>`
  }</section>`;
}

/** Rows of one cluster that paper has, as `browser/print.css` cuts them. */
const printed = 18;

function printedNote(context: PageContext): Markup | undefined {
  const { single, findings, report } = context;
  const [cluster] = report.clusters;
  if (!single || cluster === undefined || findings.length <= printed) return undefined;
  return markup`<p class="print-only small">Printed: the worst ${printed} of ${counted(findings.length, 'finding')}. <a href="${clusterHref(cluster, context)}">All of them are on the page.</a></p>`;
}

const columns = [
  ['severity', 'Severity'],
  ['title', 'Finding'],
  ['cluster', 'Cluster'],
  ['rule', 'Rule'],
  ['state', 'State'],
  ['since', 'Since'],
] as const;

/** No finding is good news only where everything was judged. */
function nothingText({ report: { clusters, summary } }: PageContext): string {
  const whole =
    clusters.length >= summary.clusters.planned &&
    clusters.every((cluster) => cluster.result === 'complete' && cluster.unknown.length === 0);
  return whole ? 'No findings.' : 'No findings in what could be judged, which was not everything.';
}

/** Of one cluster what all its findings share is no filter. */
function filters(single: boolean): Markup {
  return markup`<div class="filters script-only" role="search" aria-label="Filter findings"><div class="chips" role="group" aria-label="Severity">${severities.map(
    (severity) =>
      markup`<button type="button" class="chip badge ${severity}" aria-pressed="false" data-severity="${severity}">${severity}</button>`,
  )}</div><div class="fields">${[
    field('text', 'Text'),
    choice('family', 'Family'),
    choice('rule', 'Rule'),
    choice('state', 'State'),
    ...(single ? [] : [field('cluster', 'Cluster')]),
    field('namespace', 'Namespace'),
    field('owner', 'Owner'),
    ...(single ? [] : [field('subscription', 'Subscription'), field('region', 'Region')]),
  ]}<button type="button" id="clear">Clear</button></div></div>`;
}

function field(key: string, word: string): Markup {
  return markup`<label class="field">${word}<input name="${key}" type="text" autocomplete="off" spellcheck="false"></label>`;
}

function choice(key: string, word: string): Markup {
  return markup`<label class="field">${word}<select name="${key}"><option value="">all</option></select></label>`;
}

function findingRow(
  { cluster, finding }: ClusterFinding,
  detail: Markup,
  context: PageContext,
): Markup {
  const { title, subject, fingerprint } = finding;
  const what = markup`<details><summary>${title} <span class="about">${subject.kind} ${subjectText(subject)}</span></summary><div class="detail" data-copy="evenkeel-finding">${detail}<p class="small"><a href="${findingHref(fingerprint, context)}">This finding on one page</a></p></div></details>`;
  return rowCells({ cluster, finding }, what, context);
}

/** Of many clusters: a link to the finding's page, and where there is no script what matters most. */
function fleetRow(found: ClusterFinding, context: PageContext): Markup {
  const { fingerprint, title, subject } = found.finding;
  const detail =
    context.options.served === true
      ? undefined
      : markup`<div class="detail no-script">${shortDetail(found)}</div>`;
  const what = markup`<a href="${findingHref(fingerprint, context)}">${title}</a> <span class="about">${subject.kind} ${subjectText(subject)}</span>${detail}`;
  return rowCells(found, what, context);
}

function rowCells(
  { cluster, finding }: ClusterFinding,
  what: Markup,
  context: PageContext,
): Markup {
  const { severity, rule, state, firstSeen } = finding;
  return markup`<td class="c-severity"><span class="badge ${severity}">${severity}</span></td><td class="c-what">${what}</td><td class="c-cluster">${clusterLink(cluster, context)}</td><td class="c-rule">${ruleLink(rule, context.options)}</td><td class="c-state">${state}</td><td class="c-since">${firstSeen.slice(0, 10)}</td>`;
}
