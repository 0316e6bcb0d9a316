import {
  isResolved,
  subjectText,
  type Closed,
  type Finding,
  type Fix,
} from '../../findings/index.ts';
import { timeText } from '../../model/index.ts';
import { perMinute } from '../observed-text.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import { statusWords, subjectKey } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { causesText, evidenceList, exemptionNote, lastChange, lifeText } from './finding-detail.ts';
import { fixMaps } from './fix-panel.ts';
import { fixMarkup } from './fixes.ts';
import { portalLink, ruleLink } from './links.ts';
import { markup, type Markup } from './markup.ts';
import { clusterHref, crumbs, findingHref, serviceHref } from './page-links.ts';
import type { TrafficPath } from './traffic-paths.ts';
import { copyName, pathMaps } from './traffic-path-card.ts';

/** Rows of a map that leave room for the rest of the page on one screen. */
const mapRows = 14;

/** One finding on one screen: effect, who gets the traffic now and after the fix, cause, fix with its commands. */
export function findingPage(found: ClusterFinding, context: PageContext): Markup {
  const { cluster, finding } = found;
  const path = pathOf(found, context);
  return markup`<article class="finding-page sub" data-finding="${finding.fingerprint}">${crumbs(context, cluster)}<h1 id="answer">${closedPrefix(finding)}${finding.title}</h1>${facts(found, path, context)}${notOfNow(finding, context)}<p class="said effect">${finding.message}</p>${mapPart(found, path)}<div class="halves"><section><h2>Cause</h2>${causePart(finding)}</section><section><h2>Fix</h2>${isResolved(finding) ? markup`<p class="dim">None needed: the finding is closed.</p>` : fixPart(finding, path)}</section></div>${linksPart(found, path, context)}</article>`;
}

function closedPrefix({ state, closed = 'fixed' }: Finding): Markup | undefined {
  if (state !== 'resolved') return undefined;
  return closed === 'fixed' ? markup`Resolved: ` : markup`Closed: `;
}

/** A message in the present tense of something that is over, or that nobody could look at, says so first. */
function notOfNow(finding: Finding, context: PageContext): Markup | undefined {
  const { report } = context;
  const { supersededBy } = finding;
  const seen = timeText(finding.lastSeen);
  switch (finding.state) {
    case 'resolved':
      return markup`<p class="part-notice" role="note"><b>${closedNotices[finding.closed ?? 'fixed']}</b>${supersededBy && markup` (<a href="${findingHref(supersededBy.fingerprint, context)}">${supersededBy.rule}</a>)`} in the run of ${timeText(report.run.startedAt)}. The text below is from ${seen}, when it was last found.</p>`;
    case 'stale':
      return markup`<p class="part-notice" role="note"><b>Not read in the run of ${timeText(report.run.startedAt)}.</b> All of this is from ${seen}; whether it still holds is unknown.</p>`;
    case 'new':
    case 'open':
    case 'reopened':
    case 'exempt':
      return undefined;
  }
}

const closedNotices: Readonly<Record<Closed, string>> = {
  fixed: 'No longer found',
  'subject-gone': 'Closed, since what it is about was deleted,',
  'cluster-deleted': 'Closed, since the cluster was deleted,',
  reassessed: 'No longer found after more data was read, and not known to be fixed,',
  superseded: 'Replaced by a finding that gives the cause',
};

/** The path that the finding is about: the worst one of its Service. */
function pathOf({ cluster, finding: { subject } }: ClusterFinding, { pathsOf }: PageContext) {
  if (subject.kind !== 'Service') return undefined;
  return pathsOf.get(`${cluster.id} ${subjectKey(subject)}`)?.[0];
}

function facts(
  { cluster, finding }: ClusterFinding,
  path: TrafficPath | undefined,
  context: PageContext,
): Markup {
  const { severity, state, subject, harm, rule } = finding;
  const owner = finding.owner ?? cluster.owner;
  const name = `${subject.kind} ${subjectText(subject)}`;
  return markup`<p class="facts"><span><span class="badge ${severity}">${severity}</span></span><span>${state}, first seen ${finding.firstSeen.slice(0, 10)}</span><span>${
    path === undefined
      ? name
      : markup`<a href="${serviceHref(cluster, path.service, context)}">${name}</a> <span class="badge ${path.status}">${statusWords[path.status]}</span>`
  }</span><span>cluster <a href="${clusterHref(cluster, context)}">${cluster.name}</a></span>${
    owner === undefined ? undefined : markup`<span>owner ${owner}</span>`
  }${harm === undefined || isResolved(finding) ? undefined : markup`<span>${perMinute(harm)} ${harm.kind}</span>`}<span>${ruleLink(rule, context.options)}</span></p>`;
}

function mapPart({ finding }: ClusterFinding, path: TrafficPath | undefined): Markup | undefined {
  if (path === undefined) return undefined;
  // The map is of now: nothing is to be fixed where the finding is over.
  const fix = isResolved(finding)
    ? undefined
    : (finding.fixes.find(({ after }) => after !== undefined && fits(after, path)) ?? path.best);
  const yields = path.status === 'critical' ? markup` yields` : undefined;
  return markup`<section class="card finding-map${yields}" data-copy="${copyName(path.service)}" aria-label="Who gets the traffic">${pathMaps(path, 'f', { after: fix?.after, rows: mapRows })}</section>`;
}

function fits(after: NonNullable<Fix['after']>, { group: { first } }: TrafficPath): boolean {
  return (
    first.endpoints.length === 0 ||
    first.endpoints.some(({ pod }) => Object.hasOwn(after.shares, pod))
  );
}

function causePart(finding: Finding): Markup {
  const parts = [
    causesText(finding, { named: false }),
    lastChange(finding),
    lifeText(finding),
    exemptionNote(finding),
    evidenceList(finding),
  ].filter((part) => part !== undefined);
  return parts.length === 0
    ? markup`<p class="dim">The message says all that is known.</p>`
    : markup`${parts}`;
}

function fixPart({ fixes }: Finding, path: TrafficPath | undefined): Markup {
  const [first, ...others] = fixes;
  if (first === undefined) return markup`<p class="dim">Its rule's page says what helps.</p>`;
  return markup`<div class="fixes">${fixMarkup(first, 'Fix:')}${others.map(
    (fix, at) =>
      markup`<details><summary>Or: ${fix.title}</summary>${fixMarkup(fix, 'Or:')}${path === undefined ? undefined : fixMaps(fix, path, `o${at}`)}</details>`,
  )}</div>`;
}

function linksPart(
  { cluster, finding }: ClusterFinding,
  path: TrafficPath | undefined,
  context: PageContext,
): Markup {
  const portal = portalLink(cluster, context.options, 'cluster in the Azure portal');
  return markup`<p class="dim small links">First seen ${timeText(finding.firstSeen)}, last seen ${timeText(finding.lastSeen)} · ${finding.fingerprint} · rule ${ruleLink(finding.rule, context.options)} · <code>evenkeel explain ${finding.rule}</code>${
    path === undefined
      ? undefined
      : markup` · <a href="${serviceHref(cluster, path.service, context)}">all of ${path.service.namespace}/${path.service.name}</a>`
  }${portal && markup` · ${portal}`}</p>`;
}
