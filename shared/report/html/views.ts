import { subjectKey } from '../service-status.ts';
import { changesPage } from './changes-page.ts';
import { clusterPage } from './cluster-page.ts';
import type { PageContext } from './context.ts';
import { findingPage } from './finding-page.ts';
import { markup, htmlOf, trusted, type Markup } from './markup.ts';
import { packed } from './pack.ts';
import { findingView, serviceView } from './page-links.ts';
import { servicePage } from './service-page.ts';

/** Characters of all views together; the worst Services and findings come first. */
const mostText = 2_500_000;

/**
 * Pages of Services, findings and clusters for the script to show in a file that has no service
 * behind it: `packed` as base64, `#…` → HTML, in an element that no browser runs.
 */
export function viewsBlock(views: Views): Markup {
  const bytes = packed(views);
  return markup`<script type="application/octet-stream" id="views">${trusted(Buffer.from(bytes).toString('base64'))}</script>
`;
}

/** HTML of pages by their address behind `#`. */
export type Views = Readonly<Record<string, string>>;

/** Makes the pages until they have `mostText` characters together. */
export function viewsOf(context: PageContext): Views {
  const views: Record<string, string> = {};
  let room = mostText;
  const add = (key: string, page: () => Markup): void => {
    if (key in views || room <= 0) return;
    const text = htmlOf(page());
    views[key] = text;
    room -= text.length;
  };
  const { report, anchors, pathsOf, findings } = context;
  add('changes', () => changesPage(context));
  // What shows the same map stands together: so it takes no room when it is packed.
  const bySubject = Map.groupBy(findings, ({ cluster, finding: { subject } }) =>
    subject.kind === 'Service' ? `${cluster.id} ${subjectKey(subject)}` : cluster.id,
  );
  const addFindings = (key: string): void => {
    for (const found of bySubject.get(key) ?? [])
      add(findingView(found.finding.fingerprint), () => findingPage(found, context));
  };
  for (const [key, paths] of pathsOf) {
    const [first, ...more] = paths;
    if (first === undefined) continue;
    const anchor = anchors.get(first.cluster.id) ?? '';
    add(serviceView(anchor, first.service), () => servicePage([first, ...more], context));
    addFindings(key);
  }
  for (const cluster of report.clusters) {
    if (!context.single) add(anchors.get(cluster.id) ?? '', () => clusterPage(cluster, context));
    addFindings(cluster.id);
  }
  for (const key of bySubject.keys()) addFindings(key);
  return views;
}
